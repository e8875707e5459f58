r"""Linear residual networks of least energy: many layers near the identity with a given product.

A network of L layers ``g_l = layer(x_l / L)`` moves through the group along ``g_l ... g_2 g_1``.
It minimises the energy ``(1/L) sum_l <x_l, x_l>`` among all networks with the product U.  The last
layer closes the product, ``g_L = U (g_{L-1} ... g_1)^-1``; the others are free.

Two kinds of layers, one code on the abstract metric:

- ``1 + x/L``, the residual layer itself, on GL(d).  Against the flow ``exp(x/L)`` it is of first
  order, and so is the length: ``d + <u, u^2> / (2 d L)`` on average along the geodesic, which may
  be below the distance d.
- ``exp(x/L)``, for every group.  The network is then a curve of piecewise constant velocity, so its
  length is never below the distance, and above it by a term of order ``1/L^2``.

With P_l = g_l ... g_1, ``T(x) dx = (d layer) layer^-1`` and ``mu = T_L^-T I x_L`` the momentum of
the last layer, the gradient in layer l is

    dE/dx_l = (2/L) ( I x_l - T_l^T Ad*_{U P_l^-1} mu ):

at a minimum the momentum is transported from layer to layer, which is the Euler-Arnold equation in
steps (MATH.md section 2).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize

from qgeom._checks import check_integer, fail
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric

# Start: every layer but the last is moved off the constant path by this share of its norm.  The
# constant path itself has layers of one norm, so that starting there would show nothing.
KICK = 0.3
# L-BFGS in the orthonormal frame, whose Hessian has eigenvalues from about 1 to L.
OPTIONS = {"maxiter": 3000, "maxfun": 6000, "maxcor": 20, "ftol": 1e-15, "gtol": 1e-8}


@dataclass(frozen=True)
class LayerKind:
    """How a layer is made of an algebra element x, already divided by the depth.

    Attributes
    ----------
    name
        As a formula.
    order
        The length of the shortest network differs from the distance by ``O(1 / L^order)``.
    element, coordinates
        The layer of x, and its inverse.
    pull
        ``T(x)^T m`` for a momentum m, where ``T(x) dx`` is the velocity ``(d layer) layer^-1``.
    """

    name: str
    order: int
    element: Callable[[RightInvariantMetric, Vector], Matrix]
    coordinates: Callable[[RightInvariantMetric, Matrix], Vector]
    pull: Callable[[RightInvariantMetric, Vector, Covector], Covector]


def _pull_residual(metric: RightInvariantMetric, x: Vector, momentum: Covector) -> Covector:
    """``T(x) v = v (1 + x)^-1``, written out on the basis."""
    inverse = metric.inverse(metric.identity + metric.hat(x))
    velocities = metric.vee(metric.hat(np.eye(metric.dim)) @ inverse[..., None, :, :])
    return (velocities @ momentum[..., None])[..., 0]


def _pull_exponential(metric: RightInvariantMetric, x: Vector, momentum: Covector) -> Covector:
    """``T(x) = sum_k ad_x^k / (k + 1)!``, transposed, by Horner's rule."""
    reach = max(1.0, 2.0 * float(np.abs(metric.hat(x)).sum(axis=-1).max()))  # bounds |ad_x|
    terms = 4
    while terms * math.log(reach) > math.log(np.finfo(np.float64).eps) + math.lgamma(terms + 2):
        terms += 1
    pulled = momentum
    for k in range(terms, 0, -1):
        pulled = momentum + metric.coadjoint(x, pulled) / (k + 1)
    return pulled


RESIDUAL_LAYER = LayerKind(
    "1 + x/L",
    1,
    lambda metric, x: metric.identity + metric.hat(x),
    lambda metric, g: metric.vee(g - metric.identity),
    _pull_residual,
)
EXPONENTIAL_LAYER = LayerKind(
    "exp(x/L)",
    2,
    lambda metric, x: metric.exp(x),
    lambda metric, g: metric.log(g),
    _pull_exponential,
)


@dataclass(frozen=True, eq=False)
class ResidualNetwork:
    """Layers with a given product.

    Attributes
    ----------
    metric
        The metric of the group.
    kind
        What a layer is.
    layers
        x_l, first layer first, (L, dim).
    status
        A sentence of the optimiser.
    """

    metric: RightInvariantMetric
    kind: LayerKind
    layers: Vector
    status: str

    @property
    def norms(self) -> Real:
        """``|x_l|`` of each layer, (L,): its complexity."""
        return self.metric.norm(self.layers)

    @property
    def length(self) -> float:
        """``(1/L) sum_l |x_l|``."""
        return float(self.norms.mean())

    @property
    def variation(self) -> float:
        """Coefficient of variation of the norms: 0 if the complexity is spread evenly."""
        return float(self.norms.std() / self.norms.mean())

    @property
    def product(self) -> Matrix:
        """``g_L ... g_2 g_1``."""
        product = self.metric.identity
        for element in self.kind.element(self.metric, self.layers / len(self.layers)):
            product = element @ product
        return product


