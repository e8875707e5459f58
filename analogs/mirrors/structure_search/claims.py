"""The claims that the best structure is a trade-off, and that an outer loop finds it."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.structure_search.experiment import (
    LEAST_BETWEEN,
    LEAST_CONVEX,
    LEAST_GAIN,
    LEAST_HITS,
    TARGETS,
    WEIGHTS,
    conclude_competition,
    conclude_search,
    repeat,
)
from analogs.mirrors.structure_search.grid import (
    ACTIVATION,
    DEPTHS,
    EPOCHS,
    KERNELS,
    TEST_IMAGES,
    TRAIN_IMAGES,
    WIDTHS,
)

_GRID = (
    f"Convolutional networks of depth {DEPTHS}, width {WIDTHS} and kernel {KERNELS}, {ACTIVATION} "
    f"and max pooling, each trained once a seed, {EPOCHS} epochs on {TRAIN_IMAGES} digits. Cost: "
    "multiplications of a pass over those of the largest. "
)

C18 = Claim(
    id="C18",
    title="An outer loop finds the best structure, as the best circuit of given gates",
    quote=(
        "This is the same as to find the optimal realization of an algorithm with a given universal "
        "logic gate set. [...] Then the optimization on θ is in fact a global optimization framework "
        "to find the optimal CNN structure defined by θ^*."
    ),
    source="P1 IIIA, IIIF (31)",
    kind="optimisation",
    definition=(
        _GRID + f"E_CNN: error on {TEST_IMAGES} test images; E_comp: cost times a weight of "
        f"{', '.join(map(str, WEIGHTS))}. The outer loop trains the neighbours of a structure on the "
        "grid (finite differences of F) and moves to the lowest until none is lower, from each of the "
        "27 starts. Definitions that vote. (a) It beats random search: the regret F minus that of "
        "the grid's best structure (over that of the mean structure), mean over starts and weights, "
        "is lower by a relative gain of at least "
        f"{LEAST_GAIN:g} than the exact mean of random search without repetition of as many "
        f"trainings. (b) It ends at the best structure of the grid from at least {LEAST_HITS:g} of "
        "the starts. (c) The same as for circuits: a sum such as (31) can find the efficient "
        "structures at all, so that the front of cost against error is convex; the share of "
        f"efficient structures that are its minima for some weight is at least {LEAST_CONVEX:g}, for "
        f"networks, and for {TARGETS} Haar-random two-qubit targets a seed with 0 to 3 CX gates "
        "against the least infidelity. Shown without a vote: the hypervolume of what was trained; "
        "landmarks with mismatch weighted by sigma^-2, whose minima lie on the hull by construction. "
        "In the paper the structure moves by equilibrium propagation or by reinforcement learning, "
        "neither of which is specified for it: finite differences stand for the derivative."
    ),
    statistic=(
        "relative gain in regret (BCa over seeds, Mann-Whitney p); share of hits; share of the front "
        "on its convex hull (BCa over seeds)"
    ),
    null="random search",
    smallest_effect=LEAST_GAIN,
    experiment=Repeated(repeat, conclude_search),
    seeds_quick=2,
    seeds_full=10,
)

F6 = Claim(
    id="F6",
    title="The best solution is a competition of complexity and training error",
    quote=(
        "The optimal solution is a result of the competition between the two terms, the network "
        "complexity and training error"
    ),
    source="P2 III.11",
    kind="optimisation",
    definition=(
        _GRID
        + "The two terms compete if between the cheapest and the most exact structure there are "
        "others that minimise the sum of error and weighted cost for some weight. Claimed: at least "
        f"{LEAST_BETWEEN:g} in the mean over seeds. Network: operations against training error. "
        f"Quantum: {TARGETS} Haar-random two-qubit targets a seed, CX gates against the least "
        "infidelity. Shown without a vote: the energy of inexact matches of landmarks rises and the "
        "mismatch falls as its weight grows, which is so for every pair of terms. Complexity is the "
        "number of operations; the Fisher-Rao complexity of (15), with weights of the data, is not "
        "varied here."
    ),
    statistic="number of vertices of the lower convex hull besides its ends, BCa over seeds",
    null=0.0,
    smallest_effect=LEAST_BETWEEN,
    experiment=Repeated(repeat, conclude_competition),
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (C18, F6)
