"""R2 and R9: dimensions by formula and by rank, paces by closed forms, and what must break them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from analogs.evidence import Outcome, Setting, Trial, evaluate, settle
from analogs.mirrors.resnet import dimension, reparametrise
from analogs.mirrors.resnet.claims import R2, R9
from analogs.mirrors.resnet.dimension import RADIUS, log_share, tangent_dimension
from analogs.mirrors.resnet.reparametrise import (
    GROUPS,
    Pace,
    amplitudes_alone,
    flow,
    landmark_flow,
    steady,
)
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from tests.closeness import EXACT, assert_close

PACE = Pace(0.6)
METRICS = pytest.mark.parametrize("metric", [g[2] for g in GROUPS], ids=["SU", "GL"])


def velocity(metric: RightInvariantMetric, rng: np.random.Generator) -> np.ndarray:
    x = rng.normal(size=metric.dim)
    return x / metric.norm(x)


# ---- R2


@pytest.mark.parametrize("size", [2, 3, 4])
def test_tangent_dimension_at_random_elements(size: int) -> None:
    unitary = scipy.stats.unitary_group(size, seed=1).rvs()
    rotation = scipy.stats.ortho_group(size, seed=1).rvs()
    assert tangent_dimension(unitary) == size**2
    assert tangent_dimension(rotation) == size * (size - 1) // 2


def test_share_of_the_volume_by_counting(rng: np.random.Generator) -> None:
    """Of Haar unitaries of one qubit, those within the radius; their log has eigenvalues +-r."""
    metric = PauliMetric(1, nielsen(1.0))
    unitaries = scipy.stats.unitary_group(2, seed=rng).rvs(40000)
    share = np.mean(metric.norm(metric.log(unitaries)) <= RADIUS)
    assert_close(share, np.exp(log_share(1)), 4 * np.sqrt(0.05 / 40000))


def test_volume_falls_with_the_number_of_qubits() -> None:
    shares = [log_share(n) for n in (1, 2, 3, 4)]
    assert (np.diff(shares, n=1) < 0).all()
    assert (np.diff(shares, n=2) < 0).all()


def test_r2_is_refuted_and_would_not_be_by_a_smaller_algebra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verdict, evidence = evaluate(R2, Setting(True, (0,)))
    assert verdict.outcome is Outcome.REFUTED
    rows = evidence.tables["dimensions"]
    assert [row["algebra_dimension"] for row in rows] == [4, 16, 64, 3, 10, 28]
    larger = tangent_dimension
    monkeypatch.setattr(dimension, "tangent_dimension", lambda element: larger(element) + 1)
    assert settle(R2.experiment(Setting(True, (0,))).readings) is Outcome.SUPPORTED


# ---- R9


def test_pace_is_a_time_change() -> None:
    t = np.linspace(0, 1, 101)
    assert_close(PACE.time(t)[[0, -1]], [0.0, 1.0])
    assert (PACE.rate(t) > 0).all()
    assert_close(np.gradient(PACE.time(t), t, edge_order=2), PACE.rate(t), 1e-2)
    mean_square, _ = scipy.integrate.quad(lambda s: float(PACE.rate(np.array(s))) ** 2, 0, 1)
    assert_close(mean_square, PACE.energy)


@METRICS
def test_curve_is_the_same_at_another_pace(
    metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    for change in (
        steady(metric, velocity(metric, rng), PACE),
        flow(metric, velocity(metric, rng), PACE),
    ):
        assert change.image < reparametrise.TOLERANCE
        assert change.length < reparametrise.TOLERANCE
        assert change.energy > 1.1
        assert_close(change.energy, change.predicted, reparametrise.TOLERANCE)


def test_landmarks_keep_their_path(rng: np.random.Generator) -> None:
    change = landmark_flow(rng, PACE)
    assert max(change.image, change.length) < reparametrise.TOLERANCE


@METRICS
def test_amplitudes_alone_miss_where_directions_turn(
    metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    x = velocity(metric, rng)
    missed = [amplitudes_alone(metric, x, PACE, layers).image for layers in (16, 64)]
    assert missed[0] > 1e-4
    assert missed[1] > 0.5 * missed[0]  # it does not vanish with the depth
    assert amplitudes_alone(metric, x, Pace(0.0), 16).image < EXACT * 100


def test_amplitudes_alone_are_enough_where_nothing_turns(rng: np.random.Generator) -> None:
    free = PauliMetric(2, nielsen(1.0))
    change = amplitudes_alone(free, velocity(free, rng), PACE, 16)
    assert change.image < reparametrise.TOLERANCE


def test_r9_repeats() -> None:
    rows = reparametrise.repeat(Trial(True, 5))["changes"]
    assert [row["side"] for row in rows] == ["quantum"] * 3 + ["network"] * 3 + ["template"]
    evidence = reparametrise.conclude(Setting(True, (5,)), {"changes": tuple(rows)})
    assert settle(evidence.readings) is Outcome.DEFINITION_DEPENDENT
    assert R9.smallest_effect == reparametrise.TOLERANCE


@pytest.mark.parametrize(
    ("column", "value"), [("image", 1e-3), ("length", 1e-3), ("energy", 1.3), ("energy", 0.9)]
)
def test_r9_concludes(column: str, value: float) -> None:
    good = {"image": 1e-12, "length": 0.0, "energy": 1.2, "predicted": 1.2}
    rows = [{"seed": s, "side": "network", "setting": "synthetic"} | good for s in (0, 1)]
    evidence = reparametrise.conclude(Setting(True, (0, 1)), {"changes": tuple(rows)})
    assert settle(evidence.readings) is Outcome.EXACT
    rows[1] |= {column: value}
    evidence = reparametrise.conclude(Setting(True, (0, 1)), {"changes": tuple(rows)})
    assert settle(evidence.readings) is Outcome.REFUTED
