"""A circle in the layers of random networks, layer by layer, and how fast it winds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Reading, equivalence_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import slope, tost
from analogs.mean_field import MeanField, curve_theory, mean_field, simulate_curve
from qgeom._typing import Real

# As Poole et al.; the networks of CLAIMS.md 2.1.
ACTIVATION, BIAS_SCALE = "tanh", 0.3
# Growth is read off the second half of the layers: at the start the curvature still rises.
DEPTH = 12
POINTS = 256
# Fixed beforehand (CLAIMS.md 1.9, row C5, C19).
MARGIN = 0.1


@dataclass(frozen=True)
class Ensemble:
    """Random networks: their weights, and whether layers are dense or circular convolutions.

    Parameters
    ----------
    name
        In words.
    weight_scale
        sw.
    width
        Units of a layer, or channels of a site.
    sites, kernel
        1 for a dense layer.
    """

    name: str
    weight_scale: float
    width: int
    sites: int = 1
    kernel: int = 1

    @property
    def field(self) -> MeanField:
        """The mean field at its fixed point."""
        return mean_field(ACTIVATION, self.weight_scale, BIAS_SCALE)


def circle_rows(ensemble: Ensemble, seed: int) -> Iterator[Row]:
    """Yield length, total curvature and curvature of a great circle in each layer, with the theory.

    Total curvature is the length of the curve of unit tangents (the Gauss map); curvature is
    sqrt(N) kappa, the root of the mean over the circle of N kappa^2.
    """
    curve = simulate_curve(
        ensemble.field,
        DEPTH,
        width=ensemble.width,
        sites=ensemble.sites,
        kernel=ensemble.kernel,
        points=POINTS,
        seeds=(seed,),
    )
    theory = curve_theory(ensemble.field, DEPTH)
    for layer in range(DEPTH + 1):
        yield {
            "ensemble": ensemble.name,
            "weight_scale": ensemble.weight_scale,
            "layer": layer,
            "total": curve.gauss_length[0, layer],
            "curvature": np.sqrt(curve.curvature[0, layer]),
            "theory_total": theory.gauss_length[layer],
            "theory_curvature": np.sqrt(theory.curvature[layer]),
        }


def growth(rows: Sequence[Row], ensemble: Ensemble, column: str) -> Real:
    """Return the slope of the log of a column over the second half of the layers, one a seed.

    Examples
    --------
    >>> rows = [{"seed": 4, "ensemble": "e", "layer": l, "total": 3.0**l} for l in range(13)]
    >>> bool(abs(growth(rows, Ensemble("e", 2.5, 10), "total")[0] - np.log(3)) < 1e-12)
    True
    """
    mine = [row for row in rows if row["ensemble"] == ensemble.name]
    values = np.array([row[column] for row in mine], dtype=float).reshape(-1, DEPTH + 1)
    layers = np.arange(DEPTH // 2, DEPTH + 1, dtype=float)
    return slope(
        np.broadcast_to(layers, (len(values), len(layers))), np.log(values[:, DEPTH // 2 :])
    )


def exponential_reading(rows: Sequence[Row], ensemble: Ensemble, definition: str) -> Reading:
    """Return the reading of "the total curvature grows as chi1^(l/2)", within the margin."""
    ratios = growth(rows, ensemble, "total") / ensemble.field.length_rate
    return _equal(
        f"growth of the log a layer over 1/2 log chi1, less 1, {ensemble.name}",
        definition,
        ratios - 1,
    )


def still_reading(
    rows: Sequence[Row], ordered: Ensemble, chaotic: Ensemble, definition: str
) -> Reading:
    """Return the control: in the ordered ensemble the total curvature does not grow."""
    ratios = growth(rows, ordered, "total") / chaotic.field.length_rate
    name = f"control, {ordered.name}: growth over that predicted for {chaotic.name}"
    return _equal(name, definition, ratios, decisive=False)


def _equal(name: str, definition: str, sample: Real, *, decisive: bool = True) -> Reading:
    equal = tost(sample, MARGIN)
    return equivalence_reading(
        name,
        "network",
        definition,
        equal.interval,
        count=len(sample),
        margin=MARGIN,
        p_value=equal.p_value,
        decisive=decisive,
    )
