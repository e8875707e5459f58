"""C(t): minimal lines, conjugate times, brackets that carry over, and lines that are no geodesics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qgeom.algebra.hamiltonians import chaotic_ising, syk, transverse_ising
from qgeom.algebra.paulis import pauli_index, pauli_matrix
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import majorana
from qgeom.readings.bounds import lower_bounds
from qgeom.readings.evolution import _carried, evolution
from qgeom.readings.pauli_jacobi import pauli_conjugate_times
from tests.closeness import assert_close

TIME = 1e-11
FLAT = PauliMetric(3, nielsen(1.0))


def spread(velocity: np.ndarray) -> float:
    energies = np.linalg.eigvalsh(pauli_matrix(velocity))
    return float(energies[-1] - energies[0])


@pytest.mark.parametrize("velocity", [transverse_ising(3), chaotic_ising(3)])
def test_unpenalised_line_is_minimal_while_it_is_the_shortest_logarithm(
    velocity: np.ndarray,
) -> None:
    """Linear growth up to the principal branch's end (at least pi / spread), bracket closed always."""
    times = np.linspace(0.05, 6.0, 40)
    found = evolution(FLAT, velocity, times)
    early = times * spread(velocity) <= np.pi
    assert early.sum() > 5
    assert_close(found.line[early], times[early])
    assert_close(found.upper[early], found.line[early])
    assert_close(found.lower, found.upper)
    assert found.upper[-1] < 0.5 * found.line[-1]


def test_unpenalised_conjugate_times_are_those_of_the_energy_gaps() -> None:
    """Bi-invariant: exp(t ad_H) has the eigenvalue 1 twice for each gap E_i - E_j = 2 pi k / t."""
    velocity = chaotic_ising(3)
    energies = np.linalg.eigvalsh(pauli_matrix(velocity))
    gaps = np.array([b - a for i, a in enumerate(energies) for b in energies[i + 1 :]])
    exact = np.sort(np.concatenate([2 * np.pi * k / gaps for k in (1, 2)]))
    found = evolution(FLAT, velocity, np.array([2.0, 4.0]))
    assert found.conjugate is not None
    first = exact[exact <= 4.0]
    assert_close(np.repeat(found.conjugate.times, found.conjugate.multiplicity // 2), first, TIME)


@pytest.mark.parametrize("label", ["XYI", "ZZZ"])
def test_single_string(label: str) -> None:
    metric = PauliMetric(3, nielsen(5.0))
    found = evolution(metric, np.eye(63)[pauli_index(label)], np.linspace(0.3, 3.3, 6))
    exact = pauli_conjugate_times(metric, label, 3.3)
    assert found.conjugate is not None
    assert_close(found.conjugate.times, exact.times, TIME)
    assert found.conjugate.multiplicity.tolist() == exact.multiplicity.tolist()
    assert found.index is not None
    assert found.index.tolist() == [exact.index(t) for t in found.times.tolist()]


CLIFF = PauliMetric(3, nielsen(64.0))


def test_penalised_bracket_is_the_best_of_what_is_known() -> None:
    velocity, times = chaotic_ising(3), np.linspace(0.2, 4.0, 12)
    found = evolution(CLIFF, velocity, times)
    points = CLIFF.exp(times[:, None] * velocity)
    below = np.array([max(lower_bounds(CLIFF, point).values()) for point in points])
    assert (found.lower >= below * (1 - 1e-12)).all()
    assert (found.upper <= found.line).all()
    assert_close(found.lower[:3], found.line[:3])  # linear growth while the spread is small
    assert found.lower[-1] < found.upper[-1]  # cost opens the bracket later


def test_bounds_change_no_faster_than_the_line() -> None:
    """|C(t) - C(s)| <= |t - s| |u|, so the bounds may as well."""
    velocity = syk(3, rng=np.random.default_rng(1))
    metric = PauliMetric(3, majorana(lambda w: 1.0 if w <= 4 else 30.0))
    times = np.linspace(0.3, 8.0, 30)
    found = evolution(metric, velocity, times)
    for bound in (found.lower, found.upper):
        assert (np.abs(np.diff(bound)) <= np.diff(times) * (1 + 1e-9)).all()
    # Negative control: the logarithms of single times do jump.
    raw = [metric.norm(metric.log(metric.exp(t * velocity)[None])[0]) for t in times]
    assert (np.abs(np.diff(raw)) > np.diff(times)).any()


def test_a_good_bound_at_one_time_helps_at_the_others() -> None:
    arc = np.array([1.0, 2.0, 4.0])
    lower, upper = _carried(arc, np.array([0.0, 1.9, 0.0]), np.array([1.0, 2.0, 0.5]))
    assert_close(lower, [0.9, 1.9, 0.0])
    assert_close(upper, [1.0, 2.0, 0.5])
    lower, upper = _carried(arc, np.array([0.0, 0.1, 0.2]), np.array([1.0, 3.0, 0.5]))
    assert_close(upper, [1.0, 2.0, 0.5])
    # Values that differ by rounding are one value; real disagreement is left for Evolution to refuse.
    lower, upper = _carried(arc[:1], np.array([1.0 + 1e-15]), np.array([1.0]))
    assert lower[0] == upper[0]
    lower, upper = _carried(arc[:1], np.array([1.1]), np.array([1.0]))
    assert lower[0] > upper[0]


def test_search_shortens_the_line(rng: np.random.Generator) -> None:
    """Along XX with cost 9 on two-qubit strings a shorter path exists near t = pi / 2 - 0.2."""
    metric = PauliMetric(2, nielsen(9.0, locality=1))
    velocity, times = np.eye(15)[pauli_index("XX")], np.array([0.7, 1.4])
    without = evolution(metric, velocity, times)
    searched = evolution(metric, velocity, times, rng=rng, starts=4)
    assert (searched.upper <= without.upper * (1 + 1e-9)).all()
    assert (searched.lower <= searched.upper).all()
    assert searched.upper[1] < searched.line[1] - 0.1


def test_a_line_that_is_no_geodesic_has_no_conjugate_times() -> None:
    mixed = np.eye(63)[pauli_index("XXX")] + np.eye(63)[pauli_index("ZII")]
    found = evolution(CLIFF, mixed, np.array([0.1, 0.2]))
    assert found.conjugate is None
    assert found.index is None
    assert (found.lower <= found.upper).all()


def test_five_qubits_have_bounds_alone() -> None:
    found = evolution(
        PauliMetric(5, nielsen(4.0)), transverse_ising(5), np.array([0.1]), branches=2
    )
    assert found.conjugate is None
    assert_close(found.upper, found.lower)


def test_a_bracket_in_the_wrong_order_is_refused() -> None:
    found = evolution(FLAT, transverse_ising(3), np.array([0.1, 0.2]))
    for wrong in (
        {"lower": found.upper + 1.0},
        {"upper": found.line + 1.0},
        {"lower": -found.lower},
    ):
        with pytest.raises(ValueError, match="`lower` must be between 0 and upper"):
            replace(found, **wrong)


def test_bad_input_is_refused() -> None:
    for times in ([0.0, 1.0], [2.0, 1.0], [], 1.0):
        with pytest.raises(ValueError, match="`times` must be one-dimensional, positive"):
            evolution(FLAT, transverse_ising(3), np.array(times))
    with pytest.raises(ValueError, match="`velocity` must have shape"):
        evolution(FLAT, np.zeros(15), np.array([1.0]))
    with pytest.raises(ValueError, match="`velocity` must be a single one"):
        evolution(FLAT, np.zeros((2, 63)), np.array([1.0]))
