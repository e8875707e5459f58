"""The bracket of the distance: golden values, the laws of a metric space, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

from qgeom.algebra.targets import target
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.readings import bounds
from qgeom.readings import distance as distance_module
from qgeom.readings.distance import Distance, distance
from tests.closeness import ROUNDING, assert_close
from tests.laws.cases import CASES, small_vectors
from tests.oracles import distances

# Newton stops at an endpoint residual of 1e-12; lengths follow it times the root of the cost.
FOUND = 1e-10
# QUANTUM_GEOMETRY.md prints six digits.
SIX_DIGITS = 1e-6

QUICK = ("su2-berger", "su4-nielsen", "so4-band", "gl3-band", "aff2-band", "circulant4x2-band")


def bracket(metric: RightInvariantMetric, element: object, **search: int) -> Distance:
    return distance(metric, element, rng=np.random.default_rng(0), **search)


def two_qubits(q: float) -> PauliMetric:
    return PauliMetric(2, nielsen(q, locality=1))


def berger(q: float) -> PauliMetric:
    return PauliMetric(1, custom({"Z": q}))


def haar(n_qubits: int, rng: np.random.Generator) -> np.ndarray:
    return scipy.stats.unitary_group.rvs(1 << n_qubits, random_state=rng)


# ---- golden values


@pytest.mark.parametrize("q", [1.0, 1.01, 1.5, 4.0, 64.0, 1000.0])
@pytest.mark.parametrize("theta", [1e-3, 0.2, 0.6, 1.2, np.pi / 2, 3.0])
def test_berger_sphere(q: float, theta: float) -> None:
    exact = distances.berger(theta, q)
    found = bracket(berger(q), np.diag(np.exp([-1j * theta, 1j * theta])))
    assert_close(found.upper, exact, FOUND)
    assert_close(found.lower, exact, FOUND)


@pytest.mark.parametrize("q", [1.0, 4.0, 16.0])
@pytest.mark.parametrize("gate", ["cnot", "cz", "swap", "iswap"])
def test_two_qubit_gates(gate: str, q: float) -> None:
    found = bracket(two_qubits(q), target(gate))
    assert_close(found.upper, distances.two_qubits(gate, q), FOUND)
    nonlocal_part = np.sqrt(q) * distances.KAK_NORMS[gate]
    assert_close(found.lower, max(distances.two_qubits(gate, 1.0), nonlocal_part), ROUNDING)


def test_two_qubit_fourier_transform() -> None:
    assert_close(bracket(two_qubits(1.0), target("qft", 2)).upper, 1.302436, SIX_DIGITS)
    assert_close(bracket(two_qubits(4.0), target("qft", 2)).upper, 2.420760, SIX_DIGITS)


@pytest.mark.parametrize(
    ("gate", "exact"),
    [("toffoli", np.pi * np.sqrt(7) / 8), ("fredkin", np.pi * np.sqrt(7) / 8), ("qft", 1.558476)],
)
def test_three_qubits_without_penalty(gate: str, exact: float) -> None:
    element = target(gate, 3 if gate == "qft" else None)
    found = bracket(PauliMetric(3, nielsen(1.0)), element, starts=0)
    assert_close([found.lower, found.upper], [exact, exact], SIX_DIGITS)
    assert_close(found.lower, distances.unpenalised(element.matrix), ROUNDING)


def test_toffoli_meets_the_best_value_known() -> None:
    found = bracket(PauliMetric(3, nielsen(2.0)), target("toffoli"), starts=8)
    assert found.upper <= 1.110721 + SIX_DIGITS
    assert_close(found.lower, np.pi * np.sqrt(7) / 8, ROUNDING)


@pytest.mark.parametrize("n_qubits", [1, 2])
def test_bracket_closes_at_cost_one(n_qubits: int, rng: np.random.Generator) -> None:
    for _ in range(3):
        element = haar(n_qubits, rng)
        exact = distances.unpenalised(element)
        found = bracket(PauliMetric(n_qubits, nielsen(1.0)), element, starts=2)
        assert_close([found.lower, found.upper], [exact, exact], FOUND)


def test_unpenalised_bound_of_rotations(rng: np.random.Generator) -> None:
    so5 = MatrixMetric("so", 5, band(1, 3.0))
    for element in scipy.stats.special_ortho_group.rvs(5, size=4, random_state=rng):
        assert_close(bounds.unpenalised(so5, element), distances.rotation(element), ROUNDING)


def test_lower_bound_counts_the_smallest_cost() -> None:
    costs = PauliMetric(1, custom({"X": 4.0, "Y": 9.0, "Z": 4.0}))
    found = bracket(costs, target("z"))
    assert_close([found.lower, found.upper], [np.pi, np.pi], FOUND)  # 2 * pi / 2, along Z


# ---- laws


@pytest.mark.parametrize("name", QUICK)
def test_bracket_of_every_kind_of_group(name: str, rng: np.random.Generator) -> None:
    metric = CASES[name]
    x = small_vectors(metric, rng)
    found = bracket(metric, metric.exp(x), starts=2, branches=2, keep=2)
    assert 0.0 <= found.lower <= found.upper <= metric.norm(x) * (1 + ROUNDING)
    assert found.geodesic is not None
    assert_close(found.geodesic.endpoint, metric.exp(x), FOUND)
    below = {"trivial"} if metric.isotropic is None else {"unpenalised", "cartan"}
    assert found.lower_bound in below


@pytest.mark.parametrize("metric", [berger(5.0), two_qubits(6.0)], ids=["su2", "su4"])
def test_distance_of_the_inverse_and_triangle(
    metric: PauliMetric, rng: np.random.Generator
) -> None:
    first, second = haar(metric.n_qubits, rng), haar(metric.n_qubits, rng)
    there, onward = bracket(metric, first), bracket(metric, second)
    back, whole = bracket(metric, first.conj().T), bracket(metric, second @ first)
    assert_close([back.lower, back.upper], [there.lower, there.upper], FOUND)
    assert whole.upper <= there.upper + onward.upper
    assert there.upper <= whole.upper + onward.upper


def test_local_unitaries_are_isometries_of_weight_costs(rng: np.random.Generator) -> None:
    metric, element = two_qubits(6.0), haar(2, rng)
    local = np.kron(haar(1, rng), haar(1, rng))
    turned = bracket(metric, local @ element @ local.conj().T)
    assert_close(turned.upper, bracket(metric, element).upper, FOUND)


def test_global_phase_does_not_count() -> None:
    plain, phased = (bracket(two_qubits(4.0), factor * target("swap").matrix) for factor in (1, 1j))
    assert_close([phased.lower, phased.upper], [plain.lower, plain.upper], FOUND)


def test_identity_is_at_distance_zero() -> None:
    found = bracket(two_qubits(4.0), np.eye(4))
    assert (found.lower, found.upper, found.gap) == (0.0, 0.0, 0.0)


def test_distance_to_an_unrelated_factor_is_free() -> None:
    so3 = MatrixMetric("so", 3, band(1, 4.0))
    x = np.array([0.3, 0.1, 0.2, 0.0, 0.0, 0.0])
    both = bracket(ProductMetric(so3, so3), ProductMetric(so3, so3).exp(x), starts=2)
    alone = bracket(so3, so3.exp(x[:3]), starts=2)
    assert_close([both.lower, both.upper], [alone.lower, alone.upper], FOUND)


# ---- where the ends come from


def test_every_bound_is_reported() -> None:
    found = bracket(two_qubits(4.0), target("swap"))
    assert set(found.tried) == {*bounds.LOWER_BOUNDS, "straight line", "geodesic"}
    assert found.upper == min(found.tried["straight line"], found.tried["geodesic"])
    assert found.gap == found.upper - found.lower


def test_geodesic_beats_the_straight_line() -> None:
    found = bracket(berger(64.0), target("t"))
    assert found.upper_bound == "geodesic"
    assert found.upper < found.tried["straight line"] - 0.1


@pytest.mark.parametrize("n_qubits", [5, 6])
def test_a_minimal_line_closes_the_bracket_on_a_large_group(
    n_qubits: int, rng: np.random.Generator
) -> None:
    """A short evolution without forbidden strings: its line is as long as the unpenalised bound."""
    metric = PauliMetric(n_qubits, nielsen(100.0))
    h = rng.normal(size=metric.dim) * (metric.strings.weight <= 2)
    h *= 0.1 / metric.norm(h)
    found = bracket(metric, metric.exp(h))
    assert_close([found.lower, found.upper], [0.1, 0.1], ROUNDING)
    assert found.geodesic is not None
    assert_close(found.geodesic.velocity, h, FOUND)


def test_large_group_has_a_straight_line(rng: np.random.Generator) -> None:
    """Five qubits are not searched where the line is not minimal."""
    metric = PauliMetric(5, nielsen(100.0))
    element = metric.exp(0.01 * rng.normal(size=metric.dim))
    found = bracket(metric, element)
    assert (found.geodesic, found.upper_bound) == (None, "straight line")
    assert 0.1 < found.lower < found.upper


@pytest.mark.parametrize("attempts", [0, 1])
def test_attempts_that_miss_are_no_geodesics(
    attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = replace(shoot(berger(4.0), np.array([0.1, 0.0, 0.2])), residual=np.array(0.1))
    monkeypatch.setattr(distance_module, "connect", lambda *_, **__: (missed,) * attempts)
    found = bracket(berger(4.0), target("t"))
    assert (found.geodesic, found.upper_bound) == (None, "straight line")


def test_closing_the_gap_bounds_the_distance_to_any_target(rng: np.random.Generator) -> None:
    """A geodesic that misses is still part of a path: its bound is never below the distance."""
    metric, exact = berger(4.0), distances.berger(0.9, 4.0)
    element = np.diag(np.exp([-0.9j, 0.9j]))
    for velocity in rng.normal(size=(20, 3)):
        assert bounds.found_geodesic(metric, element, shoot(metric, velocity)) >= exact - ROUNDING


def test_wrong_bound_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    too_large = {**bounds.LOWER_BOUNDS, "wrong": lambda metric, element: 1.4}
    monkeypatch.setattr(bounds, "LOWER_BOUNDS", too_large)
    with pytest.raises(ValueError, match=r"upper bound, but is 1.4 \(wrong\)"):
        bracket(two_qubits(1.0), target("cnot"), starts=0)


# ---- what is refused


@pytest.mark.parametrize(("lower", "upper"), [(2.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0)])
def test_impossible_brackets_are_refused(lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="Argument `lower` must be between 0 and the upper bound"):
        Distance(lower, upper, None, "a", "b", {})


def test_unreachable_target_is_refused() -> None:
    gl2 = MatrixMetric("gl", 2, band(0, 2.0))
    with pytest.raises(ValueError, match="`starts` must be positive where no logarithm"):
        bracket(gl2, -np.eye(2), starts=0)


@pytest.mark.parametrize(
    ("element", "search"),
    [
        (np.ones((2, 2)), {}),
        (np.eye(4), {}),
        (np.stack([np.eye(2)] * 2), {}),
        (np.eye(2), {"branches": 0}),
        (np.eye(2), {"starts": -1}),
    ],
)
def test_bad_arguments_are_refused(element: np.ndarray, search: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Argument `"):
        bracket(berger(2.0), element, **search)
