"""The bracket of the diameter: closed forms, a wave of geodesics, laws, and what is refused."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.readings import diameter as diameter_module
from qgeom.readings.bounds import lower_bounds
from qgeom.readings.diameter import Diameter, berger_diameter, diameter, unpenalised_diameter
from qgeom.readings.distance import Distance, distance
from qgeom.readings.volume import volume_bound
from tests.closeness import ROUNDING, assert_close
from tests.oracles import diameters, distances

# The first arrival in a cell may be this much before that at its farthest point.
CELL = 0.08
SIX_DIGITS = 1e-6
# A climb of the certified distance ends this close below its greatest value.
CLIMBED = 0.03


def bracket(metric: RightInvariantMetric, count: int = 0) -> Diameter:
    return diameter(metric, rng=np.random.default_rng(0), count=count, starts=2)


def berger(q: float) -> PauliMetric:
    return PauliMetric(1, custom({"Z": q}))


# ---- closed forms


@pytest.mark.parametrize(
    ("q", "exact"),
    [(0.3, 1.87746), (0.5, np.pi / np.sqrt(2)), (0.7, 2.628445), (1.0, np.pi), (9.0, np.pi)],
)
def test_berger_sphere(q: float, exact: float) -> None:
    assert_close(berger_diameter(q, phase=True), exact, 2 * SIX_DIGITS)


@pytest.mark.parametrize("phase", [True, False])
@pytest.mark.parametrize("q", [0.3, 0.8, 1.5, 3.0, 20.0])
def test_wave_of_geodesics_reaches_everything_in_time(q: float, phase: bool) -> None:
    last = diameters.berger_wave(q, phase)
    exact = berger_diameter(q, phase=phase)
    assert exact - CELL <= last <= exact * (1 + ROUNDING)


@pytest.mark.parametrize("q", [1.0, 1.5, 4.0, 100.0])
def test_berger_sphere_modulo_phase_is_as_far_as_z(q: float) -> None:
    assert_close(berger_diameter(q), distances.berger(np.pi / 2, q), ROUNDING)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_clock_matrix_is_the_farthest_without_penalty(n_qubits: int) -> None:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    clock = np.diag(np.exp(2j * np.pi * np.arange(metric.size) / metric.size))
    assert_close(unpenalised_diameter(metric), distances.unpenalised(clock), ROUNDING)


def test_no_rotation_is_farther_than_the_half_turns(rng: np.random.Generator) -> None:
    so5 = MatrixMetric("so", 5, band(4, 1.0))
    far = np.diag([-1.0, -1.0, -1.0, -1.0, 1.0])
    exact = unpenalised_diameter(so5)
    assert_close(exact, distances.rotation(far), ROUNDING)
    for x in rng.normal(size=(50, so5.dim)):
        assert distances.rotation(so5.exp(5 * x)) <= exact


def test_no_unitary_is_farther_than_the_unpenalised_diameter(rng: np.random.Generator) -> None:
    metric = PauliMetric(2, nielsen(1.0))
    for x in rng.normal(size=(50, metric.dim)):
        assert distances.unpenalised(metric.exp(x)) <= unpenalised_diameter(metric)


def test_products_add_squares() -> None:
    so2 = MatrixMetric("so", 2, band(0, 1.0))
    both = ProductMetric(so2, ProductMetric(so2, PauliMetric(1, nielsen(1.0))))
    assert_close(unpenalised_diameter(both), 1.5 * np.pi, ROUNDING)
    unknown = ProductMetric(so2, MatrixMetric("gl", 2, band(0, 1.0)))
    assert unpenalised_diameter(unknown) is None


# ---- brackets


@pytest.mark.parametrize("q", [0.2, 1.0, 1.7, 2.0])
def test_bracket_closes_on_the_berger_sphere(q: float) -> None:
    found = bracket(berger(q))
    assert_close([found.lower, found.upper], [berger_diameter(q)] * 2, ROUNDING)


@pytest.mark.parametrize("axis", ["X", "Y", "Z"])
@pytest.mark.parametrize(("pair", "single"), [(1.0, 5.0), (4.0, 1.0)])
def test_axis_and_unit_of_the_berger_sphere(axis: str, pair: float, single: float) -> None:
    found = bracket(PauliMetric(1, custom({axis: single}, default=pair)))
    assert_close(found.below["berger"], np.sqrt(pair) * berger_diameter(single / pair), ROUNDING)


@pytest.mark.parametrize(
    "metric",
    [
        PauliMetric(3, nielsen(1.0)),
        MatrixMetric("so", 5, band(4, 1.0)),
        ProductMetric(PauliMetric(1, nielsen(1.0)), MatrixMetric("so", 3, band(2, 1.0))),
    ],
    ids=["su8", "so5", "product"],
)
def test_bracket_closes_without_penalty(metric: RightInvariantMetric) -> None:
    found = bracket(metric)
    assert_close([found.lower, found.upper], [unpenalised_diameter(metric)] * 2, ROUNDING)


def test_squashed_sphere_with_three_costs() -> None:
    found = bracket(PauliMetric(1, custom({"X": 2.0, "Y": 3.0, "Z": 5.0})), count=2)
    assert set(found.below) == {"trivial", "unpenalised", "volume", "far target"}
    assert found.lower <= found.found <= found.upper


def test_farthest_of_all_sampled_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    brackets: list[Distance] = []

    def recorded(*arguments: object, **options: object) -> Distance:
        brackets.append(distance(*arguments, **options))
        return brackets[-1]

    monkeypatch.setattr(diameter_module, "distance", recorded)
    found = bracket(berger(5.0), count=5)
    assert found.found == max(one.upper for one in brackets)
    assert found.below["far target"] == max(one.lower for one in brackets)
    assert len(brackets) == 5


@pytest.mark.parametrize("phase", [True, False])
@pytest.mark.parametrize("q", [0.1, 0.6, 1.0, 1.9, 6.0])
def test_volume_is_below_the_diameter(q: float, phase: bool) -> None:
    exact = berger_diameter(q, phase=phase)
    assert volume_bound(berger(q), phase=phase) <= exact * (1 + ROUNDING)


def test_climb_ends_near_the_swap() -> None:
    """At cost q beyond weight 1 the certified distance is greatest at the SWAP."""
    metric = PauliMetric(2, nielsen(16.0, locality=1))
    swap = max(lower_bounds(metric, target("swap").matrix).values())
    found = bracket(metric, count=2)
    assert found.lower_bound == "far target"
    assert swap * (1 - CLIMBED) <= found.lower <= swap * (1 + ROUNDING)
    assert found.lower <= found.found
    assert_close(max(lower_bounds(metric, found.farthest).values()), found.bracket.lower, ROUNDING)


def test_bonnet_myers_beats_the_costs() -> None:
    """One dear string among 255 costs a factor 4, but leaves the Ricci curvature positive.

    Of 128 planes with a string that anticommutes with it, 126 have curvature 1, one q, one 4 - 3q.
    """
    found = bracket(PauliMetric(4, custom({"XXXX": 16.0})))
    assert found.upper_bound == "ricci"
    assert_close(found.upper, np.pi * np.sqrt(254 / (130 - 2 * 16)), ROUNDING)


@pytest.mark.parametrize("q", [0.3, 1.0, 3.0, 50.0])
@pytest.mark.parametrize("n_qubits", [1, 2])
def test_every_distance_is_below_the_diameter(
    n_qubits: int, q: float, rng: np.random.Generator
) -> None:
    metric = PauliMetric(n_qubits, nielsen(q, locality=n_qubits - 1))
    found = bracket(metric)
    for x in rng.normal(size=(2, metric.dim)):
        assert distance(metric, metric.exp(3 * x), rng=rng, starts=2).lower <= found.upper


def test_large_groups_have_closed_forms() -> None:
    found = bracket(PauliMetric(6, nielsen(4096.0)))
    assert (found.farthest, found.bracket, found.found) == (None, None, None)
    assert_close(found.upper / found.lower, 64.0, ROUNDING)


def test_progress_is_told() -> None:
    told: list[tuple[str, float]] = []
    report = partial(lambda log, message, share: log.append((message, share)), told)
    diameter(berger(2.0), rng=np.random.default_rng(0), count=2, starts=0, report=report)
    assert told == [("target 1 of 2", 0.0), ("target 2 of 2", 0.5)]


# ---- what is refused


def test_wrong_bound_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diameter_module, "volume_bound", lambda metric: 9.0)
    with pytest.raises(ValueError, match=r"upper bound, but is 9.0 \(volume\)"):
        bracket(berger(1.0))


@pytest.mark.parametrize("lower", [-1.0, 2.0, float("nan")])
def test_impossible_brackets_are_refused(lower: float) -> None:
    with pytest.raises(ValueError, match="Argument `lower` must be between 0 and the upper bound"):
        Diameter(lower, 1.0, None, None, "a", "b", {}, {})


def test_noncompact_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="must be on a compact group"):
        bracket(MatrixMetric("gl", 2, band(0, 2.0)))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="`count` must be at least 0"):
        bracket(berger(1.0), count=-1)
    with pytest.raises(ValueError, match="`q` must be positive"):
        berger_diameter(0.0)
