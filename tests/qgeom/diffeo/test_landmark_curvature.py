"""Curvature: the Riemann tensor by differences, a pair in closed form, crowds and laws of planes."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize

from qgeom.diffeo.kernels import Gaussian, Matern, RadialKernel
from qgeom.diffeo.landmark_curvature import (
    landmark_curvature,
    landmark_ricci,
    sample_landmark_curvature,
)
from qgeom.diffeo.landmarks import Cometric, shoot_landmarks
from tests.closeness import EXACT, ROUNDING, assert_close
from tests.oracles import landmarks as oracle

KERNELS = ((Gaussian(0.8), oracle.gaussian(0.8)), (Matern(1.1), oracle.matern(1.1)))
# Nested central differences of order 4 of an inverse metric, condition below 100.
DIFFERENCE = 1e-6
LINE = np.array([[0.0], [1.0]])


def spread(rng: np.random.Generator, size: int, dim: int) -> np.ndarray:
    """Landmarks about a width apart."""
    return np.arange(size)[:, None] * np.eye(dim)[0] + 0.2 * rng.normal(size=(size, dim))


@pytest.mark.parametrize(("kernel", "plain"), KERNELS)
@pytest.mark.parametrize(("size", "dim"), [(2, 1), (3, 1), (4, 1), (2, 2), (3, 2), (4, 2)])
def test_curvature_is_that_of_the_riemann_tensor(
    kernel: RadialKernel, plain: oracle.Kernel, size: int, dim: int, rng: np.random.Generator
) -> None:
    q = spread(rng, size, dim)
    a, b = rng.normal(size=(2, size, dim))
    found = float(landmark_curvature(kernel, q, a, b))
    assert_close(found, oracle.curvature(plain, q, a, b), DIFFERENCE)
    assert_close(float(landmark_ricci(kernel, q, a)), oracle.ricci(plain, q, a), DIFFERENCE)


def test_pair_on_a_line_is_the_closed_form() -> None:
    r = np.linspace(0.05, 6.0, 60)
    found = landmark_curvature(Gaussian(1.0), r[:, None, None] * LINE, LINE, 1.0 + LINE)
    assert_close(found, [oracle.gaussian_pair_curvature(x) for x in r], 1e-9)


def test_pair_on_a_line_has_the_known_extremes() -> None:
    def at(r: float) -> float:
        return float(landmark_curvature(Gaussian(1.0), r * LINE, LINE, 1.0 + LINE))

    assert_close([at(0.3), at(1.7)], [-0.0420158163, 0.0899969202], 1e-9)
    assert_close(scipy.optimize.brentq(at, 1.2, 1.8, xtol=1e-12), 1.5349259, 1e-7)
    least = scipy.optimize.minimize_scalar(at, bounds=(0.5, 1.5), method="bounded")
    most = scipy.optimize.minimize_scalar(lambda r: -at(r), bounds=(1.8, 2.6), method="bounded")
    assert_close(
        [least.x, least.fun, most.x, -most.fun], [0.9539, -0.200011, 2.1983, 0.224013], 1e-4
    )


def test_curvature_depends_on_the_plane_alone(rng: np.random.Generator) -> None:
    q = rng.normal(size=(5, 1, 6, 2))
    a, b = rng.normal(size=(2, 1, 7, 6, 2))
    found = landmark_curvature(Gaussian(1.0), q, a, b)
    assert found.shape == (5, 7)
    turned = landmark_curvature(Gaussian(1.0), q, 2.0 * a + 0.7 * b, a - 3.0 * b)
    assert_close(turned, found, 1e-9)
    shifted = landmark_curvature(Gaussian(1.0), q[..., ::-1] + 2.0, a[..., ::-1], b[..., ::-1])
    assert_close(shifted, found, 1e-9)


def test_curvature_scales_like_the_inverse_square_of_the_width(rng: np.random.Generator) -> None:
    q, a, b = rng.normal(size=(3, 4, 2))
    found = landmark_curvature(Gaussian(1.0), q, a, b)
    assert_close(landmark_curvature(Gaussian(3.0), 3.0 * q, a, b), found / 9.0, ROUNDING)
    assert_close(landmark_ricci(Gaussian(3.0), 3.0 * q, a), landmark_ricci(Gaussian(1.0), q, a) / 9)


def test_far_landmarks_are_flat(rng: np.random.Generator) -> None:
    q, a, b = 100.0 * np.arange(8.0).reshape(4, 2), *rng.normal(size=(2, 4, 2))
    assert_close(float(landmark_curvature(Gaussian(1.0), q, a, b)), 0.0, EXACT)


def test_ricci_is_the_mean_of_random_planes(rng: np.random.Generator) -> None:
    """Uniform planes: mean K = scalar / (dim (dim - 1)), scalar = sum of Ricci over a frame."""
    q = spread(rng, 3, 2)
    coframe = Cometric.at(Gaussian(0.8), q).coframe()
    frame = np.einsum("ik,de->kdie", coframe, np.eye(2)).reshape(6, 3, 2)
    mean = landmark_ricci(Gaussian(0.8), q, frame).mean() / 5
    values = sample_landmark_curvature(Gaussian(0.8), q, 20_000, rng=rng)
    assert abs(values.mean() - mean) < 4.0 * values.std() / np.sqrt(len(values))
    assert abs(mean) > 0.01


def test_ricci_along_a_path_has_its_shape(rng: np.random.Generator) -> None:
    q, p = rng.normal(size=(2, 3, 4, 2))
    path = shoot_landmarks(Gaussian(1.0), q, p, times=np.linspace(0, 1, 5))
    ricci = landmark_ricci(path.kernel, path.points, path.momenta)
    assert ricci.shape == (3, 5)
    one = landmark_ricci(Gaussian(1.0), path.points[1, 3], path.momenta[1, 3])
    assert_close(ricci[1, 3], one, ROUNDING)


@pytest.mark.parametrize(
    ("planes", "std", "low", "high"),
    [
        ("momentum", 0.5, 0.99, 1.0),
        ("momentum", 1.0, 0.94, 1.0),
        ("momentum", 3.0, 0.6, 0.75),
        ("metric", 0.5, 0.77, 0.87),
        ("metric", 3.0, 0.66, 0.78),
        ("velocity", 0.5, 0.79, 0.9),
    ],
)
def test_share_of_negative_planes_depends_on_crowding_and_on_the_law(
    planes: str, std: float, low: float, high: float, rng: np.random.Generator
) -> None:
    clouds = std * rng.normal(size=(60, 8, 2))
    values = sample_landmark_curvature(Gaussian(1.0), clouds, 30, planes=planes, rng=rng)
    assert values.shape == (60, 30)
    assert low <= (values < 0).mean() <= high


def test_samples_are_reproducible_and_do_not_care_about_batches(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    q = rng.normal(size=(4, 2))

    def values() -> np.ndarray:
        return sample_landmark_curvature(Gaussian(1.0), q, 9, rng=np.random.default_rng(1))

    whole = values()
    monkeypatch.setattr("qgeom.diffeo.landmark_curvature.BATCH", 64)
    parts = values()
    assert_close(values(), parts, EXACT)
    assert whole.shape == parts.shape == (9,)


def test_what_spans_no_plane_is_refused(rng: np.random.Generator) -> None:
    q, a = rng.normal(size=(2, 3, 2))
    with pytest.raises(ValueError, match="span planes"):
        landmark_curvature(Gaussian(1.0), q, a, -2.0 * a)
    with pytest.raises(ValueError, match="`b` must be a direction"):
        landmark_curvature(Gaussian(1.0), q, a, 0.0 * a)
    with pytest.raises(ValueError, match="`a` must be a direction"):
        landmark_ricci(Gaussian(1.0), q, 0.0 * a)
    with pytest.raises(ValueError, match="span a plane"):
        sample_landmark_curvature(Gaussian(1.0), np.zeros((1, 1)), 3, rng=rng)
    with pytest.raises(ValueError, match="`planes` must be one of"):
        sample_landmark_curvature(Gaussian(1.0), q, 3, planes="local", rng=rng)
    with pytest.raises(ValueError, match="must be apart"):
        landmark_curvature(Gaussian(1.0), 0.0 * q, a, a[::-1])
