"""Geodesics to many targets, for many costs, or for pairs of both: one Newton step for all at once.

The logarithms of each target are geodesics at zero penalty.  They are continued to the wanted costs,
each at its own pace, for metrics whose geodesics have a closed form; on up to three qubits that is so
for every cost that depends on the weight alone.  Numpy arrays are worked on by numpy, torch tensors by
torch on their device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._linalg import like, namespace, on_host
from qgeom._typing import Array, Matrix, Real
from qgeom.algebra.targets import Target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.continuation import SMALLEST_STEP
from qgeom.geodesic.endpoint import MAX_MATRIX, EndpointMap, batch_size
from qgeom.geodesic.endpoint_dense import closed_derivative
from qgeom.geodesic.least_squares import damped_solve
from qgeom.geodesic.refine import RESIDUAL, Refined, refine
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric

# A step may be halved until it is one of so many parts of a doubling.
PARTS = round(1 / SMALLEST_STEP)


@dataclass(frozen=True, eq=False)
class GeodesicBatch:
    """Geodesics on the time interval [0, 1], by their initial momenta.

    Attributes
    ----------
    momentum
        (..., dim).
    length
        ``|u|``, (...).
    residual
        Distance of the end point from the target, (...); a geodesic was found where it is <= 1e-9.
    """

    momentum: Array
    length: Array
    residual: Array

    @property
    def converged(self) -> Array:
        """Where a geodesic to the target was found, (...) bool."""
        return self.residual <= RESIDUAL

    def best(self) -> GeodesicBatch:
        """Return the shortest geodesic along the last axis; where there is none, the first attempt."""
        xp = namespace(self.length)
        length = xp.where(self.converged, self.length, np.inf)
        chosen = length.argmin(-1)[..., None] == like(np.arange(length.shape[-1]), length)
        lead = length.shape[:-1]
        return GeodesicBatch(
            self.momentum[chosen].reshape(*lead, -1),
            self.length[chosen].reshape(lead),
            self.residual[chosen].reshape(lead),
        )


def connect_batch(
    metrics: PauliMetric | Sequence[PauliMetric],
    targets: Target | Array,
    *,
    branches: int = 1,
) -> GeodesicBatch:
    """Geodesics from the identity to B targets, with one cost for all or one for each.

    The first `branches` logarithms of a target are continued in the penalty, the ratio of the costs
    growing by a factor of at most 2 a step.  There are no random starts: `connect` searches more
    widely, for one target at a time.

    Parameters
    ----------
    metrics
        One metric, or B.  Costs are finite and have geodesics in closed form.
    targets
        One target, or group elements (B, N, N), numpy or torch; they count up to a global phase.
    branches
        K, the number of logarithms to start from, shortest first.

    Returns
    -------
    GeodesicBatch
        Of shape (B, K), in arrays like `targets`.  Paths that end at a conjugate point are recognised
        by their residual.

    Raises
    ------
    ValueError
        For metrics that do not fit, targets that are not in the group, or numbers that differ.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> costs = [PauliMetric(2, nielsen(q, locality=1)) for q in (1.0, 2.0, 7.0)]
    >>> iswap = np.array([[1, 0, 0, 0], [0, 0, 1j, 0], [0, 1j, 0, 0], [0, 0, 0, 1]])
    >>> (connect_batch(costs, iswap).best().length * 4 / np.pi) ** 2  # 2 q
    array([ 2.,  4., 14.])
    """
    listed = _checked_metrics(metrics)
    steps, costs = _flags(listed)
    raw = targets.matrix if isinstance(targets, Target) else targets
    elements = _checked_targets(listed[0], raw)
    count = max(len(listed), len(elements))
    if len({1, count, len(listed), len(elements)}) > 2:
        must = f"be 1 or {len(listed)}, one for each metric"
        raise fail("targets", must, f"are {len(elements)}")
    branches = check_integer("branches", branches, 1)
    logs = np.stack([log_branches(listed[0], element, branches) for element in elements])
    # Members in the order (B, K); what is given once serves all.
    member = np.repeat(np.arange(count), branches)
    members = _Members(
        listed[0],
        like(elements[member % len(elements)], raw),
        like(steps[member % len(listed)], raw),
        like(costs[member % len(listed)], raw),
    )
    start = logs[np.arange(count) % len(elements)].reshape(len(member), -1)
    found = members.solve(like(start, raw))
    shape = (count, branches)
    return GeodesicBatch(
        found.momentum.reshape(*shape, -1),
        found.length.reshape(shape),
        found.residual.reshape(shape),
    )


def _checked_metrics(metrics: PauliMetric | Sequence[PauliMetric]) -> Sequence[PauliMetric]:
    listed = [metrics] if isinstance(metrics, PauliMetric) else list(metrics)
    if not listed or not all(isinstance(metric, PauliMetric) for metric in listed):
        raise fail("metrics", "be one or more PauliMetric", f"is {metrics!r}")
    if len({metric.n_qubits for metric in listed}) > 1:
        raise fail("metrics", "have the same number of qubits", "differ")
    if listed[0].dim > MAX_MATRIX:
        raise fail("metrics", f"have a dimension of at most {MAX_MATRIX}", f"have {listed[0].dim}")
    for metric in listed:
        check_riemannian("metrics", metric)
    return listed


def _checked_targets(metric: PauliMetric, targets: Array) -> Matrix:
    listed = on_host(targets)
    shape = np.shape(listed)
    if len(shape) not in (2, 3) or not shape[0]:
        raise fail("targets", "have shape (N, N) or (B, N, N)", f"has shape {shape}")
    return metric.check_element("targets", listed).reshape(-1, metric.size, metric.size)


def _flags(metrics: Sequence[PauliMetric]) -> tuple[Real, Real]:
    """Steps (B, K, dim) of the flag of each metric as 0/1, and the cost of each step, (B, K).

    Flags that are shorter than others begin with empty steps.
    """
    found = []
    for metric in metrics:
        form = closed_form(metric)
        if form is None:
            but = f"{metric.penalty.name} has none"
            raise fail("metrics", "have geodesics in closed form", but)
        inside = (form.factors != 0).astype(np.float64)
        found.append(np.diff(inside, axis=0, prepend=0.0))
    longest = max(len(steps) for steps in found)
    steps = np.stack([np.pad(one, ((longest - len(one), 0), (0, 0))) for one in found])
    inertia = np.stack([metric.inertia for metric in metrics])
    # The cost is the same on all of a step; for an empty one any cost of the metric will do.
    costs = np.where(steps.any(-1), (steps * inertia[:, None]).max(-1), inertia[:, :1])
    return steps, costs


@dataclass(frozen=True, eq=False)
class _Members:
    """A target and a cost for each of M momenta: arrays of one kind, on one device."""

    metric: PauliMetric  # of any member, for what does not depend on the cost
    target: Array  # (M, N, N)
    steps: Array  # (M, K, dim) of 0 and 1: what each step of the flag adds
    costs: Array  # (M, K), of the steps

    def take(self, index: Array) -> _Members:
        return _Members(self.metric, self.target[index], self.steps[index], self.costs[index])

    @property
    def cheapest(self) -> Array:
        """Lowest cost, (M, 1)."""
        return namespace(self.costs).amin(self.costs, -1)[:, None]

    def endpoint(self, exponent: Array) -> EndpointMap:
        """The endpoint map where the ratios to the lowest cost are taken to a power, (M,)."""
        xp = namespace(exponent)
        inverse = (self.cheapest / self.costs) ** exponent[:, None] / self.cheapest
        jumps = inverse - xp.concatenate([inverse[:, 1:], 0.0 * inverse[:, :1]], -1)
        factors = jumps[..., None] * xp.cumsum(self.steps, 1)
        return _closed_map(self.metric, factors, ((inverse**-0.5)[..., None] * self.steps).sum(1))

    def correct(self, exponent: Array, momentum: Array, iterations: int = 40) -> Refined:
        """Newton-correct momenta to geodesics at these exponents."""
        endpoint = self.endpoint(exponent)
        return refine(self.metric, endpoint, self.target, momentum, iterations=iterations)

    def solve(self, logs: Array) -> GeodesicBatch:
        """Geodesics from logarithms (M, dim) of the targets."""
        wanted = namespace(logs).ones_like(logs[:, 0])
        # The paths that were lost on the way have one more chance from where they were.
        found = self.correct(wanted, self.follow(self.cheapest * logs))
        scaled = found.momentum / self.endpoint(wanted).frame
        return GeodesicBatch(found.momentum, (scaled**2).sum(-1) ** 0.5, found.residual)

    def follow(self, momentum: Array) -> Array:
        """Continue momenta from equal costs as far as they go, as `Ladder.follow` does one by one.

        A step doubles the ratio of the costs; where it fails, its first half is tried, and then the
        second: the next step is the largest that divides the position.  The second try of the ladder,
        with the velocity kept, found no path that halving does not find.
        """
        xp = namespace(momentum)
        momentum = 1.0 * momentum
        spread = xp.amax(xp.log2(self.costs / self.cheapest), -1)
        end = PARTS * xp.ceil(spread - 1e-9)
        whole = like(np.full(len(momentum), PARTS), momentum)
        position, step = 0 * whole, 1 * whole
        while True:
            active = xp.where((position < end) & (step > 0))[0]
            if not len(active):
                return momentum
            ahead = position[active] + step[active]
            found = self.take(active).correct(ahead / end[active], momentum[active], iterations=12)
            done = found.residual <= RESIDUAL
            momentum[active[done]], position[active[done]] = found.momentum[done], ahead[done]
            step[active] = xp.where(done, xp.gcd(ahead, whole[active]), step[active] // 2)


def _closed_map(metric: PauliMetric, factors: Array, frame: Array) -> EndpointMap:
    """Endpoint map of momenta (B, dim) with closed forms (B, K, dim) and frames (B, dim)."""
    xp = namespace(factors)
    chunk = batch_size(metric)

    def ends(momentum: Array) -> Array:
        out = metric.exp(factors[:, 0] * momentum)
        for k in range(1, factors.shape[1]):
            out = out @ metric.exp(factors[:, k] * momentum)
        return out

    def piece(part: slice, momentum: Array, gap: Array, damping: Array) -> Array:
        _, derivative = closed_derivative(metric, factors[part], momentum[part])
        scaled = derivative * frame[part, None]
        return damped_solve(scaled, gap[part], damping[part]) * frame[part]

    def step(momentum: Array, gap: Array, damping: Array) -> Array:
        parts = [slice(i, i + chunk) for i in range(0, len(momentum), chunk)]
        return xp.concatenate([piece(part, momentum, gap, damping) for part in parts])

    return EndpointMap(
        ends, step, frame, lambda index: _closed_map(metric, factors[index], frame[index])
    )
