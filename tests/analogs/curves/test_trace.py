import itertools

import pytest
import torch

from analogs.curves.trace import LayerCall, UnreadCall, trace

nn = torch.nn
X = torch.tensor([[1.0, -2.0], [0.5, 3.0]])


def names(model: nn.Module) -> list[str]:
    return [call.name for call in trace(model.eval(), X).calls]


class Reordered(nn.Module):
    """Runs its layers in another order than it declares them, one twice, one never."""

    def __init__(self) -> None:
        super().__init__()
        self.second, self.first, self.unused = nn.Tanh(), nn.ReLU(), nn.Sigmoid()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(self.second(x)))


def test_calls_come_in_order_of_execution():
    assert names(Reordered()) == ["second", "first", "second#2"]


def test_nested_models_give_paths_and_a_bare_layer_its_class():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 1))
    assert names(model) == ["0.0", "0.1", "1"]
    assert names(nn.ReLU()) == ["ReLU"]


def test_inputs_and_outputs_are_recorded_and_chained():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Flatten()).eval()
    path = trace(model, X)
    assert path.remarks == ()
    linear, relu, _ = path.calls
    assert isinstance(linear, LayerCall)
    assert isinstance(relu, LayerCall)
    assert torch.equal(linear.output, relu.input)
    assert torch.equal(relu.output, linear.output.clamp(min=0))


def test_an_in_place_layer_does_not_spoil_the_record():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True)).eval()
    nn.init.eye_(model[0].weight)
    nn.init.zeros_(model[0].bias)
    linear, relu = trace(model, X).calls
    assert isinstance(linear, LayerCall)
    assert isinstance(relu, LayerCall)
    assert linear.output.min() < 0
    assert torch.equal(relu.input, linear.output)
    kept = X.clone()
    trace(nn.ReLU(inplace=True).eval(), X)
    assert torch.equal(X, kept)


def test_a_reparametrised_layer_is_one_leaf():
    layer = nn.utils.parametrizations.orthogonal(nn.Linear(2, 2))
    assert names(nn.Sequential(layer)) == ["0"]


class Embedding(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x.long().abs())


class Two(nn.Module):
    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return x + y


