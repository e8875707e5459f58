r"""From a path of Hamiltonians to few exponentials: project on local terms, then slice the time.

The first two lemmas of Nielsen, Dowling, Gu and Doherty (Science 311, 1133 (2006)), each with their
bound and with a sharper one.  Every sharper bound rests on one fact: if U and V start at the identity
and have the Hamiltonians H(t) and W(t), then ``||U(t) - V(t)|| <= int_0^t ||H - W|| ds`` in the
operator norm.  Integrals are Gauss-Legendre sums over panels on which H(t) is smooth.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.polynomial import legendre, polynomial

from qgeom._checks import check_choice, check_integer, check_positive, check_vector, fail
from qgeom._linalg import commutator, dagger, expm_hermitian
from qgeom._typing import Complex, Real, Vector
from qgeom.algebra.paulis import pauli_matrix, pauli_strings
from qgeom.geodesic.curve import Geodesic, velocities_at
from qgeom.metric.pauli import PauliMetric

INTEGRATORS = ("mean", "cf4")
# Gauss nodes of a panel.
NODES = 8
# Panels at least on which the norm of what a projection drops is integrated: norms have kinks.
PANELS = 32
# The finest slicing that `evolve` tries.
FINEST = 1 << 14


class Sampled(Protocol):
    """What slicing alone needs of a path: its coefficients may be those of any Lie algebra."""

    @property
    def duration(self) -> float:
        """Last time."""

    @property
    def hamiltonian(self) -> Callable[[Real], Vector]:
        """Coefficients (T, dim) of the generator at increasing times (T,)."""

    @property
    def panels(self) -> int:
        """Parts of the whole time on each of which eight Gauss nodes resolve the generator."""


@dataclass(frozen=True, eq=False)
class Path:
    """A Hamiltonian H(t) on n qubits, ``dU/dt = -i H(t) U``, for ``0 <= t <= duration``.

    Attributes
    ----------
    n_qubits
        Number of qubits.
    duration
        Last time.
    hamiltonian
        Pauli coefficients (T, dim) at increasing times (T,).
    panels
        Number of equal parts of the whole time on each of which eight Gauss nodes resolve H(t).
    """

    n_qubits: int
    duration: float
    hamiltonian: Callable[[Real], Vector]
    panels: int = 1


def geodesic_path(geodesic: Geodesic) -> Path:
    """Velocities ``H = F(U L_0 U^dagger)`` of a single geodesic on qubits, at any time.

    Raises
    ------
    ValueError
        Unless the metric is a PauliMetric and the geodesic one, not a batch.
    """
    metric = geodesic.metric
    if not isinstance(metric, PauliMetric):
        raise fail("geodesic", "be one on qubits (PauliMetric)", f"has a {type(metric).__name__}")
    if geodesic.momentum.ndim != 1:
        raise fail("geodesic", "be one curve", f"is a batch of {geodesic.momentum.shape[:-1]}")

    def hamiltonian(times: Real) -> Vector:
        return velocities_at(metric, geodesic.interpolant(times), geodesic.momentum)

    return Path(metric.n_qubits, geodesic.duration, hamiltonian, velocity_panels(geodesic))


def velocity_panels(geodesic: Geodesic) -> int:
    """Panels on which the velocities of a geodesic on unitary or orthogonal matrices are smooth.

    ``u = I^-1 Ad* m(0)`` rotates with frequencies up to about twice the norm of the matrix of m(0) in
    the unpenalised frame: two radians a panel.

    Raises
    ------
    ValueError
        Where the group has no bi-invariant metric to compare with.
    """
    metric = geodesic.metric
    if metric.isotropic is None:
        raise fail("geodesic", "be in a group with a bi-invariant metric", "is in one without")
    generator = metric.hat(geodesic.momentum / metric.isotropic)
    return max(1, math.ceil(geodesic.duration * np.linalg.norm(generator, ord=2)))


def constant_path(hamiltonian: Vector, time: float) -> Path:
    """A Hamiltonian (dim,) that does not change, for a time > 0.

    Raises
    ------
    ValueError
        Unless the coefficients are ``4^n - 1`` finite real numbers and the time is positive.
    """
    n_qubits = ((np.size(hamiltonian) + 1).bit_length() - 1) // 2
    coefficients = check_vector("hamiltonian", hamiltonian, 4 ** max(n_qubits, 1) - 1)
    if coefficients.ndim != 1:
        raise fail("hamiltonian", "be one vector", f"has shape {coefficients.shape}")
    time = check_positive("time", time)
    return Path(n_qubits, time, lambda times: np.tile(coefficients, (len(times), 1)))


def local_strings(n_qubits: int, locality: int = 2) -> np.ndarray:
    """Which strings have a weight of at most `locality`, (dim,) bool.

    Examples
    --------
    >>> int(local_strings(3).sum())  # 9 + 27
    36
    """
    return pauli_strings(n_qubits).weight <= locality


# ---- lemma 1: projection on the allowed strings


def project(path: Path, allowed: np.ndarray) -> Path:
    """The path with all strings dropped that are not `allowed`, (dim,) bool."""
    return replace(path, hamiltonian=lambda times: path.hamiltonian(times) * allowed)


def projection_bound(path: Path, allowed: np.ndarray) -> float:
    """``||U - U_P|| <= int ||H - H_P|| dt``, computed.

    Examples
    --------
    >>> h = np.zeros(63)
    >>> h[-1] = 0.25  # ZZZ / 4 for a time of 2
    >>> round(projection_bound(constant_path(h, 2.0), local_strings(3)), 12)
    0.5
    """
    _, weights, values = _samples(path, PANELS)
    norms = operator_norms(pauli_matrix(values * ~allowed))
    return float(path.duration / PANELS * np.sum(norms @ weights))


def projection_lemma(geodesic: Geodesic, allowed: np.ndarray) -> float:
    r"""Lemma 1: ``||U - U_P|| <= 2^{n/2} d / sqrt(q)`` for a path of length d.

    With ``|H|^2 = sum_s q_s h_s^2`` the dropped part has
    ``||H - H_P|| <= ||H - H_P||_F = 2^{n/2} sqrt(sum' h_s^2) <= 2^{n/2} |H| / sqrt(q)``, q the least
    cost that is dropped.  The source writes the cost as ``q = p^2`` and sums ``|h_s|`` over fewer than
    4^n strings, which gives its ``2^n d / p``.
    """
    dropped = geodesic.metric.inertia[~allowed]
    cheapest = float(dropped.min(initial=np.inf))
    return float(np.sqrt(geodesic.metric.size / cheapest) * geodesic.length)


# ---- lemma 2: slices


def exponents(path: Sampled, slices: int, integrator: str = "mean") -> Vector:
    r"""Coefficients (K, dim) of K_1, K_2, ... with ``U ~ ... exp(-i K_2) exp(-i K_1)``.

    The exponentials are those of the algebra that the coefficients belong to.

    With ``B_0 = int H dt`` and ``B_1 = 1/D int (t - t_mid) H dt`` on a slice of length D: "mean" is
    ``exp(-i B_0)``, Nielsen's averaging, of order 2; "cf4" the commutator-free Magnus scheme
    ``exp(-i (B_0/2 + 2 B_1)) exp(-i (B_0/2 - 2 B_1))`` of order 4 (Blanes and Moan, Appl. Numer.
    Math. 56, 1519 (2006)).

    Raises
    ------
    ValueError
        Unless `slices` is a positive integer and `integrator` one of the two.

    Examples
    --------
    >>> ramp = Path(1, 1.0, lambda t: t[:, None] * np.array([1.0, 0.0, 0.0]))
    >>> np.round(exponents(ramp, 1)[:, 0], 12), np.round(exponents(ramp, 1, "cf4")[:, 0], 12)
    (array([0.5]), array([0.08333333, 0.41666667]))
    """
    slices = check_integer("slices", slices, 1)
    check_choice("integrator", integrator, INTEGRATORS)
    nodes, weights, values = _samples(path, slices)
    step = path.duration / slices
    zeroth = step * np.einsum("j,kj...->k...", weights, values)
    if integrator == "mean":
        return zeroth
    first = step * np.einsum("j,kj...->k...", weights * (nodes - 0.5), values)
    halves = np.stack([0.5 * zeroth - 2.0 * first, 0.5 * zeroth + 2.0 * first], axis=1)
    return halves.reshape(-1, zeroth.shape[-1])


# All formulas of one slicing share the integrals over the slices.
cached_exponents = functools.lru_cache(maxsize=64)(exponents)


def propagator(generators: Vector) -> Complex:
    """``... exp(-i K_2) exp(-i K_1)`` of coefficients (K, dim)."""
    return functools.reduce(lambda u, v: v @ u, expm_hermitian(pauli_matrix(generators)))


def evolve(path: Path, tolerance: float) -> Complex:
    """Unitary of the whole path within `tolerance`, by "cf4" on as many slices as its bound wants.

    Raises
    ------
    FloatingPointError
        If 16384 slices are not enough.
    """
    slices = 1
    while slicing_bound(path, slices, "cf4") > tolerance:
        slices *= 2
        if slices > FINEST:
            raise FloatingPointError(f"{FINEST} slices do not follow the path to {tolerance:g}.")
    return propagator(exponents(path, slices, "cf4"))


def averaging_lemma(path: Path, slices: int) -> float:
    r"""Lemma 2: the "mean" of each slice errs by at most ``2 (e^{c D} - 1 - c D)``, ``c = max ||H||``.

    Both unitaries are ``1 - i int H dt`` up to ``sum_{k >= 2} (c D)^k / k!``.  The maximum is taken over
    the nodes of the slice.

    Examples
    --------
    >>> h = np.array([0.0, 0.0, 1.0])
    >>> round(averaging_lemma(constant_path(h, 1.0), 1) / 2, 12) == round(np.e - 2, 12)
    True
    """
    norms = operator_norms(pauli_matrix(_samples(path, slices)[2]))
    strength = path.duration / slices * norms.max(axis=-1)
    return float(np.sum(2.0 * (np.expm1(strength) - strength)))


def magnus_bound(path: Path, slices: int) -> float:
    r"""The "mean" errs by at most ``1/2 int ||[K(t), H(t)]|| dt`` with ``K(t) = int H`` from the border.

    It is at most ``1/2 int int_{s < t} ||[H(s), H(t)]||``, and 0 where H commutes with itself: the
    Hamiltonian of ``exp(-i K(t))`` is ``int_0^1 e^{-i u K} H e^{i u K} du``, no further from H than
    ``||[K, H]|| / 2``.
    """
    _, weights, samples = _samples(path, slices)
    step, values = path.duration / slices, pauli_matrix(samples)
    norms = operator_norms(1j * commutator(step * _primitive(values), values))
    return float(0.5 * step * np.sum(norms @ weights))


def slicing_bound(path: Path, slices: int, integrator: str = "mean") -> float:
    """``int ||W - H|| dt`` with W the Hamiltonian of the exponentials on each slice as it grows.

    For both integrators; the leading order in the length of a slice is that of the error.
    """
    nodes, weights, samples = _samples(path, slices)
    step, values = path.duration / slices, pauli_matrix(samples)
    zeroth = _primitive(values)  # B_0(t) / D at the nodes
    if integrator == "mean":
        growth = _generator(step * zeroth, values)
    else:
        nodes = nodes[:, None, None]
        first = _primitive(nodes * values) / nodes - 0.5 * zeroth  # B_1(t) / D
        ahead = (2.0 * first + zeroth) / nodes
        early, late = step * (0.5 * zeroth - 2.0 * first), step * (0.5 * zeroth + 2.0 * first)
        turn = expm_hermitian(late)
        growth = turn @ _generator(early, ahead - 0.5 * values) @ dagger(turn)
        growth = growth + _generator(late, 1.5 * values - ahead)
    return float(step * np.sum(operator_norms(growth - values) @ weights))


def _generator(x: Complex, rate: Complex) -> Complex:
    """Hamiltonian of ``exp(-i X(t))`` with ``dX/dt`` = rate: ``int_0^1 e^{-i u X} rate e^{i u X} du``."""
    values, vectors = np.linalg.eigh(x)
    gap = values[..., :, None] - values[..., None, :]
    mean = np.exp(-0.5j * gap) * np.sinc(gap / (2.0 * np.pi))
    return vectors @ (mean * (dagger(vectors) @ rate @ vectors)) @ dagger(vectors)


def _samples(path: Sampled, slices: int) -> tuple[Real, Real, Vector]:
    """Nodes and weights (M,) on a slice of length 1, and H there on all slices, (S, M, dim)."""
    panels = math.ceil(path.panels / slices)
    inner, weights, _ = gauss_rule()
    nodes = ((np.arange(panels)[:, None] + inner) / panels).reshape(-1)
    times = path.duration / slices * (np.arange(slices)[:, None] + nodes)
    values = path.hamiltonian(times.reshape(-1)).reshape(slices, len(nodes), -1)
    return nodes, np.tile(weights / panels, panels), values


def _primitive(values: Complex) -> Complex:
    """Integrals from the start of a slice of length 1 to its nodes, (S, M, N, N) as the values."""
    _, weights, running = gauss_rule()
    panels = values.reshape(len(values), -1, NODES, *values.shape[2:])
    whole = np.einsum("j,kpj...->kp...", weights, panels)
    before = np.cumsum(whole, axis=1) - whole
    inside = np.einsum("ij,kpj...->kpi...", running, panels)
    return ((before[:, :, None] + inside) / panels.shape[1]).reshape(values.shape)


def operator_norms(hermitian: Complex) -> Real:
    """Operator norms (...) of Hermitian matrices (..., N, N)."""
    return np.abs(np.linalg.eigvalsh(hermitian)).max(axis=-1)


@functools.cache
def gauss_rule() -> tuple[Real, Real, Real]:
    """Gauss nodes c and weights on [0, 1], and ``A[i, j] = int_0^{c_i} l_j`` of the interpolation."""
    nodes, weights = legendre.leggauss(NODES)
    nodes, weights = 0.5 * (nodes + 1.0), 0.5 * weights
    interpolation = np.linalg.inv(polynomial.polyvander(nodes, NODES - 1))  # (power, j)
    running = polynomial.polyval(nodes, polynomial.polyint(interpolation)).T
    return nodes, weights, running.astype(np.float64)
