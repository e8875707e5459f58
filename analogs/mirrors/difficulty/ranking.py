"""C14, repaired: do bounds that need no search rank transformations by the gates that they take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
import scipy.stats

from analogs.evidence import (
    Evidence,
    Reading,
    Repeated,
    Setting,
    Trial,
    effect_reading,
    exact_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.statistics import spearman
from analogs.mirrors.difficulty.normal_form import terms_off_identity
from qgeom._typing import Complex, Integer, Matrix
from qgeom.algebra.reversible import permutation_matrix, reversible_gates
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.bounds import lower_bounds
from qgeom.readings.word_length import word_lengths

# As "roughly corresponds" of C2, fixed beforehand.
LEAST_CORRELATION = 0.5
BITS, COST = 3, 64.0
# Maps of each word length, a seed.
MAPS = 8
# Products of random one-qubit unitaries, a seed, and rounding of their Schmidt coefficients.
PRODUCTS, ROUNDING = 10, 1e-12
HINTS = {
    "lower_bound": (
        "quantum",
        f"certified lower bound of the distance in U(8), cost {COST:g}, tr/2^n",
    ),
    "terms": ("network", "terms of the polynomials over GF(2) that are not those of the identity"),
}
NOTE = (
    "Both hints are computed from the map alone, with no search; the number of gates takes a search "
    "over all 40320 maps. A rank correlation on three bits says nothing about families of problems. "
    "That a unitary is a tensor product of one-qubit ones, as the paper's sentence literally asks, is "
    "decided at once by its Schmidt coefficients: products of gates in time must be meant."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Draw maps of each word length, and products of one-qubit unitaries."""
    rng = trial.generator()
    metric, exact = PauliMetric(BITS, nielsen(COST)), word_lengths(reversible_gates(BITS))
    rows: list[Row] = []
    for length in range(1, exact.diameter + 1):
        trial.report(f"maps of {length} gates", (length - 1) / exact.diameter)
        rows += [
            {
                "map": " ".join(map(str, image.tolist())),
                "length": length,
                "lower_bound": distance_bound(metric, image),
                "terms": terms_off_identity(image),
            }
            for image in rng.choice(exact.elements(length), size=MAPS)
        ]
    products: list[Row] = [{"second": second_schmidt(_product(rng))} for _ in range(PRODUCTS)]
    return {"maps": rows, "products": products}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Correlate each hint with the number of gates."""
    rng = setting.resampling_generator()
    readings = [_reading(hint, tables, rng) for hint in HINTS]
    second = np.array([row["second"] for row in tables["products"]], dtype=float)
    readings.append(
        exact_reading(
            "second Schmidt coefficient of products of one-qubit unitaries",
            "quantum",
            "largest over the cuts of one qubit from the others",
            float(second.max()),
            tolerance=ROUNDING,
            count=len(second),
            decisive=False,
        )
    )
    return Evidence(tuple(readings), tables, note=NOTE)


RANKING = Repeated(repeat, conclude)


def distance_bound(metric: PauliMetric, image: Integer) -> float:
    """Return the largest certified lower bound of the distance of a permutation of the states."""
    unitary = permutation_matrix(image).astype(np.complex128)
    return max(lower_bounds(metric, unitary).values())


def second_schmidt(unitary: Matrix) -> float:
    """Return the largest second Schmidt coefficient over the cuts of one qubit from the others.

    Zero exactly if the unitary is a tensor product of one-qubit ones; the squares of all coefficients
    add up to 1.

    Examples
    --------
    >>> cnot = permutation_matrix(np.array([0, 3, 2, 1]))
    >>> round(second_schmidt(cnot) ** 2, 12)
    0.5
    """
    bits = len(unitary).bit_length() - 1
    tensor = unitary.reshape((2,) * 2 * bits) / np.sqrt(len(unitary))
    cuts = [np.moveaxis(tensor, (bit, bits + bit), (0, 1)).reshape(4, -1) for bit in range(bits)]
    return max(float(np.linalg.svd(cut, compute_uv=False)[1]) for cut in cuts)


def _product(rng: np.random.Generator) -> Complex:
    return reduce(np.kron, scipy.stats.unitary_group.rvs(2, size=BITS, random_state=rng))


def _reading(hint: str, tables: Mapping[str, tuple[Row, ...]], rng: np.random.Generator) -> Reading:
    side, definition = HINTS[hint]
    values, lengths = (
        np.array([row[name] for row in tables["maps"]], dtype=float) for name in (hint, "length")
    )
    result = spearman(values, lengths, alternative="greater", rng=rng)
    return effect_reading(
        "Spearman correlation of the hint and the exact number of gates",
        side,
        definition,
        result.interval,
        count=len(values),
        smallest_effect=LEAST_CORRELATION,
        p_value=result.p_value,
    )
