"""C19: the curvature of a circle in the layers of wide random networks (Poole et al. 2016)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analogs.evidence import (
    Evidence,
    Reading,
    Repeated,
    Setting,
    Trial,
    effect_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval
from analogs.mean_field import critical_point
from analogs.mirrors.expressivity.circles import (
    ACTIVATION,
    BIAS_SCALE,
    MARGIN,
    Ensemble,
    circle_rows,
    exponential_reading,
    growth,
    still_reading,
)

WIDTH_QUICK, WIDTH_FULL = 400, 1000
CHAOTIC, ORDERED = (2.5, 4.0), 0.9
TOTAL = "total curvature: length of the curve of unit tangents"
LOCAL = "curvature per unit length: sqrt(N) kappa"
# Critical lines of the phase diagram; ReLU has a critical point without a bias alone.
BIASES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
LINES: dict[str, tuple[float, ...]] = {
    "tanh": BIASES,
    "erf": BIASES,
    "gelu": BIASES,
    "sigmoid": BIASES,
    "relu": (0.0,),
}
NOTE = (
    "Per unit of length the curvature has a limit in the chaotic phase, 3 chi2 / (chi1 (chi1 - 1)) for "
    "its square, and grows exponentially in the ordered one, where the circle shrinks to a point. Both "
    "are extrinsic curvatures of a curve in the space of features, and have no sign. In the limit "
    "of wide layers the surface that a network makes of a sphere has, by the symmetry of its kernel, "
    "the metric of a round sphere chi1^(l/2) times as large: its intrinsic curvature is positive and "
    "falls exponentially with depth. So the 'exponentially large negative curvature' of the next "
    "sentence of the paper is not what [23] constructs."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Follow a circle through one chaotic network of each scale, and an ordered one."""
    rows: list[Row] = []
    for done, ensemble in enumerate(ensembles(trial.quick)):
        trial.report(ensemble.name, done / 3)
        rows += circle_rows(ensemble, trial.seed)
    return {"layers": rows}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare the growth of both curvatures with half the log of chi1."""
    readings = _readings(setting, tables["layers"])
    return Evidence(tuple(readings), {**tables, "critical": tuple(_critical_rows())}, note=NOTE)


CURVATURE_GROWTH = Repeated(repeat, conclude)


def ensembles(quick: bool) -> tuple[Ensemble, ...]:
    """Return the two chaotic ensembles and the ordered one."""
    width = WIDTH_QUICK if quick else WIDTH_FULL
    return tuple(Ensemble(f"sw = {sw:g}", sw, width) for sw in (*CHAOTIC, ORDERED))


def _readings(setting: Setting, rows: Sequence[Row]) -> Iterator[Reading]:
    *chaotic, ordered = ensembles(setting.quick)
    rng = setting.resampling_generator()
    for ensemble in chaotic:
        yield exponential_reading(rows, ensemble, TOTAL)
        local = growth(rows, ensemble, "curvature") / ensemble.field.length_rate
        yield effect_reading(
            f"growth of the log a layer over 1/2 log chi1, {ensemble.name}",
            "network",
            LOCAL,
            bca_interval(local, rng=rng),
            count=len(local),
            smallest_effect=MARGIN,
        )
    yield still_reading(rows, ordered, chaotic[0], TOTAL)
    shrinking = growth(rows, ordered, "curvature") / -ordered.field.length_rate
    yield effect_reading(
        f"control, {ordered.name}, where the circle shrinks: growth over -1/2 log chi1",
        "network",
        LOCAL,
        bca_interval(shrinking, rng=rng),
        count=len(shrinking),
        smallest_effect=MARGIN,
        decisive=False,
    )


def _critical_rows() -> Iterator[Row]:
    for activation, biases in LINES.items():
        for bias in biases:
            point = critical_point(activation, bias)
            yield {
                "activation": activation,
                "bias_scale": bias,
                "weight_scale": point.weight_scale,
                "variance_slope": point.variance_slope,
                "measured": activation == ACTIVATION and bias == BIAS_SCALE,
            }
