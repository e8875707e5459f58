import pytest
import torch

from analogs.curves.trace import LayerCall, UnreadCall, trace

nn = torch.nn
X = torch.tensor([[1.0, -2.0], [0.5, 3.0]])


def names(model: nn.Module) -> list[str]:
    return [call.name for call in trace(model.eval(), X).calls]


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.branch = nn.Linear(2, 2)
        self.head = nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(x + self.branch(x)) ** 2


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


def test_what_happens_between_layers_is_remarked_on():
    between, after = trace(Residual().eval(), X).remarks
    assert between.startswith("The input of `head` is not the output of `branch`")
    assert after.startswith("The network's output is not the output of `head`")


def test_a_reparametrised_layer_is_one_leaf():
    layer = nn.utils.parametrizations.orthogonal(nn.Linear(2, 2))
    assert names(nn.Sequential(layer)) == ["0"]


class Embedding(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result = self.inner(x.long().abs())
        return result if isinstance(result, torch.Tensor) else result[0]


class Pair(nn.Module):
    def forward(self, x: torch.Tensor, y: torch.Tensor | None = None) -> torch.Tensor:
        return x


class Caller(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pair = Pair()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.pair(x, y=x)


class Log(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.log()


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (nn.LSTM(2, 2), "it returns a tuple, no tensor"),
        (Embedding(nn.Embedding(5, 2)), "it does not map real numbers to real numbers"),
        (Caller(), "it takes other arguments than one tensor"),
        (nn.Flatten(0), "it does not keep the batch as its first dimension"),
        (Log(), "it returns NaN or infinity"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(model, reason):
    [call] = trace(model.eval(), X).calls
    assert isinstance(call, UnreadCall)
    assert call.reason == reason


def test_training_mode_is_refused_with_the_name_of_the_layer():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    with pytest.raises(ValueError, match="it is in training mode"):
        trace(model, X)
    model.eval()[1].train()
    with pytest.raises(ValueError, match="its layer `1` is in training mode"):
        trace(model, X)


class Functional(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 1


def test_a_model_without_layers_is_refused_and_hooks_are_removed():
    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.never = nn.ReLU()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    model = Outer().eval()
    with pytest.raises(ValueError, match="run at least one layer"):
        trace(model, X)
    assert not model.never._forward_hooks
    assert not model.never._forward_pre_hooks
    # A custom module without children is itself a leaf.
    assert names(Functional()) == ["Functional"]
