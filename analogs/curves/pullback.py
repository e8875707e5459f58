"""The metric that a network pulls back to its input, and the curvature of the image.

f: R^n -> R^m carries a small step u at x to J u, J = df(x).  Measured in the output this is the
metric g = J^T G J on the input (G = 1 unless given).  The image is curved within R^m: the second
fundamental form II(u, v) is the part of D^2 f(u, v) that is normal to the columns of J, and by
Gauss' equation it fixes the curvature that g itself has.

Functions map one sample, as in `differential`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike

from analogs.curves.differential import (
    Matrix,
    SampleMap,
    Vector,
    flattened,
    jacobian_at,
    point_of,
    sample_map,
    second_derivative,
)
from analogs.curves.precision import in_float64
from analogs.curves.trace import LayerCall, UnreadCall, trace
from qgeom._checks import check_finite_array, fail

# Below this share of the largest singular value a direction counts as lost: f is no immersion.
RANK_TOLERANCE = 1e-10


class PlaneCurvature(NamedTuple):
    """Curvature of the image of a plane.

    Parameters
    ----------
    sectional
        K(u, v), the intrinsic sectional curvature of the pulled-back metric.
    bending
        |II|^2 = |II(a, a)|^2 + 2 |II(a, b)|^2 + |II(b, b)|^2 for a g-orthonormal basis a, b of the
        plane: how much the image bends in R^m, whatever its intrinsic curvature.
    """

    sectional: float
    bending: float

    @property
    def scale_free(self) -> float:
        """K / |II|^2, in [-1/2, 1/2]: 1/2 for a sphere, -1/2 for a minimal surface; nan if flat."""
        return self.sectional / self.bending if self.bending > 0 else float("nan")


def metric_at(
    function: SampleMap | torch.nn.Module, x: ArrayLike | torch.Tensor, metric: Matrix | None = None
) -> Matrix:
    """Return g = J^T G J at x, shape (n, n), for the metric G (m, m) on the output; None for 1.

    Raises
    ------
    ValueError
        If x is not finite, or `metric` is not a finite (m, m) array.

    Source: M. Hauser and A. Ray, Principles of Riemannian geometry in neural networks, NIPS 2017.

    Examples
    --------
    >>> polar = lambda p: p[0] * torch.stack([p[1].cos(), p[1].sin()])
    >>> metric_at(polar, [2.0, 0.3]).round(12) + 0.0  # dr^2 + r^2 dphi^2
    array([[1., 0.],
           [0., 4.]])
    """
    jacobian = jacobian_at(function, x)
    return _pulled(jacobian, metric)


def pull_back(
    stages: Sequence[SampleMap | torch.nn.Module] | torch.nn.Module,
    x: ArrayLike | torch.Tensor,
    metric: Matrix | None = None,
) -> list[Matrix]:
    """Return the metrics g_0, ..., g_L before each of the stages f_1, ..., f_L and at the output.

    g_L = G and g_{l-1} = J_l^T g_l J_l, each at the point where x has come to.  g_0 is the metric
    that the composition pulls back.  The stages of a module are its units (`trace`).

    Raises
    ------
    ValueError
        As `metric_at`, or if a unit of the module does not map samples to samples.

    Examples
    --------
    >>> double = lambda p: 2 * p
    >>> [float(g[0, 0]) for g in pull_back([double, double], [1.0])]
    [16.0, 4.0, 1.0]
    """
    if isinstance(stages, torch.nn.Module):
        stages = _unit_maps(stages, x)
    maps = [sample_map(stage) for stage in stages]
    point, points = point_of(x), []
    with torch.no_grad():
        for stage in maps:
            points.append(point)
            point = stage(point)
    metrics = [_pulled(np.eye(point.numel()), metric)]
    for stage, where in zip(reversed(maps), reversed(points), strict=True):
        metrics.append(_pulled(jacobian_at(stage, where), metrics[-1]))
    return metrics[::-1]


def log_volume(metric: Matrix) -> float:
    """Return 1/2 log det g, the log of the volume of the image of a unit cube; -inf if it is flat.

    Examples
    --------
    >>> log_volume(np.diag([4.0, 9.0])) == float(np.log(6.0))
    True
    """
    sign, value = np.linalg.slogdet(metric)
    return float(value) / 2 if sign > 0 else -np.inf


def second_form_at(
    function: SampleMap | torch.nn.Module,
    x: ArrayLike | torch.Tensor,
    u: ArrayLike,
    v: ArrayLike,
) -> Vector:
    """Return II(u, v) = (1 - P) D^2 f(u, v), shape (m,), P the projection on the columns of J.

    Raises
    ------
    ValueError
        If u or v has another size than x, or f is no immersion at x.

    Examples
    --------
    >>> circle = lambda p: torch.cat([p.cos(), p.sin()])
    >>> second_form_at(circle, [0.0], [1.0], [1.0])
    array([-1.,  0.])
    """
    point = point_of(x)
    flat = flattened(sample_map(function), point)
    start = point.flatten()
    one, two = _direction("u", u, start), _direction("v", v, start)
    return _normal(second_derivative(flat, start, one, two), _tangents(flat, start))


def sectional_at(
    function: SampleMap | torch.nn.Module,
    x: ArrayLike | torch.Tensor,
    u: ArrayLike,
    v: ArrayLike,
) -> PlaneCurvature:
    """Return the sectional curvature of the pulled-back metric g in the plane of u, v, and |II|^2.

    K(u, v) = (<II(u,u), II(v,v)> - |II(u,v)|^2) / (g(u,u) g(v,v) - g(u,v)^2)

    This is the plane inside the whole image of R^n: the normal part is taken to all n columns of
    J.  For the surface that a single plane becomes, see `gauss_curvature_at`; the two agree for
    n = 2.

    Raises
    ------
    ValueError
        If u or v has another size than x, they span no plane, or f is no immersion at x.

    Source: Gauss' equation; M. do Carmo, Riemannian Geometry (1992), chapter 6, theorem 2.5.

    Examples
    --------
    >>> def sphere(p):
    ...     return torch.stack([p[0].sin() * p[1].cos(), p[0].sin() * p[1].sin(), p[0].cos()])
    >>> curvature = sectional_at(sphere, [1.0, 0.3], [1.0, 0.0], [0.0, 1.0])
    >>> round(curvature.sectional, 12), round(curvature.bending, 12)
    (1.0, 2.0)
    """
    point = point_of(x)
    flat = flattened(sample_map(function), point)
    start = point.flatten()
    tangents = _tangents(flat, start)
    plane = np.stack([_direction("u", u, start), _direction("v", v, start)], axis=1)
    images = tangents @ plane
    triangle = np.linalg.qr(images)[1]
    if np.abs(triangle.diagonal()).min() <= RANK_TOLERANCE * np.abs(triangle).max():
        raise fail("v", "span a plane with `u`", "is parallel to it")
    first, second = (plane @ np.linalg.inv(triangle)).T
    aa, ab, bb = (
        _normal(second_derivative(flat, start, one, two), tangents)
        for one, two in ((first, first), (first, second), (second, second))
    )
    return PlaneCurvature(float(aa @ bb - ab @ ab), float(aa @ aa + 2 * ab @ ab + bb @ bb))


def gauss_curvature_at(
    function: SampleMap | torch.nn.Module,
    x: ArrayLike | torch.Tensor,
    u: ArrayLike,
    v: ArrayLike,
) -> PlaneCurvature:
    """Return the curvatures of the surface (s, t) -> f(x + s u + t v) at s = t = 0.

    Unlike `sectional_at` it needs no more than that J keeps u and v apart, so it exists for a
    network with fewer outputs than inputs.

    Raises
    ------
    ValueError
        As `sectional_at`.

    Examples
    --------
    >>> saddle = lambda p: torch.stack([p[0], p[1], p[0] * p[1]])
    >>> gauss_curvature_at(saddle, [0.0, 0.0], [1.0, 0.0], [0.0, 1.0])
    PlaneCurvature(sectional=-1.0, bending=2.0)
    """
    point = point_of(x)
    inner = sample_map(function)
    one, two = (
        torch.from_numpy(_direction(name, vector, point.flatten())).reshape(point.shape)
        for name, vector in (("u", u), ("v", v))
    )

    def surface(place: torch.Tensor) -> torch.Tensor:
        return inner(point + place[0] * one + place[1] * two)

    return sectional_at(surface, torch.zeros(2), [1.0, 0.0], [0.0, 1.0])


def _unit_maps(model: torch.nn.Module, x: ArrayLike | torch.Tensor) -> list[SampleMap]:
    def unit_map(call: LayerCall) -> SampleMap:
        # A unit may see the output of the one before in another shape.
        shape = call.input.shape[1:]
        return lambda sample: call.apply(sample.reshape(1, *shape))[0]

    maps = []
    for call in trace(in_float64(model), point_of(x)[None]).calls:
        if isinstance(call, UnreadCall):
            raise fail("model", "map samples to samples", f"has `{call.name}`: {call.reason}")
        maps.append(unit_map(call))
    return maps


def _pulled(jacobian: Matrix, metric: Matrix | None) -> Matrix:
    if metric is None:
        return jacobian.T @ jacobian
    given = check_finite_array("metric", metric)
    size = len(jacobian)
    if given.shape != (size, size):
        raise fail("metric", f"have shape ({size}, {size})", f"has shape {given.shape}")
    return jacobian.T @ given @ jacobian


def _direction(name: str, vector: ArrayLike, start: torch.Tensor) -> Vector:
    array = check_finite_array(name, np.asarray(vector)).astype(np.float64).ravel()
    if len(array) != len(start):
        raise fail(name, f"have {len(start)} entries, as `x`", f"has {len(array)}")
    return array


def _tangents(flat: SampleMap, start: torch.Tensor) -> Matrix:
    jacobian = torch.func.jacrev(flat)(start).detach().numpy()
    values = np.linalg.svd(jacobian, compute_uv=False)
    kept = int((values > RANK_TOLERANCE * values[0]).sum())
    if kept < len(start):
        raise fail("x", "be a point where the function is an immersion", f"has rank {kept}")
    return jacobian


def _normal(vector: Vector, tangents: Matrix) -> Vector:
    basis = np.linalg.qr(tangents)[0]
    # Twice: one projection leaves a rounding error of the size of the tangential part.
    for _ in range(2):
        vector = vector - basis @ (basis.T @ vector)
    return vector
