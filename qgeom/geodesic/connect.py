"""The boundary-value problem: every geodesic that a search finds from the identity to a target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from qgeom._checks import check_finite_array, check_integer, check_vector, fail
from qgeom._typing import Matrix, Vector
from qgeom.algebra.targets import Target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.continuation import Ladder, Report
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot_momentum
from qgeom.geodesic.refine import RESIDUAL, Watch, endpoint_residual
from qgeom.geodesic.search import Effort, Pool, Search, merge
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian

# Six qubits.
MAX_DIM = 4095
# Dimension up to which each size of search is the default.
TINY, SMALL = 15, 100
# Residual on the way where each evaluation is an integration.
LOOSE = 1e-6
# A straight line meets a lower bound at this relative accuracy.
MEETS = 1e-12


def connect(
    metric: RightInvariantMetric,
    target: Target | Matrix,
    *,
    rng: np.random.Generator,
    branches: int | None = None,
    starts: int | None = None,
    keep: int = 12,
    lower: float = 0.0,
    guess: Vector | None = None,
    report: Report | None = None,
    throw: bool = False,
) -> tuple[Geodesic, ...]:
    """Geodesics from the identity to a target, shortest first.

    The straight lines of the logarithms, with a little smooth noise, and random paths are relaxed by
    curve shortening (`relax`) to local minima of the energy at the wanted cost, and Newton's method
    makes geodesics of them.  At a cost beyond 256 the geodesics are found at 256 and continued.
    Neither random shooting nor continuation in the cost alone finds the shortest geodesics
    (QUANTUM_GEOMETRY.md 3.3).

    Parameters
    ----------
    metric
        The metric; dim at most 4095 (n <= 6 qubits; n <= 3 is quick).  Beyond dim 100 no array of
        dim^2 numbers is made.  Costs may be infinite (sub-Riemannian).
    target
        A Target or a group element (N, N); on qubits it counts up to a global phase.
    rng
        Source of the random starts.
    branches
        Logarithms to start from; default: two for each eigenvalue (one on up to two qubits), so all
        phase lifts, but from four qubits on the principal one alone: each takes about 20 s there.
    starts
        Random starts; default: 16 (2 on up to two qubits), none from four qubits on.
    keep
        Solutions kept.
    lower
        A lower bound of the distance: a straight line that meets it is returned without a search.
    guess
        Velocities (dim,) or (K, dim) of geodesics to nearby targets or of nearby metrics: warm starts.
    report
        Called with a message and the finished share.
    throw
        Raise if nothing converges, instead of returning the best attempt with its status.

    Returns
    -------
    tuple of Geodesic
        Distinct solutions with ``residual <= 1e-9``; if there are none, the best attempt.  A search
        gives upper bounds of the distance: no solution is proved to be minimal.

    Raises
    ------
    ValueError
        For a target that is not in the group, a metric that is too large, no start at all, or a
        `guess` where a cost is infinite.
    RuntimeError
        If nothing converges and `throw` is set.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> cost = PauliMetric(2, nielsen(4.0, locality=1))
    >>> found = connect(cost, target("cnot"), rng=np.random.default_rng(0))
    >>> round(float(found[0].length), 6)  # (pi / 4) sqrt(2 + q)
    1.923825
    """
    report, watch = _watched(report)
    element, logs, search = _prepared(
        metric.relaxed, metric, 0.0, target, rng, branches, starts, keep, watch
    )
    pool = search.lines(1.0, logs)
    if not pool.length.min(initial=np.inf) <= lower * (1 + MEETS):
        (pool,) = search.run(logs, np.array([1.0]), report)
    if guess is not None:
        check_riemannian("metric", metric)  # a velocity does not fix the momentum otherwise
        momenta = metric.lower(np.atleast_2d(check_vector("guess", guess, metric.dim)))
        pool = merge(metric, [pool, search.warm(1.0, momenta)], RESIDUAL, keep)
    found = _geodesics(metric, element, pool)
    if throw and not found[0].residual <= RESIDUAL:
        raise RuntimeError(found[0].status)
    return found


def scan_costs(
    family: Callable[[float], RightInvariantMetric],
    costs: Sequence[float],
    target: Target | Matrix,
    *,
    rng: np.random.Generator,
    branches: int | None = None,
    starts: int | None = None,
    keep: int = 12,
    report: Report | None = None,
) -> tuple[tuple[Geodesic, ...], ...]:
    """Geodesics to one target for many costs, by one search.

    Paths are relaxed at every cost, and the geodesics found are carried to all costs above and below.

    Parameters
    ----------
    family
        Metric of a cost, e.g. ``lambda q: PauliMetric(3, nielsen(q))``; unpenalised at cost 1.
    costs
        Costs >= 1, in any order.
    target, rng, branches, starts, keep, report
        As for `connect`.

    Returns
    -------
    For each cost what `connect` returns.

    Raises
    ------
    ValueError
        For no cost, a cost below 1, a family that is penalised at 1, and as for `connect`.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> cnot = scan_costs(
    ...     lambda q: PauliMetric(2, nielsen(q, locality=1)),
    ...     [2.0, 7.0],
    ...     target("cnot"),
    ...     rng=np.random.default_rng(0),
    ... )
    >>> [round(float(found[0].length * 4 / np.pi) ** 2, 6) for found in cnot]  # 2 + q
    [4.0, 9.0]
    """
    wanted = check_finite_array("costs", costs).astype(np.float64)
    if wanted.ndim != 1 or not len(wanted) or (wanted < 1).any():
        raise fail("costs", "be one or more numbers of at least 1", f"is {costs!r}")
    flat = family(1.0)
    if np.ptp(flat.inertia / flat.relaxed(0.0).inertia) > 0:
        raise fail("family", "give the unpenalised metric at cost 1", "does not")
    hardest = family(float(wanted.max()))
    report, watch = _watched(report)
    element, logs, search = _prepared(
        family, hardest, 1.0, target, rng, branches, starts, keep, watch
    )
    pools = search.run(logs, wanted, report)
    return tuple(
        _geodesics(family(cost), element, pool)
        for cost, pool in zip(wanted.tolist(), pools, strict=True)
    )


def _prepared(
    family: Callable[[float], RightInvariantMetric],
    metric: RightInvariantMetric,
    flat: float,
    target: Target | Matrix,
    rng: np.random.Generator,
    branches: int | None,
    starts: int | None,
    keep: int,
    watch: Watch,
) -> tuple[Matrix, Vector, Search]:
    """Check everything; return the target element, its logarithms, and the search for its geodesics."""
    element = metric.check_element(
        "target", target.matrix if isinstance(target, Target) else target
    )
    if element.ndim != 2:
        raise fail("target", "be one group element", f"has shape {element.shape}")
    if metric.dim > MAX_DIM:
        raise fail("metric", f"have a dimension of at most {MAX_DIM}", f"has {metric.dim}")
    check_integer("keep", keep, 1)
    effort = _effort(metric)
    if branches is not None:
        effort = replace(effort, branches=check_integer("branches", branches, 0))
    if starts is not None:
        effort = replace(effort, starts=check_integer("starts", starts, 0))
    logs = log_branches(metric, element, effort.branches)
    if not len(logs) and not effort.starts:
        raise fail("starts", "be positive where no logarithm starts the search", "is 0")
    ladder = Ladder(family, element, effort.residual, flat, watch)
    return element, logs, Search(ladder, rng, effort, keep)


def _effort(metric: RightInvariantMetric) -> Effort:
    """Search hard on small groups; a path on four qubits costs as much as fifty on three.

    On two qubits the lines of all phase lifts lead to every short geodesic that was ever seen.
    """
    if metric.dim <= SMALL:
        branches, starts, pieces = 2 * metric.size, 16, 20
        if metric.dim <= TINY and metric.compact:
            branches, starts, pieces = metric.size, 2, 8
        exact = metric.compact and closed_form(metric) is not None
        return Effort(branches, starts, pieces, 0.02, RESIDUAL if exact else LOOSE, climb=True)
    return Effort(1, 0, 60, 0.001, LOOSE, climb=False)


def _watched(report: Report | None) -> tuple[Report, Watch]:
    """A report, and one for steps that do not know their share of the whole: they keep the last."""
    last = 0.0

    def tell(message: str, share: float) -> None:
        nonlocal last
        last = share
        if report is not None:
            report(message, share)

    return tell, lambda message: tell(message, last)


def _geodesics(metric: RightInvariantMetric, target: Matrix, pool: Pool) -> tuple[Geodesic, ...]:
    form = closed_form(metric)
    times = np.array([0.0, 1.0])
    found = []
    for momentum, origin in zip(pool.momentum, pool.origin, strict=True):
        curve = shoot_momentum(metric, momentum, times, 1e-12, form)
        gap = endpoint_residual(metric, curve.endpoint[None], target)
        residual = np.linalg.norm(gap, axis=-1)[0]
        word = "Converged" if residual <= RESIDUAL else "Did not converge"
        status = f"{word}: endpoint residual {residual:.1e}, from {origin}."
        found.append(replace(curve, residual=residual, status=status))
    return tuple(found)
