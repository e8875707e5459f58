"""Projection and slices: every bound against errors measured with another integrator, and its order."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate

from qgeom.algebra.paulis import pauli_matrix, pauli_strings
from qgeom.circuits.gates import operator_error
from qgeom.circuits.nielsen.slicing import (
    INTEGRATORS,
    Path,
    averaging_lemma,
    constant_path,
    evolve,
    exponents,
    geodesic_path,
    local_strings,
    magnus_bound,
    project,
    projection_bound,
    projection_lemma,
    propagator,
    slicing_bound,
    velocity_panels,
)
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.metric.schedules import draconian
from tests.closeness import assert_close, assert_order

# Local error of the second route, over some hundred steps.
SOLVED = 1e-10
# The bounds below are the errors at leading order, but for cancellation between slices.
TIGHT = 3.0
CASES = range(4)
# Relative error of the midpoint rule with 40 points, on an integrand with a kink at s = t.
MIDPOINT = 1.0 / 40**2


def smooth_path(n_qubits: int, seed: int) -> Path:
    amplitudes = np.random.default_rng(seed).normal(size=(3, 4**n_qubits - 1)) / 2**n_qubits

    def hamiltonian(times: np.ndarray) -> np.ndarray:
        waves = np.stack([np.cos(3 * times), np.sin(2 * times), times**2], axis=-1)
        return waves @ amplitudes

    return Path(n_qubits, 1.0, hamiltonian, panels=2)


def solved(path: Path) -> np.ndarray:
    """The second route: scipy's DOP853 on the Schroedinger equation."""
    size = 1 << path.n_qubits

    def rate(time: float, y: np.ndarray) -> np.ndarray:
        return (
            -1j * pauli_matrix(path.hamiltonian(np.array([time]))[0]) @ y.reshape(size, -1)
        ).ravel()

    start = np.eye(size, dtype=complex).ravel()
    span = (0.0, path.duration)
    done = scipy.integrate.solve_ivp(rate, span, start, method="DOP853", rtol=1e-12, atol=1e-12)
    return done.y[:, -1].reshape(size, size)


def nielsen_geodesic(q: float, seed: int = 0, length: float = 0.5) -> Geodesic:
    metric = PauliMetric(3, nielsen(q))
    velocity = np.random.default_rng(seed).normal(size=63) / np.sqrt(metric.inertia)
    return shoot(metric, velocity * length / metric.norm(velocity))


def sliced_error(path: Path, exact: np.ndarray, slices: int, integrator: str) -> float:
    return float(np.linalg.norm(exact - propagator(exponents(path, slices, integrator)), ord=2))


@pytest.mark.parametrize(("integrator", "order"), [("mean", 2), ("cf4", 4)])
def test_orders_of_the_integrators(integrator: str, order: int) -> None:
    path = smooth_path(2, 1)
    exact = solved(path)
    errors = [sliced_error(path, exact, slices, integrator) for slices in (4, 8, 16)]
    assert_order(errors, order)


@pytest.mark.parametrize("n_qubits", [2, 3])
@pytest.mark.parametrize("seed", CASES)
@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_slicing_bound_holds_and_is_tight(n_qubits: int, seed: int, integrator: str) -> None:
    path = smooth_path(n_qubits, seed)
    exact = solved(path)
    for slices in (1, 4):
        error = sliced_error(path, exact, slices, integrator)
        bound = slicing_bound(path, slices, integrator)
        assert error <= bound <= TIGHT * error
        assert error > bound / 10  # negative control: a tenth is no bound


@pytest.mark.parametrize("seed", CASES)
def test_chain_of_bounds_for_the_mean(seed: int) -> None:
    path = smooth_path(2, seed)
    exact = solved(path)
    for slices in (2, 8):
        error = sliced_error(path, exact, slices, "mean")
        sharp, magnus = slicing_bound(path, slices), magnus_bound(path, slices)
        assert error <= sharp <= magnus <= TIGHT * error
        assert magnus <= double_integral(path, slices) * (1 + MIDPOINT)
        assert magnus <= averaging_lemma(path, slices)


