"""The boundary-value search: published distances, residuals, statuses, edge cases."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.linalg
import scipy.stats

from qgeom.algebra.targets import target
from qgeom.geodesic.connect import connect, scan_costs
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.metric.schedules import draconian
from tests.closeness import assert_close
from tests.oracles import distances
from tests.oracles import geodesics as oracle

LENGTH = 1e-8  # of a geodesic whose end is within 1e-9 of the target


def check_solutions(
    metric: RightInvariantMetric, goal: np.ndarray, found: tuple[Geodesic, ...]
) -> None:
    """Every solution shoots to the target (up to phase), they are distinct, the shortest is first."""
    lengths = np.array([curve.length for curve in found])
    assert (np.diff(lengths) >= 0).all()
    for curve in found:
        assert curve.residual <= RESIDUAL
        assert curve.status.startswith("Converged")
        again = shoot(metric, curve.velocity, tolerance=1e-12).endpoint
        phase = np.trace(np.conj(again.T) @ goal) / len(goal)
        assert_close(
            again * (phase / abs(phase) if metric.compact else 1.0), goal + 0 * again, LENGTH
        )


@pytest.mark.parametrize("q", [1.0, 4.0, 7.5, 100.0])
@pytest.mark.parametrize(
    ("gate", "formula"),
    [
        ("cnot", lambda q: np.pi / 4 * np.sqrt(2 + q)),
        ("swap", lambda q: np.pi / 4 * np.sqrt(3 * q)),
        ("iswap", lambda q: np.pi / 4 * np.sqrt(2 * q)),
    ],
)
def test_two_qubit_gates(gate: str, formula: Callable[[float], float], q: float) -> None:
    metric = PauliMetric(2, nielsen(q, locality=1))
    found = connect(metric, target(gate), rng=np.random.default_rng(0))
    assert abs(found[0].length - formula(q)) < LENGTH
    check_solutions(metric, target(gate).matrix, found)


@pytest.mark.parametrize("q", [1.5, 9.0, 1000.0])
@pytest.mark.parametrize("theta", [0.1, 0.7, np.pi / 2])
def test_berger_sphere(q: float, theta: float) -> None:
    metric = PauliMetric(1, custom({"Z": q}))
    goal = scipy.linalg.expm(-1j * theta * np.diag([1.0, -1.0]))
    found = connect(metric, goal, rng=np.random.default_rng(0))
    assert abs(found[0].length - oracle.berger_distance(theta, q)) < LENGTH


@pytest.mark.parametrize(("q", "best"), [(2.0, 1.110721), (8.0, 1.469345), (64.0, 1.841258)])
def test_toffoli_on_the_cliff(q: float, best: float) -> None:
    metric = PauliMetric(3, nielsen(q))
    found = connect(metric, target("toffoli"), rng=np.random.default_rng(1))
    assert found[0].length <= best + 1e-6
    assert found[0].length >= oracle.unpenalised_distance(target("toffoli").matrix) - LENGTH
    check_solutions(metric, target("toffoli").matrix, found)


@pytest.mark.parametrize(
    ("gate", "q", "best"),
    [("fredkin", 2.0, 1.241824), ("fredkin", 8.0, 1.877097), ("qft", 2.0, 1.774423)],
)
def test_other_three_qubit_gates_on_the_cliff(gate: str, q: float, best: float) -> None:
    metric = PauliMetric(3, nielsen(q))
    found = connect(metric, target(gate, 3), rng=np.random.default_rng(0))
    assert found[0].length <= best + 1e-6


@pytest.mark.parametrize(("gate", "n"), [("qft", 2), ("qft", 3), ("fredkin", 3)])
def test_without_penalty_the_distance_is_the_shortest_logarithm(gate: str, n: int) -> None:
    found = connect(PauliMetric(n, nielsen(1.0)), target(gate, n), rng=np.random.default_rng(0))
    assert abs(found[0].length - oracle.unpenalised_distance(target(gate, n).matrix)) < LENGTH


def test_haar_target_with_a_cost_that_has_no_closed_form() -> None:
    rng = np.random.default_rng(2)
    metric = PauliMetric(2, custom({"XX": 7.0, "IY": 3.0, "ZX": 2.0}))
    goal = target("haar", 2, rng=rng)
    found = connect(metric, goal, rng=rng, starts=2, branches=2, keep=3)
    assert found[0].scheme == "DOP853"
    check_solutions(metric, goal.matrix, found)


def test_rotation_group() -> None:
    metric = MatrixMetric("so", 4, band(1, 4.0))
    goal = scipy.stats.special_ortho_group.rvs(4, random_state=3)
    found = connect(metric, goal, rng=np.random.default_rng(0), starts=2, branches=2, keep=3)
    check_solutions(metric, goal, found)


def test_general_linear_group_without_a_logarithm() -> None:
    """diag(-1, -2) has no real logarithm, but geodesics reach it."""
    metric = MatrixMetric("gl", 2, band(1, 1.0))
    goal = np.diag([-1.0, -2.0])
    found = connect(metric, goal, rng=np.random.default_rng(0))
    check_solutions(metric, goal, found)


def test_product_of_groups_adds_squares() -> None:
    one = PauliMetric(1, custom({"Z": 4.0}))
    angles = (0.4, 0.9)
    parts = [scipy.linalg.expm(-1j * angle * np.diag([1.0, -1.0])) for angle in angles]
    goal = scipy.linalg.block_diag(*parts)
    found = connect(ProductMetric(one, one), goal, rng=np.random.default_rng(0))
    expected = np.hypot(*(oracle.berger_distance(angle, 4.0) for angle in angles))
    assert abs(found[0].length - expected) < LENGTH


@pytest.mark.parametrize("gate", ["identity", "z", "h"])
def test_edge_targets_of_one_qubit(gate: str) -> None:
    """The identity, an eigenvalue -1, a degenerate spectrum: results, not exceptions."""
    metric = PauliMetric(1, custom({"Z": 1e6}))
    found = connect(metric, target(gate, 1), rng=np.random.default_rng(0))
    assert found[0].residual <= RESIDUAL
    assert gate != "identity" or found[0].length < LENGTH


def test_failure_is_a_value_with_a_sentence() -> None:
    """Far in GL+, without a logarithm and with one random start: Newton's method starts at rest."""
    metric, goal = MatrixMetric("gl", 2, band(1, 5.0)), np.diag([-1e4, -1e-4])
    found = connect(metric, goal, rng=np.random.default_rng(0), starts=1)
    assert len(found) == 1
    assert found[0].residual > RESIDUAL
    assert found[0].status.startswith("Did not converge: endpoint residual")
    with pytest.raises(RuntimeError, match="Did not converge"):
        connect(metric, goal, rng=np.random.default_rng(0), starts=1, throw=True)


