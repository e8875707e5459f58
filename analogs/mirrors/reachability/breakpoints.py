"""Whether a curve has a break: two straight pieces that meet, against one straight line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analogs.evidence.statistics import akaike_difference
from qgeom._typing import Real

# Coefficients and the variance of the noise; the place of the break counts as one.
LINE_PARAMETERS, BROKEN_PARAMETERS = 3, 5


@dataclass(frozen=True)
class Break:
    """The best broken line.

    Attributes
    ----------
    place
        Where the pieces meet.
    before, after
        Their slopes.
    gain
        AIC of the broken line minus that of the straight one: below 0 the break is worth it.
    """

    place: float
    before: float
    after: float
    gain: float

    @property
    def drop(self) -> float:
        """How much the slope falls."""
        return self.before - self.after


def find_break(x: Real, y: Real) -> Break:
    """Least squares over continuous lines of two pieces that meet at one of the inner x.

    Examples
    --------
    >>> x = np.repeat(np.arange(9.0), 2)
    >>> found = find_break(x, np.minimum(x, 4.0) + np.tile([0.01, -0.01], 9))
    >>> found.place, round(found.before, 6), bool(abs(found.after) < 1e-12), found.gain < -100
    (4.0, 1.0, True, True)
    """
    ones = np.ones_like(x)
    straight, _ = _least_squares(np.stack([ones, x], axis=1), y)
    places = np.unique(x)[1:-1].tolist()
    fits = [
        _least_squares(np.stack([ones, x, np.maximum(x - place, 0.0)], axis=1), y)
        for place in places
    ]
    best = int(np.argmin([residuals @ residuals for residuals, _ in fits]))
    residuals, (_, slope, turn) = fits[best]
    gain = akaike_difference(residuals, BROKEN_PARAMETERS, straight, LINE_PARAMETERS)
    return Break(places[best], float(slope), float(slope + turn), gain)


def _least_squares(columns: Real, y: Real) -> tuple[Real, Real]:
    coefficients = np.linalg.lstsq(columns, y)[0].astype(np.float64)
    return y - columns @ coefficients, coefficients
