"""Small random smooth deformations of images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from qgeom._checks import check_positive

# Over the side of the image: root mean square displacement, and the length over which it varies.
AMPLITUDE, SMOOTHNESS = 0.08, 0.25


def smooth_displacements(
    count: int, side: int, *, amplitude: float, smoothness: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    r"""Return random displacement fields in pixels, shape (count, 2, side, side).

    White noise under the Green's function of a Sobolev inertia, on the torus,

    .. math:: \hat u(k) = (1 + s^2 |k|^2)^{-2} \, \hat w(k),

    and then scaled to the root mean square length `amplitude` in each field.

    Parameters
    ----------
    amplitude, smoothness
        In pixels; the second is s.

    Raises
    ------
    ValueError
        If a length is not positive.

    Examples
    --------
    >>> u = smooth_displacements(3, 8, amplitude=0.5, smoothness=2.0, rng=np.random.default_rng(0))
    >>> np.sqrt((u**2).sum(1).mean((1, 2))).round(12)
    array([0.5, 0.5, 0.5])
    """
    check_positive("amplitude", amplitude)
    wave = 2 * np.pi * np.fft.fftfreq(side)
    square = wave[:, None] ** 2 + wave**2
    green = (1 + check_positive("smoothness", smoothness) ** 2 * square) ** -2
    white = rng.normal(size=(count, 2, side, side))
    smooth = np.fft.ifft2(green * np.fft.fft2(white)).real
    size = np.sqrt((smooth**2).sum(axis=1).mean(axis=(-2, -1)))
    return amplitude * smooth / size[:, None, None, None]


def deform(images: NDArray[np.float64], displacements: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x(p + u(p)) for images (n, channels, side, side) and fields u (n, 2, side, side).

    u[:, 0] points down the rows and u[:, 1] along them; values between pixels are linear, beyond the
    border those of the border.

    Examples
    --------
    A shift by one pixel along the rows.

    >>> image = np.arange(4.0).reshape(1, 1, 2, 2)
    >>> along = np.stack([np.zeros((2, 2)), np.ones((2, 2))])[None]
    >>> deform(image, along)[0, 0]
    array([[1., 1.],
           [3., 3.]])
    """
    places = np.indices(images.shape[-2:])
    return np.array(
        [
            [map_coordinates(channel, places + u, order=1, mode="nearest") for channel in image]
            for image, u in zip(images, displacements, strict=True)
        ]
    )


def deformed(images: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return each image under a small smooth deformation of its own."""
    side = images.shape[-1]
    fields = smooth_displacements(
        len(images), side, amplitude=AMPLITUDE * side, smoothness=SMOOTHNESS * side, rng=rng
    )
    return deform(images, fields)