def test_a_target_without_a_logarithm_is_reached() -> None:
    metric, goal = MatrixMetric("gl", 2, band(1, 5.0)), np.diag([-1.0, -2.0])
    check_solutions(metric, goal, connect(metric, goal, rng=np.random.default_rng(0)))


@pytest.mark.parametrize("q", [1e4, 1e6])
def test_extreme_costs(q: float) -> None:
    """Where detours help the length saturates; where every path is costly it grows like sqrt(q)."""
    cliff = connect(PauliMetric(3, nielsen(q)), target("toffoli"), rng=np.random.default_rng(0))
    assert 1.8730 < cliff[0].length < 1.88332
    dear = PauliMetric(2, nielsen(q, locality=1))
    found = connect(
        dear, target("haar", 2, rng=np.random.default_rng(4)), rng=np.random.default_rng(0)
    )
    assert found[0].residual <= RESIDUAL
    assert found[0].length > 0.1 * np.sqrt(q)


def test_infinite_costs_are_the_limit() -> None:
    """Sub-Riemannian: to a turn about the forbidden axis, ``sqrt(theta (2 pi - theta))``."""
    metric = PauliMetric(1, custom({"Z": np.inf}))
    for theta in (0.3, 1.2):
        goal = metric.exp(np.array([0.0, 0.0, theta]))
        found = connect(metric, goal, rng=np.random.default_rng(0))
        assert found[0].residual <= RESIDUAL
        assert abs(found[0].length - np.sqrt(theta * (2 * np.pi - theta))) < LENGTH
    limit = connect(PauliMetric(3, draconian()), target("toffoli"), rng=np.random.default_rng(0))
    assert 1.88331 < limit[0].length < 1.88332


@pytest.mark.slow
def test_four_qubits_by_krylov_steps() -> None:
    metric = PauliMetric(4, nielsen(64.0))
    goal = target("haar", 4, rng=np.random.default_rng(1)).matrix
    found = connect(metric, goal, rng=np.random.default_rng(0), branches=1)
    check_solutions(metric, goal, found)


def test_a_line_that_meets_the_bound_needs_no_search() -> None:
    """Six qubits: no array of 4^6 x 4^6 numbers could be afforded."""
    metric = PauliMetric(6, nielsen(64.0))
    h = np.random.default_rng(0).normal(size=metric.dim) * (metric.strings.weight <= 2)
    h *= 0.1 / metric.norm(h)
    found = connect(metric, metric.exp(h), rng=np.random.default_rng(0), lower=0.1)
    assert found[0].residual <= RESIDUAL
    assert abs(found[0].length - 0.1) < 1e-12
    assert_close(found[0].velocity, h, 1e-10)


