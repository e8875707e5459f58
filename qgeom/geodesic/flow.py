"""The initial-value problem: integrate the group element alone, with the momentum eliminated.

``m(t) = Ad*_{g^-1} m(0)`` holds exactly, so the Euler-Arnold equation is ``dg/dt = hat(I^-1 m(t)) g``
(MATH.md section 2).  Any multiple c of the bi-invariant inverse inertia J^-1 may be taken out exactly:

    g(t) = w(t) exp(t c hat(J^-1 m(0))),   dw/dt = hat((I^-1 - c J^-1) Ad*_{w^-1} m(0)) w.

The scheme is scipy's DOP853 on w for the whole batch at once.  It was chosen by measurement: on SU(8)
with costs (1, 4, 16) and also with costs up to 1e4 it needs less time for the same error than the
commutator-free Lie-group scheme of order 4, by a factor of 16 to 60 (tests/benchmarks/test_flow.py),
and unitarity, which that scheme has for free, is restored by two Newton-Schulz sweeps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.integrate

from qgeom._checks import check_choice, check_positive, check_vector, fail
from qgeom._linalg import dagger, unitarise
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.algebra.paulis import pauli_matrix, pauli_rescale, symplectic_layout
from qgeom.geodesic.closed_form import ClosedForm, closed_form
from qgeom.geodesic.curve import Geodesic, check_times, energy_drift
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric

METHODS = ("auto", "closed form", "integrate")
# DOP853 refuses less than about 100 eps.
SMALLEST_TOLERANCE = 1e-13


def shoot(
    metric: RightInvariantMetric,
    velocity: Vector | None = None,
    duration: float = 1.0,
    *,
    momentum: Covector | None = None,
    times: Real | None = None,
    tolerance: float = 1e-10,
    method: str = "auto",
) -> Geodesic:
    """Geodesics from the identity with given initial velocities or momenta.

    Parameters
    ----------
    metric
        The metric.
    velocity
        Initial velocities u(0), (..., dim); the leading axes are integrated at once.
    duration
        Final time T > 0.
    momentum
        Initial momenta m(0), (..., dim), in place of velocities: where a cost is infinite
        (sub-Riemannian metrics), geodesics of one velocity differ in the momentum there.
    times
        Where to record the curve; default: 0 and T.  `Geodesic.at` gives any other time later.
    tolerance
        Local error per step, relative and absolute, of the integrator (not used by closed forms).
        The error at the end is larger by about the number of steps; `energy_drift` shows it.
    method
        "auto" takes the closed form where there is one; "closed form" and "integrate" insist.

    Raises
    ------
    ValueError
        Unless either a velocity or a momentum is given, of the right shape and finite, the velocity
        with no component of infinite cost; for a duration <= 0, times outside [0, T], or "closed
        form" for a metric that has none.

    Examples
    --------
    >>> import numpy as np
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> half_turn = shoot(PauliMetric(1, nielsen(2.0)), np.array([np.pi / 2, 0.0, 0.0]))
    >>> np.round(half_turn.endpoint.imag, 12) + 0.0  # exp(-i pi X / 2) = -i X
    array([[ 0., -1.],
           [-1.,  0.]])
    """
    start = _initial_momentum(metric, velocity, momentum)
    duration = check_positive("duration", duration)
    tolerance = max(check_positive("tolerance", tolerance), SMALLEST_TOLERANCE)
    check_choice("method", method, METHODS)
    moments = np.array([0.0, duration]) if times is None else check_times(times, duration)
    form = None if method == "integrate" else closed_form(metric)
    if method == "closed form" and form is None:
        raise fail("method", "be auto or integrate for this metric", "is closed form")
    return shoot_momentum(metric, start, moments, tolerance, form)


def _initial_momentum(
    metric: RightInvariantMetric, velocity: Vector | None, momentum: Covector | None
) -> Covector:
    if momentum is not None:
        if velocity is not None:
            raise fail("momentum", "be given in place of a velocity", "both are given")
        return check_vector("momentum", momentum, metric.dim)
    if velocity is None:
        raise fail("velocity", "be given unless a momentum is", "neither is given")
    lowered = metric.lower(check_vector("velocity", velocity, metric.dim))
    if np.isinf(lowered).any():
        raise fail("velocity", "be 0 in directions of infinite cost", "has a component there")
    return lowered


def shoot_momentum(
    metric: RightInvariantMetric,
    momentum: Covector,
    times: Real,
    tolerance: float,
    form: ClosedForm | None,
) -> Geodesic:
    """Geodesics of given initial momenta; `form` is used if it is not None.  Nothing is checked."""

    def interpolant(moments: Real) -> Matrix:
        if form is not None:
            return form.points(momentum, moments)
        return integrate(metric, momentum, moments, tolerance)

    points = interpolant(times)
    dim = metric.dim
    speed = metric.norm(metric.raise_(momentum))
    return Geodesic(
        metric=metric,
        momentum=momentum,
        times=times,
        points=points,
        length=times[-1] * speed,
        energy_drift=energy_drift(metric, points, momentum),
        residual=np.full(momentum.shape[:-1], np.nan),
        scheme="closed form" if form is not None else "DOP853",
        status=f"Shot {momentum.size // dim} geodesic(s) to t = {times[-1]:g}.",
        interpolant=interpolant,
    )


def integrate(
    metric: RightInvariantMetric, momentum: Covector, times: Real, tolerance: float
) -> Matrix:
    """g(t) of the geodesics with initial `momentum` (..., dim) at `times`, (..., T, N, N)."""
    flat = momentum.reshape(-1, metric.dim)
    shift = isotropic_shift(metric)
    field = reduced_field(metric, flat, shift)
    start = np.broadcast_to(metric.identity, (len(flat), metric.size, metric.size))
    points = solve(field, start, times, tolerance)
    if shift:
        assert metric.isotropic is not None
        spin = shift * flat / metric.isotropic
        points = points @ metric.exp(times[:, None, None] * spin)
    if metric.compact:
        points = unitarise(points)
    return np.moveaxis(points, 0, 1).reshape(*momentum.shape[:-1], len(times), *points.shape[-2:])


def isotropic_shift(metric: RightInvariantMetric) -> float:
    """Share c of the bi-invariant metric taken out of the inverse inertia: its smallest value.

    A larger share makes the rest larger, since momentum sits mostly in the costly directions.
    """
    if metric.isotropic is None:
        return 0.0
    return float((metric.isotropic / metric.inertia).min())


def reduced_field(
    metric: RightInvariantMetric, momentum: Covector, shift: float
) -> Callable[[Matrix], Matrix]:
    """Right-hand side ``w -> hat((I^-1 - c J^-1) Ad*_{w^-1} m(0)) w`` for momenta (B, dim)."""
    inverse = 1.0 / metric.inertia
    if shift:
        assert metric.isotropic is not None
        inverse = inverse - shift / metric.isotropic
    if isinstance(metric, PauliMetric):
        # Never leaves matrix form: one conjugation and one rescaling, without coefficients.
        layout = symplectic_layout(inverse, metric.n_qubits)
        generator = -1j * pauli_matrix(momentum)
        return lambda w: pauli_rescale(w @ generator @ dagger(w), layout) @ w
    return lambda w: metric.hat(inverse * metric.transport(w, momentum)) @ w


def solve(
    field: Callable[[Matrix], Matrix], start: Matrix, times: Real, tolerance: float
) -> Matrix:
    """Solve ``dy/dt = field(y)`` for a batch of arrays by DOP853; returns (T, *start.shape).

    The error norm of scipy averages over the batch, so the tolerance is divided by the square root
    of its size: then no member is worse than asked.
    """
    shape = start.shape
    local = max(tolerance / np.sqrt(shape[0]), SMALLEST_TOLERANCE)
    out = np.empty((len(times), *shape), dtype=start.dtype)
    out[times == 0.0] = start

    def derivative(_t: float, y: Real) -> Real:
        return field(y.reshape(shape)).reshape(-1)

    if times[-1] == 0.0:
        return out
    # A trial step that is far too long may overflow: it is then rejected, not reported.
    with np.errstate(over="ignore", invalid="ignore"):
        solver = scipy.integrate.DOP853(
            derivative, 0.0, start.reshape(-1), times[-1], rtol=local, atol=local
        )
        while solver.status == "running":
            before = solver.t
            message = solver.step()
            if solver.status == "failed":
                raise FloatingPointError(f"The integration stopped at t = {solver.t:g}: {message}")
            inside = (times > before) & (times < solver.t)
            if inside.any():
                out[inside] = solver.dense_output()(times[inside]).T.reshape(-1, *shape)
            out[times == solver.t] = solver.y.reshape(shape)
    return out
