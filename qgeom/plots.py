"""Figures: every plot takes an Axes, draws on it, titles it with its finding and returns it.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; lines differ in their
dashes too, and histograms in their place, so that a grey print loses nothing.  matplotlib is loaded
when a figure is made: commands that draw none start without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Integer, Real
from qgeom.geodesic.curve import Geodesic
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.evolution import Evolution
from qgeom.readings.jacobi import ConjugateTimes
from qgeom.readings.sampling import CurvatureSample
from qgeom.readings.scaling import Saturation, ScanRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))  # 5 and 6 colours: 30 different lines
# Formats, and the field of each that would differ from run to run.
FORMATS = {".png": "Software", ".svg": "Date", ".pdf": "CreationDate"}
BINS = 80
ROW_HEIGHT = 0.8  # histograms of neighbouring rows do not touch
LINEAR_RANGE = 10.0  # curvatures beyond it are shown on a logarithmic axis
NEGLIGIBLE = 1e-9  # share of the energy below which a generator rests
MOST_TICKS = 12
MARGIN = (
    1.6  # factor beyond the lengths on a logarithmic axis: one of the ticks 1, 2, 5 is in sight
)
LAWS = {
    "metric": "uniform\nin the metric",
    "local": "within the\ncheapest directions",
    "pauli": "uniform in the\ncoefficients",
    "coordinate": "two basis elements",
}


def canvas(rows: int = 1, *, width: float = 7.0, height: float = 4.0) -> list[Axes]:
    """Return the Axes of a new figure, `rows` of this size in inches; no global state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, rows * height), layout="constrained")
    return list(figure.subplots(rows, squeeze=False)[:, 0])


def check_plot_path(path: str | Path) -> Path:
    """Return `path`, or raise ValueError unless its format is known and its folder exists."""
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise fail("plot", "end in " + ", ".join(FORMATS), f"is {str(path)!r}")
    if not path.parent.is_dir():
        raise fail("plot", "lie in a folder that exists", f"is {str(path)!r}")
    return path


def save(axes: Axes, path: str | Path) -> None:
    """Write the figure of `axes`; two runs give the same bytes.

    Raises
    ------
    ValueError
        Unless the name ends in .png, .svg or .pdf and the folder exists.
    """
    import matplotlib

    path = check_plot_path(path)
    figure = axes.get_figure(root=True)
    if figure is None:
        raise fail("axes", "belong to a figure", "belongs to none")
    varying = FORMATS[path.suffix.lower()]
    with matplotlib.rc_context({"svg.hashsalt": "qgeom", "svg.fonttype": "path"}):
        figure.savefig(path, dpi=150, metadata={varying: None})


def plot_geodesic(geodesic: Geodesic, axes: Axes, *, samples: int = 201) -> Axes:
    """Energy ``sum_a I_a u_a(t)^2`` in each class of generators along one geodesic.

    A class holds the generators of one reach (weight of a Pauli string, ``|i - j|`` of a matrix
    entry) and one cost.  The total is the squared speed, which is constant.  On compact groups
    the Casimir ``sum_a m_a^2 / J_a`` is constant too (J: inertia at cost 1), so that with two
    different costs the energy at each cost cannot change either.

    Raises
    ------
    ValueError
        For a batch of geodesics, or fewer than 2 samples.
    """
    curve = _sampled(geodesic, samples)
    energies = curve.metric.inertia * curve.velocities**2
    for (label, members), style in zip(energy_classes(curve.metric), _styles(), strict=False):
        axes.plot(curve.times, energies @ members, label=label, **style)
    axes.plot(curve.times, energies.sum(axis=-1), color="black", linewidth=1.0, label="total")
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel(rf"energy $\langle u, u \rangle$   [{normalisation(curve.metric)}]")
    axes.set_title(_geodesic_caption(curve), fontsize="medium", loc="left")
    return _over_time(curve, axes)


