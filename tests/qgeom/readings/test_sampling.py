"""Random planes: exact means of each law, the published shares, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from qgeom._typing import Integer
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.readings import sampling
from qgeom.readings.curvature import scalar_curvature, sectional_curvature
from qgeom.readings.ricci import pauli_sectional
from qgeom.readings.sampling import CurvatureSample, sample_curvature
from tests.backends import BACKENDS
from tests.closeness import assert_close

COUNT = 4000
# A mean of COUNT planes is within this many standard errors (seeds are fixed).
STANDARD_ERRORS = 4.0
# Standard error of a share of COUNT planes is at most 0.008.
SHARE = 0.025
# CLAIMS.md gives shares of samples whose size it does not state.
PUBLISHED_SHARE = 0.06


def draw(metric: RightInvariantMetric, planes: str, seed: int = 0) -> CurvatureSample:
    return sample_curvature(metric, planes, COUNT, rng=np.random.default_rng(seed))


def assert_mean(sample: CurvatureSample, expected: float) -> None:
    """The mean of the sample is `expected` within STANDARD_ERRORS."""
    error = sample.values.std() / np.sqrt(sample.count)
    assert abs(sample.mean - expected) < STANDARD_ERRORS * error


def cheap(metric: RightInvariantMetric) -> Integer:
    """Directions of cost 1."""
    return np.flatnonzero(metric.inertia == metric.relaxed(0.0).inertia)


def frame_mean(metric: RightInvariantMetric, directions: Integer) -> float:
    """Mean of K over pairs of basis directions, which is that over all planes of their span."""
    frame = np.eye(metric.dim)[directions]
    rows, columns = np.triu_indices(len(frame), 1)
    return float(sectional_curvature(metric, frame[rows], frame[columns]).mean())


# ---- laws


@pytest.mark.parametrize(
    "metric",
    [
        PauliMetric(2, nielsen(16.0, locality=1)),
        PauliMetric(3, nielsen(4.0)),
        MatrixMetric("so", 6, band(1, 16.0)),
        MatrixMetric("circulant", 4, band(0, 16.0), channels=2),
    ],
    ids=lambda metric: type(metric).__name__,
)
@pytest.mark.parametrize("planes", ["metric", "coordinate"])
def test_mean_is_the_scalar_curvature_over_all_pairs(
    metric: RightInvariantMetric, planes: str
) -> None:
    expected = scalar_curvature(metric) / (metric.dim * (metric.dim - 1))
    assert_mean(draw(metric, planes), expected)


def test_a_wrong_mean_is_noticed() -> None:
    sample = draw(PauliMetric(2, nielsen(16.0, locality=1)), "metric")
    with pytest.raises(AssertionError):
        assert_mean(sample, 1.2 * sample.mean)


@pytest.mark.parametrize(
    "metric",
    [
        PauliMetric(3, nielsen(16.0)),
        MatrixMetric("so", 8, band(2, 16.0)),
        MatrixMetric("circulant", 8, band(1, 16.0), channels=2),
        ProductMetric(PauliMetric(2, nielsen(4.0, 1)), MatrixMetric("so", 4, band(1, 4.0))),
    ],
    ids=lambda metric: type(metric).__name__,
)
def test_local_mean_is_that_of_the_cheap_directions(metric: RightInvariantMetric) -> None:
    assert_mean(draw(metric, "local"), frame_mean(metric, cheap(metric)))


def test_pauli_law_is_uniform_in_coefficients() -> None:
    """On SU(2) a plane has a normal, uniform on the sphere: the mean is an integral over it."""
    costs = np.array([1.0, 2.0, 30.0])
    metric = PauliMetric(1, custom(dict(zip("XYZ", costs.tolist(), strict=True))))
    normal = np.random.default_rng(1).standard_normal((200_000, 3)) ** 2
    # The plane with normal e_a is spanned by the other two strings.
    opposite = np.array([pauli_sectional(metric, s, t) for s, t in ((1, 2), (0, 2), (0, 1))])
    areas = normal * costs.prod() / costs
    expected = float((areas @ opposite / areas.sum(axis=1)).mean())
    assert_mean(draw(metric, "pauli"), expected)


def test_coordinate_law_draws_every_ordered_pair() -> None:
    metric = PauliMetric(1, custom({"X": 1.0, "Y": 2.0, "Z": 5.0}))
    sample = draw(metric, "coordinate")
    pairs = pauli_sectional(metric, [0, 0, 1], [1, 2, 2])
    shares = np.isclose(sample.values[:, None], pairs).mean(axis=0)
    np.testing.assert_allclose(shares, 1 / 3, atol=SHARE)


@pytest.mark.parametrize("planes", sampling.PLANE_LAWS)
def test_batches_do_not_change_the_sample(planes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    metric = MatrixMetric("so", 4, band(1, 5.0))
    whole = draw(metric, planes).values
    np.testing.assert_array_equal(draw(metric, planes).values, whole)
    monkeypatch.setattr(sampling, "planes_per_batch", lambda metric: 7)
    np.testing.assert_allclose(draw(metric, planes).values, whole, rtol=1e-12, atol=1e-12)
    assert not np.array_equal(draw(metric, planes, seed=1).values, whole)


# ---- what the papers' claims rest on (CLAIMS.md Q7, C7, C8)


@pytest.mark.parametrize(
    ("q", "published", "measured"),
    [
        (1.0, 0.0, 0.0),
        (4.0, 0.31, 0.308),
        (16.0, 0.71, 0.670),
        (64.0, 0.75, 0.728),
        (256.0, 0.76, 0.739),
    ],
)
def test_share_of_negative_planes_of_three_qubits(
    q: float, published: float, measured: float
) -> None:
    metric = PauliMetric(3, nielsen(q))
    share = draw(metric, "metric").negative_share
    assert share == pytest.approx(measured, abs=SHARE)
    assert share == pytest.approx(published, abs=PUBLISHED_SHARE)
    assert draw(metric, "local").negative_share == (0.0 if q == 1.0 else 1.0)
    assert draw(metric, "pauli").negative_share < 0.02


@pytest.mark.parametrize("q", [1.0, 16.0, 256.0])
def test_two_qubits_with_local_gates_free_are_never_negative(q: float) -> None:
    metric = PauliMetric(2, nielsen(q, locality=1))
    for planes in sampling.PLANE_LAWS:
        assert draw(metric, planes).negative == 0


@pytest.mark.parametrize(
    ("features", "scalar", "published", "measured"),
    [(6, -252.0, 0.61, 0.571), (8, -378.0, 0.61, 0.603), (10, -504.0, 0.64, 0.618)],
)
def test_orthogonal_layers(features: int, scalar: float, published: float, measured: float) -> None:
    """Published without the 1/N of the trace: our curvatures are N = d times larger."""
    metric = MatrixMetric("so", features, band(1, 256.0))
    assert scalar_curvature(metric) / features == pytest.approx(scalar, abs=0.5)
    share = draw(metric, "metric").negative_share
    assert share == pytest.approx(measured, abs=SHARE)
    assert share == pytest.approx(published, abs=PUBLISHED_SHARE)


SWEEPS: dict[str, Callable[[int], RightInvariantMetric]] = {
    "so": lambda r: MatrixMetric("so", 8, band(r, 16.0)),
    "circulant": lambda r: MatrixMetric("circulant", 8, band(r, 16.0), channels=2),
    "pauli": lambda r: PauliMetric(3, nielsen(16.0, locality=r)),
}
# Radius, published scalar curvature and mean over local planes.
KERNELS = [
    ("so", 1, -15.2, -1.67),
    ("so", 2, -35.3, -0.96),
    ("so", 3, -46.8, -0.70),
    ("so", 4, -38.5, -0.43),
    ("so", 5, -11.9, -0.21),
    ("so", 6, 19.5, -0.04),
    ("so", 7, 42.0, 0.06),
    ("circulant", 0, -8.7, -0.054),
    ("circulant", 1, -26.9, -0.296),
    ("circulant", 2, -52.3, -0.308),
    ("circulant", 3, -55.3, -0.185),
    ("circulant", 4, -28.0, -0.026),
    ("pauli", 1, 19.8, None),
    ("pauli", 2, -436.6, None),
    ("pauli", 3, 252.0, None),
]


@pytest.mark.parametrize(("name", "radius", "scalar", "local"), KERNELS)
def test_curvature_against_kernel_size(
    name: str, radius: int, scalar: float, local: float | None
) -> None:
    """C8, published without the 1/N of the trace: N = 8, 16 (= C d) and 8."""
    metric = SWEEPS[name](radius)
    assert scalar_curvature(metric) / metric.size == pytest.approx(scalar, abs=0.06)
    if local is not None:
        # The published means are of random planes: within 15 percent and their last digit.
        mean = frame_mean(metric, cheap(metric)) / metric.size
        assert mean == pytest.approx(local, rel=0.15, abs=0.006)


# ---- readings of a sample


def test_flat_algebra_has_flat_planes_only() -> None:
    sample = draw(MatrixMetric("circulant", 8, band(1, 16.0)), "metric")
    assert (sample.flat, sample.negative) == (COUNT, 0)


def test_counts_means_and_quantiles() -> None:
    sample = CurvatureSample(np.array([-4.0, -1e-15, 0.0, 2.0, 12.0]), "metric")
    assert (sample.count, sample.negative, sample.flat, sample.negative_share) == (5, 1, 2, 0.2)
    assert sample.mean == pytest.approx(2.0)
    np.testing.assert_allclose(sample.quantiles([0.0, 0.5, 1.0]), [-4.0, 0.0, 12.0], atol=1e-12)
    assert len(sample.quantiles()) == 7


# ---- backends


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("planes", sampling.PLANE_LAWS)
def test_the_device_does_not_change_the_planes(planes: str, backend: str) -> None:
    metric = PauliMetric(3, nielsen(16.0))
    device = None if backend == "numpy" else backend
    found = sample_curvature(metric, planes, 200, rng=np.random.default_rng(4), device=device)
    assert isinstance(found.values, np.ndarray)
    draws = sampling._plane_law(metric, planes)(200, np.random.default_rng(4))
    assert_close(found.values, sectional_curvature(metric, draws[:, 0], draws[:, 1]))


def test_blocks_of_draws_do_not_change_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    metric = PauliMetric(2, nielsen(9.0, locality=1))
    whole = {planes: draw(metric, planes).values for planes in sampling.PLANE_LAWS}
    monkeypatch.setattr(sampling, "DRAWN", 100)  # three planes
    for planes, values in whole.items():
        assert_close(draw(metric, planes).values, values)


def test_a_device_is_for_qubits() -> None:
    with pytest.raises(
        ValueError, match="`device` must be None unless the metric is a PauliMetric"
    ):
        sample_curvature(
            MatrixMetric("so", 4, band(1, 2.0)), rng=np.random.default_rng(0), device="cpu"
        )


def test_a_missing_device_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="`device` must be present, but torch finds no CUDA"):
        sample_curvature(PauliMetric(1, nielsen(1.0)), rng=np.random.default_rng(0), device="cuda")


# ---- the door


def test_one_cheap_direction_spans_no_local_plane() -> None:
    metric = PauliMetric(1, custom({"X": 2.0, "Y": 3.0}))
    with pytest.raises(ValueError, match="`metric` must have at least 2 directions of least cost"):
        draw(metric, "local")
    with pytest.raises(ValueError, match="`metric` must have at least 2 dimensions, but has 1"):
        draw(MatrixMetric("so", 2, band(1, 2.0)), "metric")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"planes": "uniform"}, "`planes` must be one of metric, local, pauli, coordinate"),
        ({"count": 0}, "`count` must be at least 1, but is 0"),
        ({"rng": 0}, "`rng` must be a numpy.random.Generator"),
        ({"half_width": 0.0}, "`half_width` must be positive, but is 0.0"),
        ({"half_width": 0.1, "most": 2}, "`most` must be at least 3, but is 2"),
        ({"device": "tpu"}, "`device` must be one of cpu, cuda, but is 'tpu'"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, object], words: str) -> None:
    good: dict[str, object] = {"planes": "metric", "count": 3, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match=words):
        sample_curvature(PauliMetric(1, nielsen(1.0)), **(good | arguments))  # type: ignore[arg-type]
