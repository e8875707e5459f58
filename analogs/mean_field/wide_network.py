"""A great circle in the layers of a wide random network: the theory, and a simulation beside it.

Source: B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli, Exponential expressivity in
deep neural networks through transient chaos, NIPS 2016, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from analogs.mean_field.recursions import ACTIVATIONS, Activation, MeanField, positive_variance
from qgeom._checks import check_integer, fail

Real = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CurveTheory:
    """What each layer makes of a great circle of variance q*; arrays of shape (depth + 1,).

    Parameters
    ----------
    metric
        gE / N = |dh/dt|^2 / N for the angle t of the circle.
    curvature
        N kappa^2, the squared curvature times the width; inf for an activation with a kink.
    euclidean_length
        L_E / sqrt(N), the length of the curve.
    gauss_length
        Length of the curve of unit tangents, the total curvature.
    """

    metric: Real
    curvature: Real
    euclidean_length: Real
    gauss_length: Real


def curve_theory(field: MeanField, depth: int) -> CurveTheory:
    """Return lengths and curvature of a great circle through `depth` layers.

    gE_{l+1} = chi1 gE_l and kappa^2_{l+1} = 3 chi2 / (N chi1^2) + kappa^2_l / chi1, from gE_0 = N q*
    and kappa^2_0 = 1 / (N q*).  The curve is the same all along on average, so that the lengths
    are 2 pi sqrt(gE) and 2 pi kappa sqrt(gE).  In chaos both grow as chi1^(l/2).

    Raises
    ------
    ValueError
        If the variance is 0 or `depth` is not an integer >= 0.

    Source: Poole et al. (2016), section 3.

    Examples
    --------
    >>> from analogs.mean_field.recursions import mean_field
    >>> theory = curve_theory(mean_field("tanh", 2.0, 0.0), 3)
    >>> float(theory.gauss_length[0] / (2 * np.pi))  # a great circle turns once
    1.0
    """
    q, layers = positive_variance(field), check_integer("depth", depth, 0)
    metric, curvature = [q], [1 / q]
    for _ in range(layers):
        metric.append(field.chi1 * metric[-1])
        curvature.append(3 * field.chi2 / field.chi1**2 + curvature[-1] / field.chi1)
    g, kappa2 = np.array(metric), np.array(curvature)
    return CurveTheory(g, kappa2, 2 * pi * np.sqrt(g), 2 * pi * np.sqrt(kappa2 * g))


@dataclass(frozen=True, eq=False)
class SimulatedCurve:
    """A curve of angles t in the layers of random networks; arrays of shape (seeds, depth + 1).

    Curvature and Gauss length are nan behind an activation with a kink, where the curve has
    corners; `turning` counts them.

    Parameters
    ----------
    variance, metric, curvature
        Means over t of |h|^2 / N, |h'|^2 / N and N kappa^2, the squared curvature times the width.
    euclidean_length
        L_E / sqrt(N), the integral of |h'| over t.
    gauss_length
        The integral of kappa |h'|: the length of the curve of unit tangents.
    turning
        Sum of the angles between neighbouring tangents: below the Gauss length, and equal to it in
        the limit of many points.  Nothing else here needs neighbours to be close.
    correlation
        Mean cosine of the points h(s), h(s + t), shape (seeds, depth + 1, points).
    """

    variance: Real
    metric: Real
    curvature: Real
    euclidean_length: Real
    gauss_length: Real
    turning: Real
    correlation: Real


def simulate_curve(
    field: MeanField,
    depth: int,
    *,
    width: int = 1000,
    sites: int = 1,
    kernel: int = 1,
    points: int = 512,
    seeds: Sequence[int] = (0,),
) -> SimulatedCurve:
    """Push a great circle of variance q* through `depth` layers of one random network per seed.

    The first and the second derivative in t are pushed beside the points, by the chain rule, so
    no difference quotient enters.  kappa^2 = |h''|^2/|h'|^4 - (h'.h'')^2/|h'|^6 at each point.

    Layers are dense unless there are several sites: then they are circular convolutions of `width`
    channels, with weights of variance sw^2 / (kernel width), and N = sites width.  Averaged over
    the sites, many channels obey the same recursions.

    Raises
    ------
    ValueError
        If the variance of the field is 0, there is no seed, or a number is out of range.

    Source: Poole et al. (2016), section 3 and figure 3; for convolutions L. Xiao, Y. Bahri,
    J. Sohl-Dickstein, S. S. Schoenholz, J. Pennington, Dynamical isometry and a mean field theory of
    CNNs, ICML 2018.

    Examples
    --------
    >>> from analogs.mean_field.recursions import mean_field
    >>> curve = simulate_curve(mean_field("tanh", 2.5, 0.3), 1, width=50, points=16, seeds=(0, 1))
    >>> (curve.gauss_length[:, 0] / (2 * np.pi)).round(12)  # a great circle turns once
    array([1., 1.])
    >>> curve.correlation.shape
    (2, 2, 16)
    """
    positive_variance(field)
    check_integer("depth", depth, 0)
    check_integer("width", width, 2)
    check_integer("sites", sites, 1)
    check_integer("kernel", kernel, 1, sites)
    check_integer("points", points, 3)
    chosen = [check_integer("seed", seed, 0) for seed in seeds]
    if not chosen:
        raise fail("seeds", "name at least one seed", "is empty")
    generators = map(np.random.default_rng, chosen)
    shape = (sites, kernel, width)
    networks = [_one_network(field, depth, shape, points, rng) for rng in generators]
    names = (part.name for part in fields(SimulatedCurve))
    return SimulatedCurve(**{name: np.stack([net[name] for net in networks]) for name in names})


def _one_network(
    field: MeanField,
    depth: int,
    shape: tuple[int, int, int],
    points: int,
    rng: np.random.Generator,
) -> dict[str, Real]:
    phi, (sites, kernel, width) = ACTIVATIONS[field.activation], shape
    jet = _great_circle(field.variance, sites * width, points, rng)
    layers = [_read(jet)]
    for _ in range(depth):
        weights = rng.standard_normal((kernel * width, width))
        patches = _patches(_through(phi, jet).reshape(3, points, sites, width), kernel)
        jet = patches @ (field.weight_scale / sqrt(kernel * width) * weights)
        jet[0] += field.bias_scale * rng.standard_normal(width)
        jet = jet.reshape(3, points, sites * width)
        layers.append(_read(jet))
    return {name: np.stack([layer[name] for layer in layers]) for name in layers[0]}


def _patches(features: Real, kernel: int) -> Real:
    """Channels of each site and of the next ones round the circle, (..., sites, kernel width)."""
    shifted = [np.roll(features, -offset, axis=-2) for offset in range(kernel)]
    return np.concatenate(shifted, axis=-1)


def _great_circle(variance: float, width: int, points: int, rng: np.random.Generator) -> Real:
    """Points, velocities and accelerations of a random great circle, shape (3, points, width)."""
    plane = np.linalg.qr(rng.standard_normal((width, 2)))[0].T
    angle = 2 * pi * np.arange(points) / points
    shifts = angle + np.array([[0.0], [pi / 2], [pi]])
    return sqrt(variance * width) * np.stack([np.cos(shifts), np.sin(shifts)], axis=-1) @ plane


def _through(phi: Activation, jet: Real) -> Real:
    """phi(h) and its derivatives phi' h' and phi'' h'^2 + phi' h''."""
    point, velocity, acceleration = jet
    slope = phi.slope(point)
    return np.stack(
        [phi.value(point), slope * velocity, phi.bend(point) * velocity**2 + slope * acceleration]
    )


def _read(jet: Real) -> dict[str, Real]:
    point, velocity, acceleration = jet
    width = point.shape[-1]
    speed = np.linalg.norm(velocity, axis=-1)
    tangent = velocity / speed[:, None]
    along = (tangent * acceleration).sum(axis=-1)
    # The difference of the two terms of kappa^2, taken before squaring: never below zero.
    kappa = np.linalg.norm(acceleration - along[:, None] * tangent, axis=-1) / speed**2
    # 2 asin(chord / 2): arccos of the inner product would lose half the digits of small angles.
    chords = np.linalg.norm(tangent - np.roll(tangent, -1, axis=0), axis=-1)
    return {
        "variance": np.mean(point**2),
        "metric": np.mean(speed**2) / width,
        "curvature": width * np.mean(kappa**2),
        "euclidean_length": 2 * pi * np.mean(speed) / sqrt(width),
        "gauss_length": 2 * pi * np.mean(kappa * speed),
        "turning": (2 * np.arcsin(np.minimum(chords / 2, 1.0))).sum(),
        "correlation": _autocorrelation(point / np.linalg.norm(point, axis=-1, keepdims=True)),
    }


def _autocorrelation(unit: Real) -> Real:
    """Mean over s of u(s).u(s + t), by the theorem of Wiener and Khinchin, shape (points,)."""
    power = (np.abs(np.fft.rfft(unit, axis=0)) ** 2).sum(axis=-1)
    return np.fft.irfft(power, n=len(unit)) / len(unit)
