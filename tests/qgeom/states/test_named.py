"""Named states: bits in Qiskit's order, definitions, unit norm, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.states.named import named_state, state_names
from tests.closeness import assert_close


@pytest.mark.parametrize("name", state_names())
@pytest.mark.parametrize("n", [1, 3])
def test_unit_norm(name: str, n: int, rng: np.random.Generator) -> None:
    state = named_state(name, n, rng=rng)
    assert state.shape == (2**n,)
    assert_close(np.linalg.norm(state), 1.0)


def test_bits_are_read_with_qubit_zero_on_the_right() -> None:
    zero, one = np.eye(2)
    assert_close(named_state("011"), np.kron(zero, np.kron(one, one)) + 0j)
    assert not np.array_equal(named_state("011"), named_state("110"))  # negative control


def test_definitions() -> None:
    assert_close(named_state("ghz", 3), (named_state("000") + named_state("111")) / np.sqrt(2))
    single = sum(named_state(bits) for bits in ("001", "010", "100"))
    assert_close(named_state("w", 3), single / np.sqrt(3))
    plus = np.array([1.0, 1.0]) / np.sqrt(2)
    assert_close(named_state("plus", 2), np.kron(plus, plus) + 0j)


def test_random_states_depend_on_the_generator_alone() -> None:
    first, again, other = (
        named_state("haar", 2, rng=np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert_close(first, again)
    assert abs(np.vdot(first, other)) < 0.99


def test_bad_input_is_refused() -> None:
    for name in ("", "012", "bell", "GHZ"):
        with pytest.raises(ValueError, match="`state` must be bits such as 010, or one of ghz"):
            named_state(name, 2)
    with pytest.raises(ValueError, match="`n_qubits` must be 2 for 01, but is 3"):
        named_state("01", 3)
    with pytest.raises(ValueError, match="`n_qubits` must be given for w, but is missing"):
        named_state("w")
    with pytest.raises(ValueError, match="`n_qubits` must be between 1 and 10, but is 11"):
        named_state("0" * 11)
    with pytest.raises(ValueError, match="`rng` must be given for haar"):
        named_state("haar", 2)
