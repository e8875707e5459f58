"""C13: networks on images whose blocks are permuted, with the mirrors on qubits and landmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.permutation.networks import (
    AVERAGE,
    BAG_OF_BLOCKS,
    DEEPSETS,
    DIVISOR,
    LINEAR,
    NETWORKS,
    PERCEPTRON,
)
from analogs.mirrors.permutation.orders import EACH, FIXED, NONE, in_all_orders, network_rows
from analogs.mirrors.permutation.qubits import moved
from analogs.mirrors.permutation.tearing import LANDMARKS, torn
from analogs.training import Split, digits
from analogs.training.data import images_for

# Fixed beforehand (CLAIMS.md 1.9, row C13).
LEAST_DROP = 0.05
# Of the identities: rounding of sums in float64, relative, and of the integrated flow.
SUM_TOLERANCE, FLOW_TOLERANCE = 1e-10, 1e-8
SIZES, BLOCKS = (100, 300, 1200), (2, 4)
SIZES_QUICK, BLOCKS_QUICK = (300,), (2,)
DIGITS = 1797
# Of a user's images; of the digits all that are left are test images.
TRAIN_FRACTION, MOST_TEST = 0.75, 600

CNN = (LINEAR, AVERAGE)
WIDE = (*CNN, BAG_OF_BLOCKS)
ONE_ORDER = "one order for all images; CNNs with 3 x 3 kernels"
EACH_ORDER = "an order for each image; CNNs with 3 x 3 kernels"
EACH_WIDE = "an order for each image; the stride of a CNN may be the block"

NOTE = (
    "The bag of blocks and DeepSets are told the size of a block and forget the order of the blocks; "
    "a CNN with 3 x 3 kernels sees across the boundaries of blocks and must learn where they are. A "
    "perceptron cannot tell the pixels of permuted images from those of others, but for its initial "
    "weights. The permuted circuit's distance is that of the shortest geodesic found, an upper bound."
)

Accuracies: TypeAlias = Mapping[tuple[str, str], float]
Difference: TypeAlias = Callable[[Accuracies], float]


def repeat(trial: Trial) -> Tables:
    """Train every network on every size, block and order, and draw one of each mirror."""
    rng = trial.generator()
    split = images_for(trial.data, _digits, divisor=DIVISOR, train_fraction=TRAIN_FRACTION, rng=rng)
    split = split.first(SIZES[-1], MOST_TEST)
    blocks = BLOCKS_QUICK if trial.quick else BLOCKS
    permuted = [in_all_orders(split, block, rng) for block in blocks]
    number = int(rng.integers(2**31))
    sizes = sizes_for(SIZES_QUICK if trial.quick else SIZES, len(split.train_y))
    rows: list[Row] = []
    for done, (size, network) in enumerate((n, name) for n in sizes for name in NETWORKS):
        trial.report(f"{network}, {size} images", 0.9 * done / (len(sizes) * len(NETWORKS)))
        rows += network_rows(network, permuted, size, number)
    trial.report("circuits and landmarks", 0.9)
    found = torn(rng)
    return {
        "accuracies": rows,
        "circuits": [vars(moved(rng))],
        "landmarks": [
            {"along": along, "permuted": permuted_bound, "smooth": smooth_bound}
            for along, permuted_bound, smooth_bound in zip(
                LANDMARKS, found.permuted, found.smooth, strict=True
            )
        ],
    }


def _digits(rng: np.random.Generator) -> Split:
    return digits(train_fraction=SIZES[-1] / DIGITS, rng=rng)


def sizes_for(sizes: Sequence[int], available: int) -> tuple[int, ...]:
    """Return the sizes of training sets that there are images for; all images if there are few.

    Examples
    --------
    >>> sizes_for((100, 300, 1200), 500), sizes_for((100, 300), 60)
    ((100, 300), (60,))
    """
    return tuple(size for size in sizes if size <= available) or (available,)


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare accuracies within each seed."""
    rng = setting.resampling_generator()
    readings = [
        *network_readings(tables["accuracies"], rng),
        *mirror_readings(tables["circuits"], tables["landmarks"], rng),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


def network_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    """The three definitions of the claim, and the controls."""
    seeds = accuracies_by_seed(rows)

    def effect(
        name: str, definition: str, difference: Difference, decisive: bool = True
    ) -> Reading:
        samples = [float(np.mean([difference(cell) for cell in cells])) for cells in seeds]
        return effect_reading(
            name,
            "network",
            definition,
            bca_interval(samples, rng=rng),
            count=len(samples),
            smallest_effect=LEAST_DROP,
            decisive=decisive,
        )

    yield effect("accuracy lost to one order", ONE_ORDER, lost(CNN, NONE, FIXED))
    for definition, family in ((EACH_ORDER, CNN), (EACH_WIDE, WIDE)):
        yield effect(
            "accuracy lost to an order for each image", definition, lost(family, FIXED, EACH)
        )
        yield effect("lead of DeepSets", definition, lead(family))
    yield effect(
        "control: accuracy that a perceptron loses to one order",
        ONE_ORDER,
        lost((PERCEPTRON,), NONE, FIXED),
        decisive=False,
    )
    errors = numbers([row for row in rows if row["order_error"] is not None], "order_error")
    yield exact_reading(
        "change of the output of a bag or DeepSets by an order of the blocks, relative",
        "network",
        EACH_WIDE,
        float(errors.max()),
        tolerance=SUM_TOLERANCE,
        count=len(errors),
        decisive=False,
    )


def accuracies_by_seed(rows: Sequence[Row]) -> list[list[Accuracies]]:
    """Return for each seed its cells (number of images, block): accuracy by network and order."""
    seeds: dict[object, dict[tuple[object, object], dict[tuple[str, str], float]]] = {}
    for row, accuracy in zip(rows, numbers(rows, "accuracy"), strict=True):
        cell = seeds.setdefault(row["seed"], {}).setdefault((row["size"], row["block"]), {})
        cell[str(row["network"]), str(row["order"])] = float(accuracy)
    return [list(cells.values()) for cells in seeds.values()]


def lost(family: Sequence[str], before: str, after: str) -> Difference:
    """Accuracy of the best of a family in one order, minus that in another."""
    return lambda cell: best(cell, family, before) - best(cell, family, after)


def lead(family: Sequence[str]) -> Difference:
    """Accuracy of DeepSets minus that of the best of a family, an order for each image."""
    return lambda cell: cell[DEEPSETS, EACH] - best(cell, family, EACH)


def best(cell: Accuracies, family: Sequence[str], order: str) -> float:
    """Largest accuracy of a family of networks in one order.

    Examples
    --------
    >>> best({("a", NONE): 0.5, ("b", NONE): 0.75}, ("a", "b"), NONE)
    0.75
    """
    return max(cell[network, order] for network in family)


def mirror_readings(
    circuits: Sequence[Row], landmarks: Sequence[Row], rng: np.random.Generator
) -> Iterator[Reading]:
    """What permutations do to distances of circuits and of landmarks, without a vote."""
    error = numbers(circuits, "weight_error")
    ratio = np.log(numbers(circuits, "upper") / numbers(circuits, "distance"))
    yield exact_reading(
        "difference of a geodesic with permuted velocity from the permuted geodesic",
        "quantum",
        "locality by weight, cost 16 beyond weight 2, U(8), tr/8",
        float(error.max()),
        tolerance=FLOW_TOLERANCE,
        count=len(error),
        decisive=False,
    )
    yield effect_reading(
        "mean log ratio of the distances of the permuted circuit and the circuit",
        "quantum",
        "locality on a chain, cost 16 beyond neighbours, U(8), tr/8",
        bca_interval(ratio, rng=rng),
        count=len(ratio),
        smallest_effect=LEAST_DROP,
        decisive=False,
    )
    coarse, fine = ([row for row in landmarks if row["along"] == n] for n in LANDMARKS[-2:])
    for goal, name in (("permuted", ""), ("smooth", "control, a smooth deformation: ")):
        growth = numbers(fine, goal) - numbers(coarse, goal)
        yield effect_reading(
            f"{name}growth of the bound of the distance as landmarks are made twice as dense",
            "template",
            "landmarks in 2 x 2 blocks, Matern kernel of order 3, width 1/4 of the side",
            bca_interval(growth, rng=rng),
            count=len(growth),
            smallest_effect=LEAST_DROP,
            decisive=False,
        )