def random_network(
    metric: RightInvariantMetric,
    target: Matrix,
    depth: int,
    kind: LayerKind,
    *,
    rng: np.random.Generator,
    start: Vector | None = None,
) -> ResidualNetwork:
    """Return a network with the product `target` and no optimisation: the untrained control.

    Its layers are those of a path to the target, by default the constant one ``x_l = log U``, each
    moved by a random vector of `KICK` times the mean norm; but for the last, which closes the product.

    Raises
    ------
    ValueError
        If `depth` is below 2, the layers leave the group, or `target` has no logarithm where no
        `start` is given.
    """
    depth = check_integer("depth", depth, least=2)
    if kind is RESIDUAL_LAYER and metric.compact:
        raise fail("kind", "keep to the group", "is 1 + x/L on a group of unitary matrices")
    target = metric.check_element("target", target)
    path = metric.log(target)[None] if start is None else start
    kick = rng.normal(size=(depth - 1, metric.dim)) / np.sqrt(metric.inertia)
    kick *= KICK * float(metric.norm(path).mean()) / metric.norm(kick)[:, None]
    free = path[np.arange(depth - 1) * len(path) // depth] + kick
    last = _close(metric, target, kind, free)[0]
    return ResidualNetwork(metric, kind, np.vstack([free, last]), "Not optimised.")


def shortest_network(
    metric: RightInvariantMetric,
    target: Matrix,
    depth: int,
    kind: LayerKind,
    *,
    rng: np.random.Generator,
    start: Vector | None = None,
) -> ResidualNetwork:
    """Return a network of least energy with the product `target`, a local minimum.

    Parameters
    ----------
    metric
        Metric of the group; its costs weigh the layers.
    target
        Group element U, (N, N).
    depth
        Number L of layers, at least 2.
    kind
        `RESIDUAL_LAYER` (GL+ only) or `EXPONENTIAL_LAYER`.
    rng
        Source of the start, a `random_network`.
    start
        Layers of a shallower network with the same product, (K, dim), which the start repeats: one
        log U for the constant path (K = 1), the principal one if None.  The energy has many local
        minima, and the start decides which is found.

    Raises
    ------
    ValueError
        As `random_network`.

    Examples
    --------
    The shortest network to a stretch has equal layers ``1 + x/L``, ``x = L (U^(1/L) - 1)``.

    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> stretch = np.diag([16.0, 1.0])
    >>> network = shortest_network(MatrixMetric("gl", 2, band(1, 1.0)), stretch, 4, RESIDUAL_LAYER,
    ...                            rng=np.random.default_rng(0))
    >>> round(network.length, 6)  # 4 / sqrt(2)
    2.828427
    """
    untrained = random_network(metric, target, depth, kind, rng=rng, start=start)
    root = np.sqrt(metric.inertia)

    def objective(scaled: Real) -> tuple[float, Real]:
        value, gradient = energy(metric, target, kind, scaled.reshape(-1, metric.dim) / root)
        return value, (gradient / root).reshape(-1)

    found = scipy.optimize.minimize(
        objective,
        (untrained.layers[:-1] * root).reshape(-1),
        jac=True,
        method="L-BFGS-B",
        options=OPTIONS,
    )
    free = found.x.reshape(-1, metric.dim) / root
    last = _close(metric, target, kind, free)[0]
    status = f"{found.message} after {found.nit} steps"
    return ResidualNetwork(metric, kind, np.vstack([free, last]), status)


def energy(
    metric: RightInvariantMetric, target: Matrix, kind: LayerKind, free: Vector
) -> tuple[float, Covector]:
    """``(1/L) sum_l <x_l, x_l>`` and its derivative in all layers but the last.

    Parameters
    ----------
    free
        x_1 ... x_{L-1}, (L - 1, dim); x_L closes the product.

    Returns
    -------
    float, (L - 1, dim)
    """
    depth = len(free) + 1
    last, partial = _close(metric, target, kind, free)
    # Row a of `rows` is T^T e_a, which is row a of T.
    rows = kind.pull(metric, np.tile(last / depth, (metric.dim, 1)), np.eye(metric.dim))
    momentum = np.linalg.solve(rows.T, metric.lower(last))
    backwards = partial @ metric.inverse(target)
    moved = metric.transport(backwards, np.tile(momentum, (len(free), 1)))
    gradient = metric.lower(free) - kind.pull(metric, free / depth, moved)
    value = metric.inner(free, free).sum() + metric.inner(last, last)
    return float(value) / depth, gradient * (2.0 / depth)


def _close(
    metric: RightInvariantMetric, target: Matrix, kind: LayerKind, free: Vector
) -> tuple[Vector, Matrix]:
    """Return the last layer x_L, (dim,), and the partial products P_1 ... P_{L-1}."""
    depth = len(free) + 1
    partial = kind.element(metric, free / depth)
    for layer in range(1, len(partial)):
        partial[layer] = partial[layer] @ partial[layer - 1]
    last = kind.coordinates(metric, target @ metric.inverse(partial[-1]))
    return depth * last, partial