class Log(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.log()


class Dictionary(nn.Module):
    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"logits": x}


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (Dictionary(), "it returns a dict, no tensor"),
        (nn.Flatten(0), "it does not keep the batch as its first dimension"),
        (Log(), "it returns NaN or infinity"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(model, reason):
    [call] = trace(model.eval(), X).calls
    assert isinstance(call, UnreadCall)
    assert call.reason == reason


def test_hooks_are_removed_also_after_an_error():
    class Failing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.ReLU()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            raise RuntimeError(str(self.layer(x).shape))

    model = Failing().eval()
    with pytest.raises(RuntimeError, match=r"2, 2"):
        trace(model, X)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


class Functional(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 1


def test_a_module_without_layers_is_one_unit():
    assert names(Functional()) == ["Functional"]
    assert trace(Functional().eval(), X).remarks == ()


class Block(nn.Module):
    """A residual block; or, with a constant in place of the input, none."""

    def __init__(self, *, constant: bool = False) -> None:
        super().__init__()
        self.one, self.act, self.two = nn.Linear(2, 2), nn.ReLU(inplace=True), nn.Linear(2, 2)
        self.constant = constant

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        branch = self.two(self.act(self.one(x)))
        return branch + (torch.ones(2) if self.constant else x)


def test_a_residual_block_is_one_unit_and_its_neighbours_are_their_own():
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(Block(), Block()), nn.Tanh())
    path = trace(model.eval(), X)
    assert [call.name for call in path.calls] == ["0", "1.0", "1.1", "2"]
    assert path.remarks == ()
    assert [part.name for part in path.calls[1].inside] == ["1.0.one", "1.0.act", "1.0.two"]
    for before, after in itertools.pairwise(path.calls):
        assert torch.equal(before.output, after.input)
    # Negative control: without the input in the sum the layers do form a chain.
    model = nn.Sequential(Block(constant=True)).eval()
    assert names(model) == ["0.one", "0.act", "0.two", "after 0.two"]


class Glue(nn.Module):
    """Layers with functions before, between and after, and one that sees a constant."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.place = nn.Linear(2, 3), nn.Linear(3, 2), nn.Linear(1, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.tanh(self.one(2 * x)) + self.place(torch.ones(1))
        return torch.softmax(self.two(hidden), dim=1)


def test_functions_between_layers_are_units_of_their_own():
    model = Glue().eval()
    path = trace(model, X)
    expected = ["before one", "one", "between one and two", "two", "after two"]
    assert [call.name for call in path.calls] == expected
    other = torch.randn(5, 2, generator=torch.Generator().manual_seed(0))
    value = other
    for call in path.calls:
        value = call.apply(value)
    # Second route: the model itself, on samples that were not recorded.
    assert torch.allclose(value, model(other))
    assert torch.allclose(path.calls[0].apply(other), 2 * other)
    one, two = path.calls[1:3]
    hidden = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(two.apply(hidden), hidden.tanh() + model.place(torch.ones(1)))
    assert one.inside == ()


def test_a_replaced_forward_is_put_back():
    model = Glue().eval()
    model.one.forward = model.one.forward
    path = trace(model, X)
    path.calls[2].apply(torch.ones(1, 3))
    assert "forward" in vars(model.one)
    assert "forward" not in vars(model.two)


class Flat(nn.Module):
    """Residual steps without blocks of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.one(x)
        return x + self.two(x)


class SideWay(nn.Module):
    """The second layer takes the output of an older one beside that of the last."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.both = nn.Linear(2, 2), nn.ReLU(), Two()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first = self.one(x)
        return self.both(first, self.two(first))


class Frozen(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            hidden = self.one(x)
        return self.two(hidden)


class Overwriting(nn.Module):
    """The skip is taken from a tensor that a layer has overwritten."""

    def __init__(self) -> None:
        super().__init__()
        self.act, self.two = nn.ReLU(inplace=True), nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x * 1
        hidden = self.two(self.act(x))
        return hidden + x


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (Flat(), "the input of `two` is not made of the output of `one` alone"),
        (SideWay(), "`both` does not map one tensor to one tensor"),
        (Frozen(), "`one` runs without gradients"),
        (
            Overwriting(),
            "its layers draw random numbers, or change tensors in place that others use",
        ),
    ],
)
def test_a_network_that_is_no_chain_is_one_unit_with_a_reason(model, reason):
    path = trace(model.eval(), X)
    assert [call.name for call in path.calls] == [type(model).__name__]
    assert path.remarks == (f"The network is read as one unit: {reason}.",)


def test_a_network_that_overwrites_is_read_as_it_runs():
    model = Overwriting().eval()
    [call] = trace(model, X).calls
    assert isinstance(call, LayerCall)
    assert torch.equal(call.output, model(X))
    assert torch.equal(call.apply(X), model(X))


class Attention(nn.Module):
    def __init__(self, *, skip: bool) -> None:
        super().__init__()
        self.norm, self.skip = nn.LayerNorm(4), skip
        self.attend = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.norm(x)
        attended = self.attend(hidden, hidden, value=hidden, need_weights=False)[0]
        return x + attended if self.skip else attended


def test_attention_runs_inside_a_block_and_as_a_unit_of_its_own():
    x = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0)).double()
    model = nn.Sequential(Attention(skip=True), Attention(skip=False)).eval().double()
    path = trace(model, x)
    assert [call.name for call in path.calls] == ["0", "1.norm", "1.attend"]
    value = x[:1]
    for call in path.calls:
        value = call.apply(value)
    assert torch.allclose(value, model(x[:1]))


def test_a_mask_is_held_fixed():
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval()
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()

    class Causal(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            mask = torch.ones(3, 3).triu(1).bool()
            return self.inner(x, mask=mask)

    path = trace(Causal().eval().double(), torch.ones(2, 3, 4).double())
    assert [call.name for call in path.calls] == ["inner.layers.0", "inner.layers.1"]
    x = torch.randn(1, 3, 4, generator=torch.Generator().manual_seed(0)).double()
    later = x.clone()
    later[:, 2] += 1
    one, two = (path.calls[0].apply(value) for value in (x, later))
    assert torch.allclose(one[:, :2], two[:, :2])
    assert not torch.allclose(one[:, 2], two[:, 2], atol=1e-2)


class Language(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.token, self.place = nn.Embedding(5, 4), nn.Embedding(3, 4)
        self.block, self.head = Attention(skip=True), nn.Linear(4, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.block(self.token(x) + self.place(torch.arange(3))))


def test_a_curve_of_integers_starts_where_numbers_are_real():
    path = trace(Language().eval().double(), torch.tensor([[0, 1, 2], [4, 3, 1]]))
    expected = ["between token and block", "block", "head"]
    assert [call.name for call in path.calls] == expected
    assert path.remarks == ("The curve starts behind `token`, where the numbers become real.",)


def test_an_output_that_is_no_tensor_is_remarked_on():
    model = nn.Sequential(nn.ReLU(), Dictionary())
    path = trace(model.eval(), X)
    assert path.remarks == (
        "The network is read as one unit: `1` does not map one tensor to one tensor.",
    )

    class Head(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.ReLU()

        def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"logits": self.layer(x)}

    path = trace(Head().eval(), X)
    assert [call.name for call in path.calls] == ["layer"]
    assert path.remarks == ("The network returns a dict, no tensor: what makes it is not read.",)