def plot_controls(
    geodesic: Geodesic, axes: Axes, *, strongest: int = 8, samples: int = 201
) -> Axes:
    """Velocities ``u_a(t)`` of the generators that carry most of the energy of one geodesic.

    On qubits these are the controls ``h_s(t)`` of ``H(t) = sum_s h_s(t) s``.

    Raises
    ------
    ValueError
        For a batch of geodesics, fewer than 2 samples, or `strongest` below 1.
    """
    strongest = check_integer("strongest", strongest, 1)
    curve = _sampled(geodesic, samples)
    velocities = curve.velocities
    energy = (curve.metric.inertia * velocities**2).mean(axis=0)
    chosen = np.argsort(-energy, kind="stable")[:strongest]
    chosen = chosen[energy[chosen] > NEGLIGIBLE * energy.sum()]
    for a, style in zip(chosen, _styles(), strict=False):
        axes.plot(curve.times, velocities[:, a], label=generator_label(curve.metric, a), **style)
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_ylabel("velocity u(t)   [radians in unit time]")
    share = energy[chosen].sum() / energy.sum() if energy.sum() else 1.0
    caption = (
        f"The {len(chosen)} strongest of {curve.metric.dim} generators: {share:.1%} of the energy"
    )
    axes.set_title(caption, fontsize="medium", loc="left")
    return _over_time(curve, axes)