def test_a_guess_is_followed() -> None:
    """A geodesic to a nearby target, a long one that the search does not keep."""
    metric = PauliMetric(2, nielsen(3.0, locality=1))
    velocity = np.zeros(15)
    velocity[metric.strings.labels.index("ZZ")] = np.pi / 4 + 2 * np.pi
    goal = metric.exp(velocity)
    near = velocity + 1e-3 * np.random.default_rng(0).normal(size=15)
    options = {"branches": 1, "starts": 0}
    plain = connect(metric, goal, rng=np.random.default_rng(0), **options)
    warm = connect(metric, goal, rng=np.random.default_rng(0), guess=near, **options)
    assert len(warm) == len(plain) + 1
    assert "a guess" in warm[-1].status
    assert abs(warm[-1].length - metric.norm(velocity)) < 1e-6


def test_a_path_that_is_lost_is_still_returned() -> None:
    """Without random starts and at an extreme cost every continued path may fail."""
    metric = PauliMetric(1, custom({"Z": 1e9}))
    goal = target("haar", 1, rng=np.random.default_rng(1))
    found = connect(metric, goal, rng=np.random.default_rng(0), branches=1, starts=0)
    assert len(found) >= 1
    assert "onverge" in found[0].status


def test_nothing_to_start_from_is_refused() -> None:
    metric = MatrixMetric("gl", 2, band(1, 1.0))
    with pytest.raises(ValueError, match="`starts` must be positive where no logarithm"):
        connect(metric, np.diag([-1.0, -2.0]), rng=np.random.default_rng(0), starts=0)


def test_same_seed_same_answer() -> None:
    metric = PauliMetric(2, nielsen(4.0, locality=1))
    first, second = (connect(metric, target("b"), rng=np.random.default_rng(7)) for _ in range(2))
    assert [curve.length for curve in first] == [curve.length for curve in second]


def test_progress_reaches_its_end() -> None:
    shares: list[float] = []
    connect(
        PauliMetric(2, nielsen(4.0, locality=1)),
        target("cnot"),
        rng=np.random.default_rng(0),
        report=lambda _message, share: shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[-1] > 0.8


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        (np.ones((8, 8)), "`target` must be unitary"),
        (np.eye(3), "`target` must have a size that is a power of two"),
        (np.eye(4), "`target` must be a unitary on 3 qubits"),
        (np.full((8, 8), np.nan), "`target` must be finite"),
    ],
)
def test_bad_targets_are_refused(goal: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        connect(PauliMetric(3, nielsen(2.0)), goal, rng=np.random.default_rng(0))


def test_metrics_that_do_not_fit_are_refused() -> None:
    forbidden = PauliMetric(1, custom({"Z": np.inf}))
    with pytest.raises(ValueError, match="`metric` must have finite costs"):
        connect(forbidden, target("t"), rng=np.random.default_rng(0), guess=np.ones(3))
    with pytest.raises(ValueError, match="`metric` must have a dimension of at most 4095"):
        connect(PauliMetric(7, nielsen(2.0)), np.eye(128), rng=np.random.default_rng(0))


@pytest.mark.slow
@pytest.mark.parametrize("gate", sorted(distances.CLIFF))
def test_scan_finds_the_best_lengths_known_at_every_cost(gate: str) -> None:
    costs = [256.0, *distances.CLIFF_COSTS[:-1]]
    goal = target(gate, 3) if gate == "qft" else target(gate)
    found = scan_costs(
        lambda q: PauliMetric(3, nielsen(q)), costs, goal, rng=np.random.default_rng(3)
    )
    best = [distances.CLIFF[gate][-1], *distances.CLIFF[gate][:-1]]
    for cost, geodesics, length in zip(costs, found, best, strict=True):
        assert geodesics[0].length <= length + 1e-6
        check_solutions(PauliMetric(3, nielsen(cost)), goal.matrix, geodesics)


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        ([], "`costs` must be one or more numbers of at least 1"),
        ([0.5], "`costs` must be one or more numbers of at least 1"),
        ([np.nan], "`costs` must be finite"),
    ],
)
def test_scan_refuses_bad_costs(costs: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        scan_costs(
            lambda q: PauliMetric(1, custom({"Z": q})),
            costs,
            target("z"),
            rng=np.random.default_rng(0),
        )


def test_scan_refuses_a_family_that_is_penalised_at_one() -> None:
    with pytest.raises(ValueError, match="`family` must give the unpenalised metric at cost 1"):
        scan_costs(
            lambda q: PauliMetric(1, custom({"Z": 2 * q})),
            [2.0],
            target("z"),
            rng=np.random.default_rng(0),
        )
