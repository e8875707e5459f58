"""Figures: what is drawn is what was computed, any Axes will do, and files do not depend on the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qgeom import plots
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.metric.schedules import draconian
from qgeom.readings.sampling import PLANE_LAWS, CurvatureSample, sample_curvature
from tests.closeness import ROUNDING, assert_close

BERGER = PauliMetric(1, custom({"X": 1.0, "Y": 2.0, "Z": 3.0}))
SU8 = PauliMetric(3, nielsen(16.0))
SO4 = MatrixMetric("so", 4, band(1, 16.0))
PRODUCT = ProductMetric(SO4, SO4)
# The integrator's tolerance.
INTEGRATED = 1e-8


def curve(metric: RightInvariantMetric, duration: float = 2.0) -> Geodesic:
    velocity = np.random.default_rng(1).normal(size=metric.dim) / np.sqrt(metric.inertia)
    return shoot(metric, velocity, duration)


def axes() -> Axes:
    return plots.canvas()[0]


def lines(drawn: Axes) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_ydata()) for line in drawn.get_lines()}


# ---- geodesics


@pytest.mark.parametrize(
    "metric", [BERGER, SU8, SO4, PRODUCT], ids=["su2", "su8", "so4", "product"]
)
def test_energies_of_classes_add_up_to_the_squared_speed(metric: RightInvariantMetric) -> None:
    geodesic = curve(metric)
    drawn = lines(plots.plot_geodesic(geodesic, axes(), samples=11))
    total = drawn.pop("total")
    speed = float(metric.norm(geodesic.velocity))
    assert_close(total, np.full(11, speed**2), INTEGRATED)
    assert_close(sum(drawn.values()), total, ROUNDING)
    assert all((energy >= 0).all() for energy in drawn.values())


def test_energy_of_a_class_is_that_of_its_generators() -> None:
    geodesic = curve(SO4)
    drawn = lines(plots.plot_geodesic(geodesic, axes(), samples=3))
    u = geodesic.at(np.linspace(0.0, 2.0, 3)).velocities
    # so(4): pairs 01 02 03 12 13 23, |A|^2 = sum_ij w_ij A_ij^2 / 4 counts each pair twice.
    assert_close(drawn["|i - j| = 1, cost 1"], (u[:, [0, 3, 5]] ** 2).sum(axis=1) / 2, ROUNDING)
    assert_close(drawn["|i - j| = 2, cost 16"], 8 * (u[:, [1, 4]] ** 2).sum(axis=1), ROUNDING)


def test_energy_at_each_of_two_costs_is_constant() -> None:
    """Energy and Casimir fix both; the classes within one cost may still exchange energy."""
    so5 = MatrixMetric("so", 5, band(1, 16.0))
    drawn = lines(plots.plot_geodesic(curve(so5), axes(), samples=11))
    cheap, costly = drawn["|i - j| = 1, cost 1"], drawn["|i - j| = 3, cost 16"]
    assert_close(cheap, np.full(11, cheap[0]), INTEGRATED)
    assert np.ptp(costly) > 0.01


def test_controls_are_the_velocities_of_the_strongest() -> None:
    geodesic = curve(BERGER)
    drawn = plots.plot_controls(geodesic, axes(), strongest=2, samples=5)
    u = geodesic.at(np.linspace(0.0, 2.0, 5)).velocities
    energy = (BERGER.inertia * u**2).mean(axis=0)
    strongest = np.argsort(-energy)[:2]
    for a in strongest:
        assert_close(lines(drawn)["XYZ"[a]], u[:, a], ROUNDING)
    share = energy[strongest].sum() / energy.sum()
    assert f"The 2 strongest of 3 generators: {share:.1%}" in drawn.get_title(loc="left")


def test_resting_generators_are_not_controls() -> None:
    still = shoot(BERGER, np.array([0.0, 0.0, 1.0]))
    assert set(lines(plots.plot_controls(still, axes()))) - {"Z"} == {"_child1"}  # the zero line
    nothing = shoot(BERGER, np.zeros(3))
    assert "The 0 strongest" in plots.plot_controls(nothing, axes()).get_title(loc="left")


def test_forbidden_generators_rest() -> None:
    """At an infinite cost of weight 3 the energy is that of the others."""
    momentum = 0.1 * np.random.default_rng(0).normal(size=63)
    geodesic = shoot(PauliMetric(3, draconian()), momentum=momentum)
    drawn = lines(plots.plot_geodesic(geodesic, axes(), samples=5))
    assert_close(drawn["weight 3, cost inf"], np.zeros(5))
    assert_close(drawn["total"], np.full(5, geodesic.length**2), INTEGRATED)
    labels = set(lines(plots.plot_controls(geodesic, axes())))
    controls = {label for label in labels if len(label) == 3}
    assert len(controls) == 8
    assert all("I" in label for label in controls)


def test_titles_say_how_far_to_trust_the_curve() -> None:
    title = plots.plot_geodesic(curve(SU8), axes()).get_title(loc="left")
    assert title.startswith(f"Geodesic of length {float(curve(SU8).length):.6f}, energy conserved")


def test_units_are_stated() -> None:
    assert "2^n" in plots.plot_geodesic(curve(SU8), axes()).get_ylabel()
    assert "/N" in plots.plot_geodesic(curve(SO4), axes()).get_ylabel()
    assert plots.plot_geodesic(curve(SO4), axes()).get_xlabel() == "time t"


@pytest.mark.parametrize("plot", [plots.plot_geodesic, plots.plot_controls])
def test_lines_differ_without_colour(plot) -> None:
    styles = [
        (line.get_color(), str(line.get_linestyle()), line.get_linewidth())
        for line in plot(curve(SU8), axes()).get_lines()
    ]
    assert len(set(styles)) == len(styles)
    assert len({style for _, style, _ in styles}) >= min(3, len(styles))


@pytest.mark.parametrize("plot", [plots.plot_geodesic, plots.plot_controls])
def test_what_plots_of_geodesics_refuse(plot) -> None:
    batch = shoot(BERGER, np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"`geodesic` must be one curve, but is a batch of shape"):
        plot(batch, axes())
    with pytest.raises(ValueError, match="`samples` must be at least 2"):
        plot(curve(BERGER), axes(), samples=1)


# ---- curvature


def test_histograms_hold_every_plane() -> None:
    samples = [sample_curvature(SU8, law, 50, rng=np.random.default_rng(0)) for law in PLANE_LAWS]
    drawn = plots.plot_curvature(samples, axes(), metric=SU8)
    low, high = drawn.get_xlim()
    values = np.concatenate([sample.values for sample in samples])
    assert low < values.min() <= values.max() < high
    assert low < 0.0 < high
    assert len(drawn.patches) == 2 * len(samples)
    texts = [text.get_text() for text in drawn.texts]
    assert [text.splitlines()[0] for text in texts] == [
        f"{sample.negative_share:.1%} negative" for sample in samples
    ]


@pytest.mark.parametrize(
    "values", [[0.0, 0.0], [1.0, 2.0], [-3.0, -1.0], [-1e6, 1e-3], [-20.0, 400.0], [0.0, 1e-9]]
)
def test_bins_have_zero_at_the_centre_of_one(values: list[float]) -> None:
    sample = CurvatureSample(np.array(values), "metric")
    drawn = plots.plot_curvature([sample], axes(), metric=BERGER)
    edges = drawn.patches[0].get_data().edges
    assert edges[0] < min(values) <= max(values) < edges[-1]
    assert np.all(np.diff(edges) > 0)
    inner = edges[np.abs(edges).argsort()[:2]]
    assert_close(inner.sum() / np.ptp(inner), 0.0, ROUNDING)
    heights = drawn.patches[0].get_data().values
    assert heights.max() == plots.ROW_HEIGHT


def test_no_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="`samples` must hold at least one sample"):
        plots.plot_curvature([], axes(), metric=BERGER)


# ---- files


@pytest.mark.parametrize("suffix", plots.FORMATS)
def test_files_are_the_same_at_every_run(suffix: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}{suffix}" for i in range(2)]
    for path in paths:
        plots.save(plots.plot_controls(curve(BERGER), axes()), path)
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert len(first) > 5000


@pytest.mark.parametrize("name", ["figure", "figure.txt", "missing/figure.png"])
def test_paths_are_checked(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Argument `plot` must"):
        plots.save(axes(), tmp_path / name)


def test_removed_axes_cannot_be_saved(tmp_path: Path) -> None:
    alone = axes()
    alone.remove()
    with pytest.raises(ValueError, match="`axes` must belong to a figure"):
        plots.save(alone, tmp_path / "x.png")


def test_plots_draw_on_axes_of_any_figure() -> None:
    left, right = Figure().subplots(1, 2)
    assert plots.plot_geodesic(curve(BERGER), left) is left
    assert plots.plot_controls(curve(BERGER), right) is right


def test_canvas_rows() -> None:
    rows = plots.canvas(3, width=4.0, height=2.0)
    assert len(rows) == 3
    assert tuple(rows[0].get_figure().get_size_inches()) == (4.0, 6.0)


@pytest.mark.parametrize(
    ("metric", "group", "label"),
    [
        (SU8, "su(8), nielsen(locality=2, q=16)", "IIX"),
        (SO4, "so(4), band(radius=1, q=16)", "0,1"),
        (PRODUCT, "ProductMetric of dimension 12", "generator 0"),
    ],
)
def test_names_of_metrics_and_generators(
    metric: RightInvariantMetric, group: str, label: str
) -> None:
    assert plots.describe(metric) == group
    assert plots.generator_label(metric, 0) == label
