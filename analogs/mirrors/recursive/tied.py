"""L1: whether one repeated layer is a Lie group exponential, and reaches what different layers reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import scipy.linalg
import scipy.stats

from analogs.evidence import (
    Evidence,
    Reading,
    Setting,
    Trial,
    equivalence_reading,
    exact_reading,
    share_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers, of_seeds
from analogs.evidence.statistics import tost, wilson_interval
from analogs.mirrors.recursive.circle import FAMILIES, GRID, LAYERS, MODES, certificate, fit, flow
from analogs.mirrors.recursive.matrices import (
    has_real_log,
    planar_distance,
    random_matrix,
    tied_residual,
    untied_residual,
)
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen

# Fixed beforehand (CLAIMS.md 1.9, row L1).
MARGIN = 0.01
POWER_TOLERANCE = 1e-8
ORACLE_TOLERANCE = 0.01
# Of a repeated layer, where its power is compared with the exponential.
REPEATS = 8
SIZES_QUICK, SIZES_FULL = (2, 3), (2, 3, 4)
MATRICES_QUICK, MATRICES_FULL = 6, 20
# Matrices of a seed whose logarithm is only asked for.
COUNTED, COUNTED_SIZES = 200, (2, 3, 4, 6, 8)
TWO_QUBITS = PauliMetric(2, nielsen(1.0))
# Where the distance of a 2 x 2 matrix is known: 1/2, and an infimum of 0 that is not attained.
ORACLES = {
    "diag(-1, -2)": np.diag([-1.0, -2.0]),
    "Jordan block of -1": np.array([[-1.0, 1.0], [0.0, -1.0]]),
}
MATRICES = "GL+({}), normal entries, residual over |g|, Frobenius norm"
UNITARIES = "U(4) modulo phase, Haar, residual distance, tr/4"
CIRCLE = "diffeomorphisms of the circle, {}, residual rms in radians"
POWER = "power of one layer and exponential of {}"


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Random targets of every kind, reached with one layer and with different layers."""
    rng = trial.generator()
    rows: list[Row] = []
    count = MATRICES_QUICK if trial.quick else MATRICES_FULL
    for size in SIZES_QUICK if trial.quick else SIZES_FULL:
        trial.report(f"GL+({size})", 0.1 * size)
        rows += [matrix_row(random_matrix(size, rng), rng) for _ in range(count)]
    rows += [unitary_row(rng) for _ in range(count)]
    for done, family in enumerate(FAMILIES):
        trial.report(f"circle, {family.name}", 0.5 + 0.25 * done)
        phi = family.draw(rng)
        (tied, largest), (untied, _) = fit(phi, 1, rng), fit(phi, LAYERS, rng)
        name = CIRCLE.format(family.name)
        rows.append(_row("template", name, tied, untied, largest, certificate(phi)))
    return {
        "reach": rows,
        "powers": power_rows(rng),
        "logarithms": [logarithm_row(size, rng) for size in COUNTED_SIZES],
    }


def matrix_row(matrix: np.ndarray, rng: np.random.Generator) -> Row:
    """One matrix of positive determinant; of 2 x 2 with the closed form."""
    size, norm = len(matrix), float(np.linalg.norm(matrix))
    tied, untied = tied_residual(matrix, rng), untied_residual(matrix)
    bound = planar_distance(matrix) / norm if size == 2 else None
    return _row("network", MATRICES.format(size), tied / norm, untied / norm, bound=bound)


def unitary_row(rng: np.random.Generator) -> Row:
    """One unitary; its logarithm is one layer, and nothing is left for different layers to gain."""
    target = scipy.stats.unitary_group(TWO_QUBITS.size, seed=rng).rvs()
    layer = TWO_QUBITS.exp(TWO_QUBITS.log(target) / REPEATS)
    power = np.linalg.matrix_power(layer, REPEATS)
    missing = float(TWO_QUBITS.norm(TWO_QUBITS.log(target @ TWO_QUBITS.inverse(power))))
    return _row("quantum", UNITARIES, missing, missing)


def power_rows(rng: np.random.Generator) -> list[Row]:
    """``exp(a/L)^L`` beside ``exp(a)``, in a random direction a of three groups."""
    direction = rng.normal(size=TWO_QUBITS.dim)
    small = np.linalg.matrix_power(TWO_QUBITS.exp(direction / REPEATS), REPEATS)
    matrix = rng.normal(size=(3, 3))
    layer = np.linalg.matrix_power(scipy.linalg.expm(matrix / REPEATS), REPEATS)
    whole = scipy.linalg.expm(matrix)
    field = np.concatenate([[1.0], rng.normal(size=2 * MODES) / MODES**2])
    repeated = flow(np.tile(field, (REPEATS, 1)), GRID, 1 / REPEATS)[0]
    # The same number of steps in one stretch, and half of them, which a wrong flow would betray.
    once = flow(np.tile(field, (2 * REPEATS, 1)), GRID, 0.5 / REPEATS)[0]
    errors = (
        ("quantum", "SU(4)", np.abs(small - TWO_QUBITS.exp(direction)).max()),
        ("network", "GL+(3)", np.abs(layer - whole).max() / np.abs(whole).max()),
        ("template", "the circle's diffeomorphisms", np.abs(repeated - once).max()),
    )
    return [{"side": side, "group": group, "error": float(error)} for side, group, error in errors]


