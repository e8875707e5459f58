"""Figures of one geodesic: its energy in classes of generators, and its strongest controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Real
from qgeom.geodesic.curve import Geodesic
from qgeom.plots.canvas import line_styles, without_frame
from qgeom.plots.names import energy_classes, generator_label, normalisation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEGLIGIBLE = 1e-9  # share of the energy below which a generator rests


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
    energies = _energies(curve)
    for (label, members), style in zip(energy_classes(curve.metric), line_styles(), strict=False):
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
    energy = _energies(curve).mean(axis=0)
    chosen = np.argsort(-energy, kind="stable")[:strongest]
    chosen = chosen[energy[chosen] > NEGLIGIBLE * energy.sum()]
    for a, style in zip(chosen, line_styles(), strict=False):
        axes.plot(curve.times, velocities[:, a], label=generator_label(curve.metric, a), **style)
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_ylabel("velocity u(t)   [radians in unit time]")
    share = energy[chosen].sum() / energy.sum() if energy.sum() else 1.0
    caption = (
        f"The {len(chosen)} strongest of {curve.metric.dim} generators: {share:.1%} of the energy"
    )
    axes.set_title(caption, fontsize="medium", loc="left")
    return _over_time(curve, axes)


def _energies(curve: Geodesic) -> Real:
    """``I_a u_a^2`` at each time; none where an infinite cost forbids motion."""
    inertia = curve.metric.inertia
    return np.where(np.isfinite(inertia), inertia, 0.0) * curve.velocities**2


def _sampled(geodesic: Geodesic, samples: int) -> Geodesic:
    if geodesic.momentum.ndim != 1:
        shape = geodesic.momentum.shape[:-1]
        raise fail("geodesic", "be one curve", f"is a batch of shape {shape}")
    samples = check_integer("samples", samples, 2)
    return geodesic.at(np.linspace(0.0, geodesic.duration, samples))


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
    return without_frame(axes)