def double_integral(path: Path, slices: int, points: int = 40) -> float:
    """``1/2 int int_{s < t} ||[H(s), H(t)]||`` by the midpoint rule on every slice."""
    step = path.duration / slices
    total = 0.0
    for start in step * np.arange(slices):
        times = start + step * (np.arange(points) + 0.5) / points
        h = pauli_matrix(path.hamiltonian(times))
        products = h[:, None] @ h[None]
        norms = np.linalg.norm(products - products.swapaxes(0, 1), ord=2, axis=(-2, -1))
        total += 0.25 * float(norms.sum()) * (step / points) ** 2
    return total


def test_averaging_lemma_in_closed_form() -> None:
    flip = np.array([2.0, 0.0, 0.0])  # c = 2
    assert_close(averaging_lemma(constant_path(flip, 1.5), 3), 6 * (np.e - 2.0))


def test_a_hamiltonian_that_commutes_with_itself_needs_one_slice() -> None:
    direction = np.random.default_rng(0).normal(size=15)
    path = Path(2, 2.0, lambda times: np.cos(times)[:, None] * direction)
    exact = propagator(np.sin(2.0) * direction[None])
    for integrator in INTEGRATORS:
        assert operator_error(exact, propagator(exponents(path, 1, integrator))) < 1e-9
        assert slicing_bound(path, 1, integrator) < 1e-7
    assert magnus_bound(path, 1) < 1e-7


def test_panels_resolve_what_turns_many_times_in_a_slice() -> None:
    rate = 100.0
    spin = lambda t: np.stack([np.cos(rate * t), np.sin(rate * t), 0 * t], axis=-1)  # noqa: E731
    whole = np.array([[np.sin(rate), 1.0 - np.cos(rate), 0.0]]) / rate
    assert_close(exponents(Path(1, 1.0, spin, panels=50), 1), whole, 1e-10)
    assert np.abs(exponents(Path(1, 1.0, spin), 1) - whole).max() > 1e-2  # negative control
    first = np.array([[0.5 * np.sin(rate) / rate + (np.cos(rate) - 1.0) / rate**2, 0.0, 0.0]])
    early, late = exponents(Path(1, 1.0, spin, panels=50), 1, "cf4")
    assert_close((late - early)[0] / 4, first[0, 0], 1e-10)
    # The bound needs the running integrals, which panels carry on from one another.
    path = Path(1, 1.0, spin, panels=50)
    for integrator in INTEGRATORS:
        error = sliced_error(path, solved(path), 4, integrator)
        assert error <= slicing_bound(path, 4, integrator)


def test_evolve_keeps_its_tolerance() -> None:
    path = smooth_path(2, 3)
    for tolerance in (1e-3, 1e-8):
        error = float(np.linalg.norm(evolve(path, tolerance) - solved(path), ord=2))
        assert error <= tolerance + SOLVED


def test_evolve_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qgeom.circuits.nielsen.slicing.FINEST", 16)
    with pytest.raises(FloatingPointError, match="slices do not follow"):
        evolve(smooth_path(1, 0), -1.0)


# ---- projection


@pytest.mark.parametrize("q", [16.0, 256.0])
@pytest.mark.parametrize("seed", CASES)
def test_projection_bounds_hold(q: float, seed: int) -> None:
    geodesic = nielsen_geodesic(q, seed)
    allowed = local_strings(3)
    path = geodesic_path(geodesic)
    end = solved(project(path, allowed))
    error = float(np.linalg.norm(geodesic.endpoint - end, ord=2))
    bound, lemma = projection_bound(path, allowed), projection_lemma(geodesic, allowed)
    assert error <= bound + SOLVED
    assert bound <= lemma
    assert lemma <= 8 * float(geodesic.length) / np.sqrt(q)  # 2^n d / p of the source
    assert bound <= TIGHT * error
    assert error > bound / 10  # negative control
    assert error > lemma / 10


def test_projection_bound_is_the_integral_of_the_norm() -> None:
    geodesic = nielsen_geodesic(64.0)
    times = (np.arange(2000) + 0.5) / 2000
    dropped = geodesic.at(times).velocities * ~local_strings(3)
    norms = np.linalg.norm(pauli_matrix(dropped), ord=2, axis=(-2, -1))
    assert_close(projection_bound(geodesic_path(geodesic), local_strings(3)), norms.mean(), 1e-6)


