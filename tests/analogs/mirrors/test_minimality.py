"""Q2: the equation against wrong paths, lines against closed forms, shots against known cut points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.minimality import experiment
from analogs.mirrors.minimality.claims import CLAIMS, Q2
from analogs.mirrors.minimality.equation import (
    DERIVATIVE,
    INTEGRAL,
    TIMES,
    Errors,
    group_errors,
    landmark_errors,
)
from analogs.mirrors.minimality.experiment import ALWAYS, LANDMARKS, TOLERANCE, Shots
from analogs.mirrors.minimality.lines import Line, berger_line, rotation_line, toffoli_line
from analogs.mirrors.minimality.shots import (
    KERNEL,
    UNITARY,
    directions,
    kept,
    landmark_starts,
    shorter_matches,
    shorter_paths,
)
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmarks import shoot_landmarks
from qgeom.geodesic.connect import connect
from qgeom.geodesic.flow import shoot
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.jacobi import conjugate_times
from tests.closeness import assert_close

QUICK = Setting(quick=True, seeds=(0, 1))
METRICS = (
    PauliMetric(2, nielsen(16.0, locality=1)),
    MatrixMetric("so", 4, band(1, 16.0)),
    MatrixMetric("gl", 2, band(0, 4.0)),
)
Result = tuple[Verdict, Evidence]


@pytest.fixture(scope="module")
def result() -> Result:
    """A quick run with few and short searches."""
    with pytest.MonkeyPatch.context() as patch:
        # SU(4) in place of SO(4), whose geodesics have no closed form.
        searches = ((*place[:2], replace(UNITARY, shots=3)) for place in experiment.SEARCHES)
        patch.setattr(experiment, "SEARCHES", tuple(searches))
        patch.setattr(experiment, "TYPICAL", 2)
        patch.setattr(experiment, "FACTORS_QUICK", (1.0,))
        patch.setattr(experiment, "TOFFOLI_QUICK", (16.0,))
        patch.setattr(experiment, "LANDMARK_LENGTHS_QUICK", (1.0,))
        return evaluate(Q2, QUICK)


def shot_points(metric, momentum, wanted=None):
    """Points at TIMES of geodesics of `wanted` (default: the same) metric."""
    scaled = TIMES[:, None] * momentum[:, None]
    return shoot(wanted or metric, momentum=scaled, tolerance=1e-13).endpoint


def landmark_points(kernel, seed=0):
    start, momenta = landmark_starts(2.0, 2, np.random.default_rng(seed))
    scaled = TIMES[:, None, None] * momenta[:, None]
    return shoot_landmarks(kernel, start[:, None], scaled, tolerance=1e-13).endpoint


def test_derivative_and_integral_of_a_wave() -> None:
    wave = np.sin(7.0 * TIMES)
    assert_close(DERIVATIVE @ wave, 7.0 * np.cos(7.0 * TIMES), 1e-9)
    assert_close(INTEGRAL @ wave, (1.0 - np.cos(7.0 * TIMES)) / 7.0, 1e-12)


@pytest.mark.parametrize("metric", METRICS, ids=["SU(4)", "SO(4)", "GL(2)"])
def test_shots_satisfy_the_equation_and_those_of_another_cost_do_not(metric) -> None:
    momentum = directions((2, metric.dim), 1.5, np.random.default_rng(5)) * metric.frame
    errors = group_errors(metric, shot_points(metric, momentum))
    assert max(vars(errors).values()) < TOLERANCE
    other = group_errors(metric, shot_points(metric, momentum, metric.relaxed(0.8)))
    assert min(other.equation, other.momentum) > 1e-3


def test_a_path_of_varying_speed_fails_and_so_does_a_wrong_start() -> None:
    metric = METRICS[0]
    momentum = directions((1, metric.dim), 1.5, np.random.default_rng(5)) * metric.frame
    stretched = (TIMES + 0.1 * TIMES**2)[:, None] * momentum[:, None]
    errors = group_errors(metric, shoot(metric, momentum=stretched).endpoint)
    assert errors.energy > 0.1
    assert errors.equation > 0.1


def test_landmarks_satisfy_epdiff_and_those_of_another_kernel_do_not() -> None:
    points = landmark_points(KERNEL)
    errors = landmark_errors(KERNEL, points, np.random.default_rng(1))
    assert max(vars(errors).values()) < TOLERANCE
    other = landmark_errors(Gaussian(1.0), points, np.random.default_rng(1))
    assert min(vars(other).values()) > 1e-4


@pytest.mark.parametrize("q", [1.0, 2.0, 4.0, 64.0])
def test_the_line_on_a_squashed_sphere_is_too_long_from_its_cut_point_on(q: float) -> None:
    """Beyond ``theta = pi / q`` the square of the distance is ``pi^2 - q (pi - theta)^2 / (q - 1)``."""
    line, theta = berger_line(q), np.pi / 2
    square = np.pi**2 - q * (np.pi - theta) ** 2 / (q - 1) if q > 2 else q * theta**2
    assert_close(line.length, np.sqrt(q) * theta)
    assert_close(line.shortest, np.sqrt(square))
    assert (line.excess > TOLERANCE) == (q > 2)


def test_the_search_on_so3_finds_the_exact_distance() -> None:
    line, metric = rotation_line(4.0), MatrixMetric("so", 3, band(1, 4.0))
    end = metric.exp(np.array([0.0, np.pi, 0.0]))
    found = connect(metric, end, rng=np.random.default_rng(0), branches=2, starts=4)
    assert_close(float(found[0].length), line.shortest, 1e-6)
    assert_close(line.length, float(metric.norm(np.array([0.0, np.pi, 0.0]))))


def test_the_line_to_toffoli_is_beaten_where_it_has_conjugate_points() -> None:
    line = toffoli_line(16.0, np.random.default_rng(0))
    assert_close(line.length, np.pi / 8 * np.sqrt(22.0))
    assert 0.05 < line.excess < 0.1
    assert line.force < 1e-12


def test_shots_are_beaten_beyond_their_conjugate_points_only_by_shorter_ones() -> None:
    """A second route: past a conjugate time a geodesic is not even locally the shortest."""
    search, rng = replace(UNITARY, shots=4), np.random.default_rng(11)
    ratios = shorter_paths(search, 5.0, rng)
    again = directions((4, search.metric.dim), 5.0, np.random.default_rng(11))
    shot = [shoot(search.metric, momentum=m) for m in again * search.metric.frame]
    conjugate = np.array([len(conjugate_times(path, 0.99).times) > 0 for path in shot])
    assert conjugate.any()
    assert not kept(ratios)[conjugate].any()
    assert kept(shorter_paths(search, 0.3, rng)).all()


def test_a_short_match_of_landmarks_is_the_shot_itself() -> None:
    ratios = shorter_matches(*landmark_starts(0.5, 3, np.random.default_rng(2)))
    assert_close(ratios, np.ones(3), 1e-8)


def test_exact_as_an_equation_and_refuted_as_a_minimum(result: Result) -> None:
    verdict, _ = result
    assert verdict.outcome is Outcome.DEFINITION_DEPENDENT
    by_part = {}
    for reading in verdict.readings:
        if reading.decisive:
            part = reading.definition.rpartition(": ")[2]
            by_part.setdefault((reading.side, part), set()).add(reading.outcome)
    solved = "shot paths solve the equation"
    for side in ("quantum", "network", "template"):
        assert by_part[side, solved] == {Outcome.EXACT}
    for side in ("quantum", "network"):
        assert Outcome.REFUTED in by_part[side, ALWAYS]
    assert by_part["template", ALWAYS] == {Outcome.INCONCLUSIVE}


def test_tables_and_readings_agree(result: Result) -> None:
    verdict, evidence = result
    errors = [row["error"] for row in evidence.tables["equation"]]
    assert [r.value for r in verdict.readings[: len(errors)]] == errors
    shares = [r.value for r in verdict.readings if r.name.startswith("share of random")]
    assert shares == [row["kept"] for row in evidence.tables["shots"]]
    for row in evidence.tables["lines"]:
        assert row["length"] >= row["shortest"] * (1 - TOLERANCE)


def test_a_single_beaten_solution_refutes_always_and_none_proves_nothing() -> None:
    ratios = np.ones(40)
    unbeaten = experiment._shot_reading(Shots("template", LANDMARKS, 1.0, None, ratios))
    assert unbeaten.outcome is Outcome.INCONCLUSIVE
    ratios[7] = 0.9
    beaten = experiment._shot_reading(Shots("template", LANDMARKS, 1.0, None, ratios))
    assert beaten.outcome is Outcome.REFUTED


def test_an_equation_that_fails_is_refuted() -> None:
    broken = [*experiment._equation("quantum", "SU(4)", Errors(1e-7, 0.0, 0.0), 4)]
    assert broken[0].outcome is Outcome.REFUTED
    line = Line(length=2.0, shortest=1.0, force=1e-3)
    force, share = experiment._line_readings([("quantum", "no solution", 2.0, line)])
    assert force.outcome is share.outcome is Outcome.REFUTED


def test_claims_of_the_package() -> None:
    assert {claim.id: claim.kind for claim in CLAIMS} == {"Q2": "complexity", "Q4": "complexity"}
