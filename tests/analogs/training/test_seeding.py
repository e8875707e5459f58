import pytest
import torch

from analogs.training.seeding import build, seeded


def test_the_global_stream_goes_on_as_if_nothing_had_happened():
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)
    with seeded(1, 2):
        torch.rand(100)
    build(3, lambda: torch.nn.Linear(4, 4))
    assert torch.equal(torch.rand(4), expected)


def test_the_global_stream_is_restored_after_an_error():
    state = torch.get_rng_state()
    with pytest.raises(RuntimeError), seeded(1):
        raise RuntimeError
    assert torch.equal(torch.get_rng_state(), state)


def test_streams_differ_by_seed_and_by_order_of_seeds():
    def draw(*seeds: int) -> tuple[float, ...]:
        with seeded(*seeds):
            return tuple(torch.rand(3).tolist())

    assert draw(1, 2) == draw(1, 2)
    assert len({draw(1, 2), draw(2, 1), draw(1), draw(2)}) == 4


@pytest.mark.parametrize("seed", [-1, 0.5, "one"])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="Argument `seed` must"):
        build(seed, lambda: torch.nn.Linear(1, 1))
