"""The boundary-value problem: every geodesic that a search finds from the identity to a target."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qgeom._checks import check_finite_array, check_integer, fail
from qgeom._typing import Matrix, Real, Vector
from qgeom.algebra.targets import Target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.continuation import Ladder, Report, rungs
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot_momentum
from qgeom.geodesic.refine import RESIDUAL, endpoint_residual
from qgeom.geodesic.search import Pool, Search
from qgeom.metric.invariant import RightInvariantMetric

# The Newton matrix is dim x dim, dense: four qubits are 255 x 255.
MAX_DIM = 255
# The ladder goes this factor above the wanted cost: solutions found there often win on the way down.
OVERSHOOT = 4.0


def connect(
    metric: RightInvariantMetric,
    target: Target | Matrix,
    *,
    rng: np.random.Generator,
    branches: int | None = None,
    starts: int | None = None,
    keep: int = 12,
    report: Report | None = None,
    throw: bool = False,
) -> tuple[Geodesic, ...]:
    """Geodesics from the identity to a target, shortest first.

    Logarithms of the target are geodesics at zero penalty; they are continued up a ladder of costs to
    a little above the wanted one and down again.  At every rung the shortest distinct solutions go on
    with and without a random kick (a commuting line is a bifurcation point that unperturbed
    continuation never leaves), and random starts are added.  Multi-start alone and continuation alone
    each miss the shortest geodesic (QUANTUM_GEOMETRY.md 3.3).

    Parameters
    ----------
    metric
        The metric; dim at most 255 (n <= 4 qubits; n <= 3 is quick).
    target
        A Target or a group element (N, N); on qubits it counts up to a global phase.
    rng
        Source of the random starts.
    branches
        Logarithms to start from; default: two for each eigenvalue, so all phase lifts.
    starts
        Random starts at each rung; default: 24 with a closed form, else 8.
    keep
        Solutions carried from rung to rung.
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
        For a target that is not in the group, a metric that is too large, or no start at all.
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
    element, logs, options = _prepared(metric, target, branches, starts, keep)
    ladder = Ladder(metric.relaxed, element, options.residual)
    search = Search(ladder, _path(metric, options.ratio), rng, options.starts, keep)
    (pool,) = search.run(logs, np.array([1.0]), report or _silent)
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
    """Geodesics to one target for many costs, by one search up and down the ladder of all costs.

    Each cost profits from the solutions at its neighbours, so that the scan of eight costs takes
    little longer than the search at the largest.

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
    element, logs, options = _prepared(hardest, target, branches, starts, keep)
    ladder = Ladder(family, element, options.residual)
    path = _cost_path(wanted, options.ratio)
    search = Search(ladder, path, rng, options.starts, keep)
    pools = search.run(logs, wanted, report or _silent)
    return tuple(
        _geodesics(family(cost), element, pool)
        for cost, pool in zip(wanted.tolist(), pools, strict=True)
    )


@dataclass(frozen=True)
class _Options:
    starts: int
    ratio: float
    residual: float


def _prepared(
    metric: RightInvariantMetric,
    target: Target | Matrix,
    branches: int | None,
    starts: int | None,
    keep: int,
) -> tuple[Matrix, Vector, _Options]:
    """Check everything; return the target element, its logarithms, and how the ladder is climbed."""
    element = metric.check_element(
        "target", target.matrix if isinstance(target, Target) else target
    )
    if element.ndim != 2:
        raise fail("target", "be one group element", f"has shape {element.shape}")
    if metric.dim > MAX_DIM:
        raise fail("metric", f"have a dimension of at most {MAX_DIM}", f"has {metric.dim}")
    check_integer("keep", keep, 1)
    count = 2 * metric.size if branches is None else check_integer("branches", branches, 0)
    options = QUICK if metric.compact and closed_form(metric) is not None else THRIFTY
    if starts is not None:
        options = replace(options, starts=check_integer("starts", starts, 0))
    logs = log_branches(metric, element, count)
    if not len(logs) and not options.starts:
        raise fail("starts", "be positive where no logarithm starts the search", "is 0")
    return element, logs, options


QUICK = _Options(starts=24, ratio=2.0, residual=RESIDUAL)
# Where each evaluation is an integration: fewer starts, longer steps, and loose until the end.
THRIFTY = _Options(starts=8, ratio=4.0, residual=1e-6)


def _silent(_message: str, _share: float) -> None:
    """Report nothing."""


def _cost_path(costs: Real, ratio: float) -> Real:
    """Costs from 1 up to OVERSHOOT times the largest and down to the least, in steps of `ratio`."""
    knots = np.unique(np.concatenate([[1.0], costs]))
    up = [1.0]
    for low, high in itertools.pairwise([*knots.tolist(), OVERSHOOT * knots[-1]]):
        count = int(np.ceil(np.log(high / low) / np.log(ratio) - 1e-9))
        up.extend((low * (high / low) ** (np.arange(1, count) / count)).tolist())
        up.append(high)
    least = int(np.searchsorted(up, costs.min()))
    return np.array([*up, *up[-2 : least - 1 if least else None : -1]])


def _path(metric: RightInvariantMetric, ratio: float) -> Real:
    """Exponents of the ladder: up to OVERSHOOT times the wanted cost, and down again."""
    up = rungs(metric, ratio)
    if len(up) == 1:
        return np.array([0.0, 1.0])
    beyond = 1.0 + up[1] * np.arange(1, 1 + round(np.log(OVERSHOOT) / np.log(ratio)))
    return np.concatenate([up, beyond, beyond[-2::-1], [1.0]])


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
