"""How far a curve of layers leads, in the geometry of the group that it runs in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from analogs.curves.generator import layer_generator
from analogs.curves.records import LayerReading
from analogs.curves.spectrum import singular_values
from qgeom._checks import fail
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import custom
from qgeom.readings.distance import distance

Matrix = NDArray[np.float64]
Report = Callable[[str, float], None]

# The search for geodesics in GL+(D) takes seconds at D = 4 and up to a minute at D = 8.
LARGEST_LINEAR, LARGEST_ROTATION = 8, 16
# Stretches below this share of a turn are rounding: the layer is a rotation.
ROTATION_TOLERANCE = 1e-9


@dataclass(frozen=True)
class CurveDistance:
    """Bracket of the distance between the ends of a curve, and the length of the curve.

    Parameters
    ----------
    lower, upper
        lower <= d(1, W_L ... W_1) <= upper, in the metric <A, B> = sum_ij w_ij A_ij B_ij / D.
    length
        Length of the curve of layers.
    group
        "gl" or "so": the group whose distance this is.
    """

    lower: float
    upper: float
    length: float
    group: str

    @property
    def efficiency(self) -> tuple[float, float]:
        """Bracket of distance / length: 1 for a geodesic that minimises; nan for a point."""
        if self.length == 0:
            return float("nan"), float("nan")
        return self.lower / self.length, self.upper / self.length


def distance_of(
    layers: Sequence[LayerReading],
    mode: str,
    *,
    floor: float,
    repair: bool,
    rng: np.random.Generator,
    report: Report | None = None,
) -> CurveDistance:
    """Bracket the distance that the layers lead from the identity; see `NetworkCurve.distance`.

    In GL+(D) the lower bound is sqrt(min w / D) times the norm of the logarithms of the singular
    values of the product: along a path of velocity u each of them moves at the rate of a diagonal
    entry of (u + u^T) / 2, in an orthonormal basis.  If every layer is a rotation, the distance is
    that among rotations, in SO(D).

    Examples
    --------
    >>> double = LayerReading("double", "Linear", affine=True, matrix=np.diag([2.0, 2.0]))
    >>> rng = np.random.default_rng(0)
    >>> found = distance_of([double, double], "polar", floor=1e-8, repair=False, rng=rng)
    >>> bool(np.isclose(found.upper, np.log(4))), bool(np.isclose(found.lower, np.log(4)))
    (True, True)
    """
    costs = _common_costs(layers, mode)
    parts = [_parts(layer, mode, floor, repair) for layer in layers]
    rotations = all(np.abs(stretch).max() < ROTATION_TOLERANCE for _, stretch in parts)
    group, limit = ("so", LARGEST_ROTATION) if rotations else ("gl", LARGEST_LINEAR)
    size = len(costs)
    if size > limit:
        raise fail("curve", f"act on at most {limit} dimensions in {group}(D)", f"acts on {size}")
    metric = MatrixMetric(group, size, custom(lambda label: costs[_entry(label)]))
    steps = [step for part in parts for step in _steps(*part, mode, rotations=rotations)]
    target = np.eye(size)
    for step in steps:
        target = expm(step) @ target
    path = [(metric.algebra.coordinates(step), 1.0) for step in steps]
    found = distance(metric, target, rng=rng, path=path, report=report)
    length = float(sum(layer.length for layer in layers))
    spread = 0.0 if rotations else float(np.linalg.norm(np.log(singular_values(target))))
    upper = min(found.upper, length)
    lower = max(found.lower, float(np.sqrt(costs.min() / size)) * spread)
    # Where the bracket closes, both ends come from different formulas.
    return CurveDistance(min(lower, upper), upper, length, group)


def _common_costs(layers: Sequence[LayerReading], mode: str) -> Matrix:
    """Return the costs (D, D) that all layers share, or refuse."""
    if mode == "jacobian":
        raise fail(
            "mode", "be square or polar for a distance", "is jacobian: no one curve is meant"
        )
    if not layers:
        raise fail("curve", "have a linear step", "has none")
    shapes = [(0, 0) if layer.matrix is None else layer.matrix.shape for layer in layers]
    for layer, shape in zip(layers, shapes, strict=True):
        if layer.matrix is None:
            raise fail("curve", "be read at every step", f"`{layer.name}` was not")
        if shape != (shapes[0][1], shapes[0][1]):
            but = f"`{layer.name}` leads from {layer.input_shape} to {layer.output_shape}"
            raise fail("curve", "stay in one dimension", but)
    first, *others = (_costs(layer) for layer in layers)
    if any(not np.array_equal(first, other) for other in others):
        raise fail("curve", "have the same costs at every step", "has costs that change")
    if mode == "polar" and np.ptp(first) > 0:
        must = "have equal costs in mode polar, where other lengths are not those of a path"
        raise fail("curve", must, "has unequal ones; use mode square")
    return first


def _costs(layer: LayerReading) -> Matrix:
    if layer.costs is not None:
        return layer.costs
    assert layer.matrix is not None
    return np.ones(layer.matrix.shape)


def _parts(layer: LayerReading, mode: str, floor: float, repair: bool) -> tuple[Matrix, Matrix]:
    assert layer.matrix is not None
    generator = layer_generator(layer.matrix, mode, floor=floor, repair=repair)
    if generator.rotation is None or generator.stretch is None:
        raise fail(
            "curve", "have a generator at every step", f"`{layer.name}`: {generator.refused}"
        )
    return generator.rotation, generator.stretch


def _steps(rotation: Matrix, stretch: Matrix, mode: str, *, rotations: bool) -> list[Matrix]:
    """Velocities of a path to exp(rotation) exp(stretch), or exp(rotation + stretch)."""
    if rotations:
        return [rotation]
    return [rotation + stretch] if mode == "square" else [stretch, rotation]


def _entry(label: str) -> tuple[int, int]:
    row, _, column = label.partition(",")
    return int(row), int(column)
