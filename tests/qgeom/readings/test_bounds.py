"""Bounds of the distance: golden values, brute force, and every path is longer than every lower one."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats

from qgeom._typing import Matrix
from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, band, custom, nielsen
from qgeom.readings import bounds
from qgeom.readings.distance import distance
from tests.closeness import ROUNDING, assert_close
from tests.oracles import distances

# Phases of a product of three rounded matrices, times a root of the cost.
PHASES = 1e-10
NEARLY_FREE = 1e-6
SQRT_200 = np.sqrt(200.0)

Bound = Callable[[RightInvariantMetric, Matrix], float]


def two_qubits(q: float, easy: float = 1.0) -> PauliMetric:
    return PauliMetric(2, custom({1: easy, 2: q}))


def haar(n_qubits: int, rng: np.random.Generator) -> np.ndarray:
    return scipy.stats.unitary_group.rvs(1 << n_qubits, random_state=rng)


def paths(metric: PauliMetric, rng: np.random.Generator, count: int) -> list[tuple[Matrix, float]]:
    """Ends and lengths of random piecewise constant paths, in turn along one string and along many."""
    ends = []
    for k in range(count):
        pieces = rng.normal(size=(int(rng.integers(1, 5)), metric.dim))
        pieces /= metric.inertia ** rng.uniform(0.0, 1.0)
        if k % 2:
            pieces[:] = np.eye(metric.dim)[rng.integers(metric.dim)]
        longest = 0.8 if k % 2 else 10.0
        pieces *= rng.uniform(0.1, longest) / float(metric.norm(pieces).sum())
        end = functools.reduce(lambda g, x: metric.exp(x) @ g, pieces, metric.identity)
        ends.append((end, float(metric.norm(pieces).sum())))
    return ends


def assert_below_every_path(bound: Bound, metric: PauliMetric, rng: np.random.Generator) -> None:
    for end, length in paths(metric, rng, 25):
        assert bound(metric, end) <= length * (1 + ROUNDING)


# ---- Cartan


@pytest.mark.parametrize("gate", sorted(distances.KAK_NORMS))
@pytest.mark.parametrize("q", [1.0, 7.0])
def test_cartan_is_the_norm_of_the_canonical_parameters(gate: str, q: float) -> None:
    element = target(gate, 2).matrix
    for easy in (NEARLY_FREE, 1.0):
        exact = np.sqrt(q) * distances.KAK_NORMS[gate]
        assert_close(bounds.cartan(two_qubits(q, easy), element), exact, PHASES)


def test_cartan_is_the_distance_where_odd_weights_are_free() -> None:
    """A Hamiltonian in the Weyl chamber, hidden between local gates that cost next to nothing."""
    metric, rng = two_qubits(3.0, NEARLY_FREE), np.random.default_rng(1)
    x = metric.vee(-1j * np.zeros((4, 4)))
    labels = metric.strings.labels
    for label, value in {"XX": 0.5, "YY": 0.3, "ZZ": -0.2}.items():
        x[labels.index(label)] = value
    left, right = (np.kron(haar(1, rng), haar(1, rng)) for _ in range(2))
    exact = float(np.sqrt(3.0 * (0.5**2 + 0.3**2 + 0.2**2)))
    assert_close(bounds.cartan(metric, left @ metric.exp(x) @ right), exact, PHASES)


@pytest.mark.parametrize(("n_qubits", "count"), [(2, 20), (3, 4)])
def test_cartan_is_the_least_over_lifts_and_shifts(
    n_qubits: int, count: int, rng: np.random.Generator
) -> None:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    for _ in range(count):
        element = haar(n_qubits, rng)
        assert_close(bounds.cartan(metric, element), distances.cartan(element), PHASES)


def test_cartan_counts_the_cheapest_even_weight(rng: np.random.Generator) -> None:
    element = haar(4, rng)
    plain = bounds.cartan(PauliMetric(4, nielsen(1.0)), element)
    costs = custom({1: 0.1, 2: 9.0, 3: 0.2, 4: 4.0})
    assert_close(bounds.cartan(PauliMetric(4, costs), element), 2 * plain, PHASES)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_cartan_does_not_see_odd_weights_or_phases(n_qubits: int, rng: np.random.Generator) -> None:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    x = rng.normal(size=metric.dim) * (metric.strings.weight % 2)
    assert_close(bounds.cartan(metric, np.exp(0.7j) * metric.exp(x)), 0.0, 1e-6)


def test_cartan_says_nothing_beyond_qubits() -> None:
    so3 = MatrixMetric("so", 3, band(1, 4.0))
    assert bounds.cartan(so3, so3.exp(np.array([0.1, 0.2, 0.3]))) == 0.0


# ---- isoperimetric


@pytest.mark.parametrize("axis", ["X", "Y", "Z"])
@pytest.mark.parametrize("q", [0.1, 0.5, 1.0, 3.0, 50.0])
def test_isoperimetric_bound_is_the_least_over_areas_and_lifts(axis: str, q: float) -> None:
    metric = PauliMetric(1, custom({axis: 2.0 * q}, default=2.0))
    areas = np.linspace(0.0, 2 * np.pi, 20_001)
    for theta in (-1.3, 0.02, 0.4, 1.1, 1.57, 2.5):
        element = np.exp(0.4j) * metric.exp(theta * np.eye(3)["XYZ".index(axis)])
        lifts = theta + np.pi * np.arange(-4, 5)[:, None]
        grid = areas * (2 * np.pi - areas) + q * (lifts - areas) ** 2
        assert_close(bounds.isoperimetric(metric, element), np.sqrt(2 * grid.min()), 1e-6)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_no_closed_path_is_shorter_than_the_isoperimetric_bound(
    axis: int, rng: np.random.Generator
) -> None:
    """Random paths, closed by the straight line to a random turn about the axis."""
    for q in (0.3, 5.0):
        metric = PauliMetric(1, custom({"XYZ"[axis]: q}))
        for end, length in paths(metric, rng, 40):
            turn = metric.exp(rng.uniform(-2, 2) * np.eye(3)[axis])
            closing = float(metric.norm(metric.log((turn @ end.conj().T)[None]))[0])
            assert bounds.isoperimetric(metric, turn) <= length + closing + PHASES


def test_isoperimetric_bound_says_nothing_elsewhere() -> None:
    turn = np.diag(np.exp([-0.4j, 0.4j]))
    assert bounds.isoperimetric(PauliMetric(1, custom({"X": 2.0, "Z": 3.0})), turn) == 0.0
    tilted = PauliMetric(1, custom({"X": 2.0}))
    assert bounds.isoperimetric(tilted, turn) == 0.0
    assert bounds.isoperimetric(PauliMetric(2, nielsen(3.0)), np.eye(4) + 0j) == 0.0


# ---- every path is longer than every lower bound

COSTS = {
    "odd cheap": lambda n: custom({w: 1.0 if w % 2 else 30.0 for w in range(1, n + 1)}),
    "even cheap": lambda n: custom({w: 30.0 if w % 2 else 1.0 for w in range(1, n + 1)}),
    "cliff": lambda n: nielsen(50.0, locality=1),
}


@pytest.mark.parametrize("name", sorted(bounds.LOWER_BOUNDS))
@pytest.mark.parametrize("costs", sorted(COSTS))
@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_no_path_is_shorter(n_qubits: int, costs: str, name: str, rng: np.random.Generator) -> None:
    penalty: Penalty = COSTS[costs](n_qubits)
    assert_below_every_path(bounds.LOWER_BOUNDS[name], PauliMetric(n_qubits, penalty), rng)


@pytest.mark.parametrize("name", ["unpenalised", "cartan"])
def test_too_large_a_bound_is_noticed(name: str, rng: np.random.Generator) -> None:
    def enlarged(metric: RightInvariantMetric, element: Matrix) -> float:
        return 1.01 * bounds.LOWER_BOUNDS[name](metric, element)

    with pytest.raises(AssertionError):
        assert_below_every_path(enlarged, two_qubits(1.0), rng)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_lower_bounds_are_below_upper_bounds(n_qubits: int, rng: np.random.Generator) -> None:
    for q in (0.2, 1.0, 20.0):
        metric = PauliMetric(n_qubits, nielsen(q, locality=1))
        for _ in range(5):
            element = haar(n_qubits, rng)
            below = max(bounds.lower_bounds(metric, element).values())
            assert below <= bounds.straight_line(metric, element, 4) * (1 + ROUNDING)


# ---- straight lines


@pytest.mark.parametrize("q", [1.0, 40.0])
def test_closest_logarithm_is_the_shortest(q: float, rng: np.random.Generator) -> None:
    metric = PauliMetric(2, nielsen(q, locality=1))
    costs = dict(zip(metric.strings.labels, metric.inertia.tolist(), strict=True))
    for _ in range(2):
        element = haar(2, rng)
        exact = distances.straight_line(element, costs, 2)
        assert_close(bounds.closest_logarithm(metric, element), exact, ROUNDING)


def test_closest_logarithm_beats_the_first_branches() -> None:
    """``0.3 pi (Z1 + Z2)`` is also reached by ``-0.2 pi (Z1 + Z2) + 0.5 pi Z1 Z2``, of less weight 1."""
    metric = PauliMetric(2, custom({1: 100.0, 2: 1.0}))
    element = np.diag(np.exp(-0.6j * np.pi * np.array([1.0, 0.0, 0.0, -1.0])))
    exact = np.pi * np.sqrt(2 * 100 * 0.2**2 + 0.5**2)
    assert_close(float(metric.norm(log_branches(metric, element, 1))[0]), 0.3 * np.pi * SQRT_200)
    assert_close(bounds.straight_line(metric, element, 1), exact)


def test_large_groups_use_the_branches_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_LINE_SIZE", 2)
    metric = two_qubits(4.0)
    assert_close(bounds.straight_line(metric, target("swap").matrix, 8), np.pi / 4 * np.sqrt(12))


# ---- a path that the caller knows


def test_circuit_of_gates() -> None:
    """A SWAP of three CNOTs; at q = 4 the straight line is shorter than that."""
    metric, swap, cnot = two_qubits(4.0), target("swap").matrix, target("cnot").matrix
    gates = [cnot, swap @ cnot @ swap, cnot]
    length = bounds.path_length(metric, swap, gates, 8)
    assert_close(length, 3 * distances.two_qubits("cnot", 4.0), PHASES)
    found = distance(metric, swap, rng=np.random.default_rng(0), path=gates, starts=0)
    assert_close(found.tried["path"], length, ROUNDING)


def test_path_of_velocities(rng: np.random.Generator) -> None:
    metric = PauliMetric(3, nielsen(8.0))
    pieces, durations = rng.normal(size=(3, metric.dim)), [0.5, 0.1, 2.0]
    gates = [metric.exp(t * x) for x, t in zip(pieces, durations, strict=True)]
    end = gates[2] @ gates[1] @ gates[0]
    steps = list(zip(pieces, durations, strict=True))
    assert_close(
        bounds.path_length(metric, end, steps, 4), float(metric.norm(pieces) @ durations), PHASES
    )


def test_short_path_wins() -> None:
    """A hidden short path on many qubits, where no search is made."""
    metric = PauliMetric(5, nielsen(1e4))
    rng = np.random.default_rng(3)
    cheap = (metric.strings.weight <= 2) * rng.normal(size=(4, metric.dim)) * 0.02
    end = functools.reduce(lambda g, x: metric.exp(x) @ g, cheap, metric.identity)
    found = distance(metric, end, rng=rng, path=[(x, 1.0) for x in cheap])
    assert found.upper_bound == "path"
    assert_close(found.upper, float(metric.norm(cheap).sum()), PHASES)
    assert found.upper < found.tried["straight line"]


def test_empty_path_ends_at_the_identity() -> None:
    assert bounds.path_length(two_qubits(4.0), np.exp(0.3j) * np.eye(4), [], 1) < PHASES


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ([], "must end at the target, but misses"),
        ([(np.ones(15), -1.0)], "must be positive"),
        ([(np.ones(3), 1.0)], "have shape"),
        ([np.ones((4, 4))], "must be unitary"),
    ],
)
def test_bad_paths_are_refused(path: list[bounds.Step], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bounds.path_length(two_qubits(4.0), target("swap").matrix, path, 4)


# ---- known distances


@pytest.mark.parametrize("product", ["left", "right", "inverse"])
def test_triangle_sees_all_four_differences(product: str, rng: np.random.Generator) -> None:
    """A cheap difference of weight 1: the other products spread it to weight 2 and are longer."""
    metric, element = two_qubits(4.0), haar(2, rng)
    x = rng.normal(size=metric.dim) * 0.01 * (metric.strings.weight == 1)
    near = {
        "left": metric.exp(x) @ element,
        "right": element @ metric.exp(x),
        "inverse": metric.inverse(metric.exp(x) @ element),
    }[product]
    assert_close(bounds.triangle(metric, near, element, 4), float(metric.norm(x)), PHASES)


def test_known_distance_moves_to_a_neighbour(rng: np.random.Generator) -> None:
    metric, swap = PauliMetric(2, custom({1: 9.0, 2: 1.0})), target("swap").matrix
    exact = distance(metric, swap, rng=rng)
    x = rng.normal(size=metric.dim) * 0.001
    near = metric.exp(x) @ swap
    found = distance(metric, near, rng=rng, known=[(swap, exact.lower, exact.upper)])
    assert_close(found.tried["triangle"], exact.upper + float(metric.norm(x)), PHASES)
    assert found.lower >= exact.lower - float(metric.norm(x)) - PHASES
    assert found.upper <= exact.upper + float(metric.norm(x)) + PHASES


def test_a_claimed_distance_binds() -> None:
    """An exact claim about the target itself closes the bracket, and a wrong one is noticed."""
    metric, element = two_qubits(4.0), target("cnot").matrix
    exact = distances.two_qubits("cnot", 4.0)
    rng = np.random.default_rng(0)
    found = distance(metric, element, rng=rng, known=[(element, exact - 1e-8, exact)], starts=0)
    assert found.lower_bound == "triangle"
    assert found.gap <= 2e-8
    with pytest.raises(ValueError, match="Argument `lower` must be between 0 and the upper bound"):
        distance(metric, element, rng=rng, known=[(element, 3.0, 4.0)], starts=0)


@pytest.mark.parametrize("ends", [(2.0, 1.0), (-1.0, 1.0), (0.0, np.inf)])
def test_bad_known_brackets_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="Argument `known` must"):
        distance(
            two_qubits(4.0), np.eye(4), rng=np.random.default_rng(0), known=[(np.eye(4), *ends)]
        )