def plot_curvature(
    samples: Sequence[CurvatureSample], axes: Axes, *, metric: RightInvariantMetric
) -> Axes:
    """Histograms of sectional curvatures, one row for each law of the plane, and shares below zero.

    Wide ranges are shown linear around 0 and logarithmic far out; each row is scaled to its peak.

    Raises
    ------
    ValueError
        If there is no sample.
    """
    if not samples:
        raise fail("samples", "hold at least one sample", "is empty")
    values = np.concatenate([sample.values for sample in samples])
    edges = _curvature_axis(axes, float(values.min()), float(values.max()))
    for row, (sample, colour) in enumerate(zip(samples, itertools.cycle(COLOURS), strict=False)):
        heights, _ = np.histogram(sample.values, edges)
        base = len(samples) - 1 - row
        top = base + ROW_HEIGHT * heights / heights.max()
        axes.stairs(top, edges, baseline=base, fill=True, color=colour, alpha=0.35)
        axes.stairs(top, edges, baseline=base, color=colour, linewidth=1.2)
        axes.annotate(
            _share_text(sample),
            (1.0, base + ROW_HEIGHT / 2),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    axes.axvline(0.0, color="black", linewidth=1.0, linestyle="--")
    axes.set_yticks(
        [len(samples) - 1 - row + ROW_HEIGHT / 2 for row in range(len(samples))],
        [LAWS[sample.planes] for sample in samples],
        fontsize="small",
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(0.0, len(samples))
    axes.set_xlabel(f"sectional curvature K   [{normalisation(metric)}]")
    axes.set_title(f"Curvature of random planes: {describe(metric)}", fontsize="medium", loc="left")
    return _without_frame(axes)


def plot_evolution(found: Evolution, axes: Axes, *, name: str = "exp(-iHt)") -> Axes:
    """Complexity C(t) of an evolution: the bracket shaded, the line dashed, conjugate times marked.

    The marks stand on the line, larger for a higher multiplicity.
    """
    colour, warm = COLOURS[0], COLOURS[1]
    times = np.concatenate([[0.0], found.times])
    lower, upper, line = (
        np.concatenate([[0.0], bound]) for bound in (found.lower, found.upper, found.line)
    )
    axes.fill_between(times, lower, upper, color=colour, alpha=0.25, linewidth=0, label="bracket")
    axes.plot(times, upper, color=colour, linewidth=1.8, label="shortest path known")
    axes.plot(times, lower, color=colour, linewidth=1.0, linestyle=":", label="lower bound")
    axes.plot(times, line, color="black", linewidth=1.0, linestyle="--", label="the line itself")
    if found.conjugate is not None and len(found.conjugate.times):
        _mark_conjugate(found.conjugate, line[-1] / times[-1], axes, warm)
    axes.set_xlim(0.0, times[-1])
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("time t")
    axes.set_ylabel("complexity C(t)")
    axes.set_title(f"{name}: {_first_conjugate(found)}", fontsize="medium", loc="left")
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _without_frame(axes)


def plot_diameters(rows: Sequence[ScanRow], axes: Axes, *, level: Saturation | None = None) -> Axes:
    """Diameter against the cost q: the bracket shaded, estimates as marks, their limit dashed.

    Raises
    ------
    ValueError
        If there is no row.
    """
    if not rows:
        raise fail("rows", "hold at least one row", "is empty")
    costs = np.array([row.q for row in rows])
    lower, found, upper = (
        np.array([getattr(row.diameter, name) for row in rows], dtype=np.float64)
        for name in ("lower", "found", "upper")
    )
    colour, warm = COLOURS[0], COLOURS[1]
    axes.fill_between(costs, lower, upper, color=colour, alpha=0.25, linewidth=0, label="bracket")
    axes.plot(costs, upper, color=colour, linewidth=1.8, label="upper bound")
    axes.plot(costs, found, color=warm, marker="o", linestyle="--", label="longest path found")
    axes.plot(costs, lower, color=colour, linewidth=1.8, linestyle=":", label="lower bound")
    title = f"Diameter of su({1 << rows[0].n_qubits})"
    if level is not None and level.critical is not None:
        axes.axhline(level.limit, color="black", linewidth=1.0, linestyle="-.", label="limit")
        axes.axvline(level.critical, color="black", linewidth=0.6, label="critical cost")
        title += f": estimates within {level.tolerance:.0%} of {level.limit:.4f}"
        title += f" from q = {level.critical:.3g} on"
    axes.set_xscale("log")
    axes.set_yscale("log")
    shown = costs[:: 1 + len(costs) // MOST_TICKS]
    axes.set_xticks(shown, [f"{q:g}" for q in shown])
    ends = np.nanmin(lower) / MARGIN, np.nanmax([lower, found, upper]) * MARGIN
    ticks = np.outer(10.0 ** np.arange(-9, 10), [1.0, 2.0, 5.0]).ravel()
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_ylim(*ends)
    axes.minorticks_off()
    axes.set_xlabel("cost q")
    axes.set_ylabel(r"diameter   [$\mathrm{tr}(HJ)/2^n$ at cost 1]")
    axes.set_title(title, fontsize="medium", loc="left")
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _without_frame(axes)


def energy_classes(metric: RightInvariantMetric) -> list[tuple[str, Real]]:
    """Classes of generators of equal reach and cost: a label and a 0/1 mask (dim,) for each.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> [(label, int(mask.sum())) for label, mask in energy_classes(PauliMetric(3, nielsen(64.0)))]
    [('weight 1, cost 1', 9), ('weight 2, cost 1', 27), ('weight 3, cost 64', 27)]
    """
    name, reach = _reach(metric)
    cost = metric.inertia / metric.relaxed(0.0).inertia
    keys = np.stack([reach, np.round(cost, 9)], axis=1)
    classes, member = np.unique(keys, axis=0, return_inverse=True)
    return [
        (name.format(key[0]) + f"cost {key[1]:g}", (member == i).astype(np.float64))
        for i, key in enumerate(classes)
    ]


def normalisation(metric: RightInvariantMetric) -> str:
    """Name the inner product at cost 1: the unit of energies, lengths and curvatures."""
    if isinstance(metric, PauliMetric):
        return r"$\mathrm{tr}(HJ)/2^n$ at cost 1"
    if isinstance(metric, MatrixMetric):
        return r"$\mathrm{tr}(A^{T}B)/N$ at cost 1"
    return "units of the metric"


def describe(metric: RightInvariantMetric) -> str:
    """Name the group and the costs of a metric.

    Examples
    --------
    >>> from qgeom.metric.penalties import band
    >>> describe(MatrixMetric("so", 8, band(1, 64.0)))
    'so(8), band(radius=1, q=64)'
    """
    if isinstance(metric, PauliMetric):
        return f"su({metric.size}), {metric.penalty.name}"
    if isinstance(metric, MatrixMetric):
        return f"{metric.algebra_name}({metric.features}), {metric.penalty.name}"
    return f"{type(metric).__name__} of dimension {metric.dim}"


def generator_label(metric: RightInvariantMetric, index: int) -> str:
    """Name of a coordinate: a Pauli string, a matrix entry, or its number."""
    if isinstance(metric, PauliMetric):
        return metric.strings.labels[index]
    if isinstance(metric, MatrixMetric):
        return metric.algebra.labels[index]
    return f"generator {index}"


def _reach(metric: RightInvariantMetric) -> tuple[str, Integer]:
    if isinstance(metric, PauliMetric):
        return "weight {:g}, ", metric.strings.weight
    if isinstance(metric, MatrixMetric):
        return "|i - j| = {:g}, ", metric.algebra.distance
    return "", np.zeros(metric.dim, dtype=np.int64)


def _sampled(geodesic: Geodesic, samples: int) -> Geodesic:
    if geodesic.momentum.ndim != 1:
        shape = geodesic.momentum.shape[:-1]
        raise fail("geodesic", "be one curve", f"is a batch of shape {shape}")
    samples = check_integer("samples", samples, 2)
    return geodesic.at(np.linspace(0.0, geodesic.duration, samples))


def _styles() -> Iterator[dict[str, Any]]:
    for colour, dashes in zip(itertools.cycle(COLOURS), itertools.cycle(DASHES), strict=False):
        yield {"color": colour, "linestyle": dashes, "linewidth": 1.8}


def _geodesic_caption(curve: Geodesic) -> str:
    drift = float(curve.energy_drift)
    caption = f"Geodesic of length {float(curve.length):.6f}, energy conserved to {drift:.0e}"
    residual = float(curve.residual)
    return caption if np.isnan(residual) else f"{caption}, end missed by {residual:.0e}"


def _over_time(curve: Geodesic, axes: Axes) -> Axes:
    axes.set_xlim(0.0, curve.duration)
    axes.set_xlabel("time t")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _without_frame(axes)


def _mark_conjugate(found: ConjugateTimes, speed: float, axes: Axes, colour: str) -> None:
    axes.scatter(
        found.times,
        speed * found.times,
        s=20.0 * np.sqrt(found.multiplicity),
        marker="D",
        facecolor="white",
        edgecolor=colour,
        zorder=3,
        label="conjugate times",
    )


def _first_conjugate(found: Evolution) -> str:
    if found.conjugate is None:
        return "the line is not followed for conjugate times"
    if not len(found.conjugate.times):
        return f"no conjugate time up to {found.times[-1]:g}"
    return f"first conjugate time {found.conjugate.times[0]:.4f}"


def _curvature_axis(axes: Axes, low: float, high: float) -> Real:
    """Set scale and ticks for values from `low` to `high`; return bins of equal width, one on 0."""
    wide = max(-low, high) > LINEAR_RANGE
    bend, unbend = (np.arcsinh, np.sinh) if wide else (np.positive, np.positive)
    start, stop = float(bend(min(low, 0.0))), float(bend(max(high, 0.0)))
    step = (stop - start) / BINS or 1.0
    first, last = np.floor(start / step) - 1, np.ceil(stop / step) + 2
    edges = unbend((np.arange(first, last + 1) - 0.5) * step)
    if wide:
        axes.set_xscale("asinh", linear_width=1.0)
        powers = 10.0 ** np.arange(0, np.floor(np.log10(max(-low, high))) + 1)
        axes.set_xticks([*-powers[-powers >= edges[0]], 0.0, *powers[powers <= edges[-1]]])
        axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlim(edges[0], edges[-1])
    return edges


def _share_text(sample: CurvatureSample) -> str:
    lines = [f"{sample.negative_share:.1%} negative", f"of {sample.count} planes"]
    if sample.flat:
        lines.insert(1, f"{sample.flat / sample.count:.1%} flat")
    return "\n".join(lines)


def _without_frame(axes: Axes) -> Axes:
    axes.spines[["top", "right"]].set_visible(False)
    return axes
