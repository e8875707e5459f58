"""The network side of M3: wavelets as MERA's layout, found by training, and what ReLU makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import Reading, exact_reading
from analogs.evidence.claim import Row
from analogs.mirrors.mera.circuit import check_power_of_two
from analogs.mirrors.mera.wavelets import (
    D4,
    HAAR,
    convolution_matrix,
    filter_bank,
    learn_pyramid,
    read_pyramid,
    ring_band,
    uniform_pyramid,
)
from qgeom._typing import Matrix, Real
from qgeom.metric.matrix import MatrixMetric

# Of the identities: rounding in products of rotations; squared error of a fit to the end.
TOLERANCE, FITTED = 1e-12, 1e-20
FEATURES_QUICK, FEATURES_FULL = (8, 16), (8, 16, 32, 64, 128)
LEARNED, STARTS = 16, 4
WAVELET, RANDOM = "D4 filter bank", "random orthogonal matrix, control"


def rectified_jacobian(size: int, angles: tuple[float, float], signal: Real) -> Matrix:
    """Jacobian (d, d) at a signal (d,) of the filter bank with ReLU after every convolution.

    Without biases the network is homogeneous, ``f(x) = J(x) x``.

    Examples
    --------
    >>> jacobian = rectified_jacobian(8, HAAR, np.arange(8.0))  # every Haar detail is positive
    >>> bool(np.allclose(jacobian, filter_bank(8, HAAR)))
    True
    """
    jacobian, spacing = np.eye(check_power_of_two("size", size)), 1
    while size // spacing > 2:
        coarse = np.arange(0, size, spacing)
        scale = convolution_matrix(len(coarse), angles) @ jacobian[coarse]
        jacobian[coarse] = scale * (scale @ signal > 0)[:, None]
        spacing *= 2
    return jacobian


def learned_rows(rng: np.random.Generator) -> Iterator[Row]:
    """Train the layout towards the wavelets and towards an orthogonal matrix that is none."""
    target = filter_bank(LEARNED, D4)
    control = np.linalg.qr(np.random.default_rng(0).normal(size=target.shape))[0]
    for name, aim, starts in ((WAVELET, target, STARTS), (RANDOM, control, 1)):
        error = learn_pyramid(aim, rng, starts)[1]
        yield {"target": name, "features": LEARNED, "error": error}


def rectified_rows(sizes: Sequence[int], rng: np.random.Generator) -> Iterator[Row]:
    """Rank of the rectified network at a white signal."""
    for size in sizes:
        jacobian = rectified_jacobian(size, D4, rng.normal(size=size))
        yield {"features": size, "rank": int(np.linalg.matrix_rank(jacobian))}


def pyramid_rows(sizes: Sequence[int], cost: float) -> Iterator[Row]:
    """Counts and lengths of the wavelet network, neighbours on the ring at cost 1, others at 1 or q."""
    for size in sizes:
        pyramid = uniform_pyramid(size, D4)
        for q in (1.0, cost):
            reading = read_pyramid(pyramid, MatrixMetric("so", size, ring_band(size, 1, q)))
            yield {
                "features": size,
                "depth": reading.depth,
                "gates": reading.gates,
                "q": q,
                "length": reading.length,
                "logarithm": reading.logarithm,
                "frobenius_length": reading.length * size**0.5,
                "frobenius_logarithm": reading.logarithm * size**0.5,
            }


def network_readings(
    sizes: Sequence[int], tables: Mapping[str, Sequence[Row]]
) -> Iterator[Reading]:
    """The layout of rotations is the network of strided convolutions, and training finds it."""
    for name, angles in (("D4", D4), ("Haar, control", HAAR)):
        misses = [
            np.abs(uniform_pyramid(d, angles).matrix - filter_bank(d, D4)).max() for d in sizes
        ]
        yield exact_reading(
            f"largest entry of MERA's layout of rotations minus the D4 filter bank, angles of {name}",
            "network",
            f"SO(d), d = {', '.join(map(str, sizes))}; {name}",
            float(max(misses)),
            tolerance=TOLERANCE,
            count=len(sizes),
            decisive=name == "D4",
        )
    for name in (WAVELET, RANDOM):
        own = [row["error"] for row in tables["learned"] if row["target"] == name]
        errors = np.array(own, dtype=float)
        yield exact_reading(
            "mean squared error of trained orthogonal layers of stride 2",
            "network",
            f"SO({LEARNED}), white signals; {name}",
            float(errors.max()),
            tolerance=FITTED,
            count=len(errors),
            decisive=name == WAVELET,
        )
    ranks, features = (
        np.array([row[name] for row in tables["rectified"]], dtype=float)
        for name in ("rank", "features")
    )
    yield exact_reading(
        "control: largest share of the dimensions that the network loses once it has ReLU",
        "network",
        "rank of the Jacobian at white signals, D4 filters",
        float((1.0 - ranks / features).max()),
        tolerance=0.0,
        count=len(ranks),
        decisive=False,
    )