def test_the_lemma_is_an_equality_for_a_projector() -> None:
    """``||H|| = ||H||_F`` needs rank one, which a traceless H misses by ``sqrt(1 - 1/N)``."""
    strings = pauli_strings(3)
    h = np.where(strings.x == 0, 1.0, 0.0)  # 8 |000><000| - 1
    metric = PauliMetric(3, nielsen(4.0, locality=0))
    geodesic = shoot(metric, h)
    nothing = np.zeros(63, dtype=bool)
    bound = projection_bound(geodesic_path(geodesic), nothing)
    assert_close(bound, np.sqrt(7 / 8) * projection_lemma(geodesic, nothing), 1e-9)


def test_infinite_costs_lose_nothing() -> None:
    metric = PauliMetric(3, draconian())
    geodesic = shoot(metric, momentum=np.random.default_rng(0).normal(size=63) / 8)
    allowed = local_strings(3)
    assert projection_lemma(geodesic, allowed) == 0.0
    assert projection_bound(geodesic_path(geodesic), allowed) == 0.0


def test_a_geodesic_is_the_evolution_of_its_path() -> None:
    geodesic = nielsen_geodesic(16.0)
    path = geodesic_path(geodesic)
    times = np.linspace(0.1, 0.9, 5)
    assert_close(path.hamiltonian(times), geodesic.at(times).velocities)
    assert_close(solved(path), geodesic.endpoint, SOLVED)


# ---- refusals


def test_what_is_no_path_on_qubits_is_refused() -> None:
    turn = shoot(MatrixMetric("so", 3, band(1, 4.0)), np.ones(3))
    with pytest.raises(ValueError, match="`geodesic` must be one on qubits"):
        geodesic_path(turn)
    with pytest.raises(ValueError, match="`geodesic` must be one curve"):
        geodesic_path(shoot(PauliMetric(1, nielsen(2.0)), np.ones((2, 3))))


@pytest.mark.parametrize(
    ("coefficients", "time", "message"),
    [
        (np.ones(4), 1.0, r"`hamiltonian` must have shape \(..., 3\)"),
        (np.ones((1, 3)), 1.0, "`hamiltonian` must be one vector"),
        (np.zeros(0), 1.0, "`hamiltonian` must have shape"),
        (np.ones(3), 0.0, "`time` must be positive"),
    ],
)
def test_wrong_hamiltonians_are_refused(
    coefficients: np.ndarray, time: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        constant_path(coefficients, time)


@pytest.mark.parametrize(("slices", "integrator"), [(0, "mean"), (2, "midpoint")])
def test_wrong_slices_are_refused(slices: int, integrator: str) -> None:
    with pytest.raises(ValueError, match=r"Argument `(slices|integrator)` must be"):
        exponents(constant_path(np.ones(3), 1.0), slices, integrator)


@pytest.mark.parametrize("duration", [0.1, 3.0])
def test_panels_follow_the_norm_of_the_momentum_on_every_compact_group(duration: float) -> None:
    rng = np.random.default_rng(11)
    pauli, rotations = PauliMetric(3, nielsen(16.0)), MatrixMetric("so", 5, band(1, 16.0))
    momentum = rng.normal(size=pauli.dim)
    norm = np.linalg.norm(pauli_matrix(momentum), ord=2)
    assert velocity_panels(shoot(pauli, momentum=momentum, duration=duration)) == max(
        1, np.ceil(duration * norm)
    )
    momentum = rng.normal(size=rotations.dim)
    # <A, B> = tr(A^T B) / d, so that m_a = 2 A_a / d without penalties.
    norm = np.linalg.norm(rotations.hat(5 / 2 * momentum), ord=2)
    assert velocity_panels(shoot(rotations, momentum=momentum, duration=duration)) == max(
        1, np.ceil(duration * norm)
    )


def test_panels_need_a_bi_invariant_metric() -> None:
    geodesic = shoot(MatrixMetric("gl", 2, band(1, 4.0)), np.ones(4))
    with pytest.raises(ValueError, match="be in a group with a bi-invariant metric, but is in one"):
        velocity_panels(geodesic)