def logarithm_row(size: int, rng: np.random.Generator) -> Row:
    """How many random matrices of positive determinant have a real logarithm."""
    found = sum(has_real_log(random_matrix(size, rng)) for _ in range(COUNTED))
    return {"size": size, "count": COUNTED, "with_logarithm": found}


def _row(
    side: str,
    family: str,
    tied: float,
    untied: float,
    largest: float | None = None,
    bound: float | None = None,
) -> Row:
    return {
        "side": side,
        "family": family,
        "tied": tied,
        "untied": untied,
        "largest": largest,
        "bound": bound,
    }


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """The identity, the difference in reach, and the closed forms beside both."""
    readings: list[Reading] = [
        exact_reading(
            f"largest |exp(a/{REPEATS})^{REPEATS} - exp(a)|",
            str(row["side"]),
            POWER.format(row["group"]),
            max(
                float(numbers([r], "error")[0])
                for r in tables["powers"]
                if r["group"] == row["group"]
            ),
            tolerance=POWER_TOLERANCE,
            count=len(setting.seeds),
        )
        for row in {r["group"]: r for r in tables["powers"]}.values()
    ]
    for side, name in dict.fromkeys((str(r["side"]), str(r["family"])) for r in tables["reach"]):
        own = [row for row in tables["reach"] if row["family"] == name]
        readings.append(_reach_reading(side, name, own))
    readings += [*_controls(tables), *_oracle_readings(setting)]
    return Evidence(tuple(readings), tables, note=_note(tables["logarithms"]))


def _reach_reading(side: str, name: str, rows: Sequence[Row]) -> Reading:
    gaps = (of_seeds(rows, "tied") - of_seeds(rows, "untied")).mean(axis=1)
    test = tost(gaps, MARGIN)
    return equivalence_reading(
        "residual of one repeated layer minus that of different layers",
        side,
        name,
        test.interval,
        count=len(rows),
        margin=MARGIN,
        p_value=test.p_value,
    )


def _controls(tables: Mapping[str, tuple[Row, ...]]) -> Iterator[Reading]:
    planar = [row for row in tables["reach"] if row["family"] == MATRICES.format(2)]
    yield exact_reading(
        "control: largest difference from the closed form of 2 x 2 matrices",
        "network",
        MATRICES.format(2),
        float(np.abs(numbers(planar, "tied") - numbers(planar, "bound")).max()),
        tolerance=ORACLE_TOLERANCE,
        count=len(planar),
        decisive=False,
    )
    circles = [row for row in tables["reach"] if row["largest"] is not None]
    yield exact_reading(
        "control: largest excess of the certificate over the difference found",
        "template",
        CIRCLE.format(FAMILIES[0].name),
        float(np.maximum(numbers(circles, "bound") - numbers(circles, "largest"), 0.0).max()),
        tolerance=0.0,
        count=len(circles),
        decisive=False,
    )
    for size in COUNTED_SIZES:
        own = [row for row in tables["logarithms"] if row["size"] == size]
        total = int(numbers(own, "count").sum())
        yield share_reading(
            f"share of random matrices of GL+({size}) with a real logarithm",
            "network",
            MATRICES.format(size),
            wilson_interval(int(numbers(own, "with_logarithm").sum()), total),
            count=total,
            threshold=1.0,
            decisive=False,
        )


def _oracle_readings(setting: Setting) -> Iterator[Reading]:
    for name, matrix in ORACLES.items():
        found = tied_residual(matrix, setting.resampling_generator())
        yield exact_reading(
            f"control: distance found from {name} to the exponentials, minus the infimum",
            "network",
            MATRICES.format(2),
            abs(found - planar_distance(matrix)),
            tolerance=ORACLE_TOLERANCE,
            decisive=False,
        )


def _note(rows: Sequence[Row]) -> str:
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    shares = []
    for size in sizes:
        own = [row for row in rows if row["size"] == size]
        share = numbers(own, "with_logarithm").sum() / numbers(own, "count").sum()
        shares.append(f"GL+({size}) {share:.2f}")
    return (
        "One repeated layer is a one-parameter group by its structure, and reaches the image of the "
        "exponential map. That is all of a compact group, and not all of GL+ or of Diff. Share of "
        f"random matrices with a real logarithm: {', '.join(shares)}."
    )
