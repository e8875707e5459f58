"""The claims about circuits that follow a geodesic: how many gates they take, and what they start."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.circuits.gate_count import EXPONENT, exponents_of_length
from analogs.mirrors.circuits.warm_start import SMALLEST, compare_starts

Q3 = Claim(
    id="Q3",
    title="The number of gates grows at most like the cube of the distance",
    quote=(
        "the number of universal gates to approximate U within some constant error is given by "
        "$O(n^t d(I, U)^3)$, where $d(I, U)$ is the geodesic distance between I and U"
    ),
    source="P1 IIA (Nielsen, Dowling, Gu and Doherty 2006: $O(n^6 d^3)$)",
    kind="complexity",
    definition=(
        "One geodesic a seed on SU(8) and SU(16), strings of weight beyond 2 forbidden, tr/2^n, and "
        "on SO(6), SO(8), SO(10), rotations of all but neighbours forbidden, tr/d; momentum of unit "
        "speed, its direction uniform in the trace form; followed to lengths 1/4 to 4. Gates: on two "
        "qubits, or rotations of two neighbours, the fewest found by slicing the path in time (one "
        "or two exponentials a slice) and a product formula (Lie, Strang, Suzuki) over layers of "
        "disjoint pairs, so that the operator norm of the error, up to phase, is at most 0.1 or "
        "0.01; both sides by the same search. On two qubits one gate always does. d is known within "
        "a bracket, and each end is a definition of its own: the length, over all lengths (the cut "
        "point is not known; beyond it d is shorter); the unpenalised distance d_1, over lengths to "
        "2. Supported means no more than not refuted: the exponent lies below 3 for these lengths "
        "and sizes, which cannot confirm a bound for all d and n. Shown without a vote: lengths from "
        "1 on; layers; the exponent of n from two values. Two curves of seeds 0 and 1 of "
        "numpy's default_rng, and one pilot curve a group, were seen before the test was written; "
        "those here are of other streams."
    ),
    statistic=(
        "slope of log(gates) against log(d), least squares for each geodesic; mean over geodesics, "
        "BCa interval"
    ),
    null=EXPONENT,
    smallest_effect=0.0,
    experiment=exponents_of_length,
    seeds_quick=2,
    seeds_full=5,
)

EM12 = Claim(
    id="EM12",
    title="The circuit of the geodesic is the best start for a numerical fit",
    quote=(
        "The optimal realization of g under a constraint to minimize the length of the curve is the "
        "geodesic from Id to g."
    ),
    source="P2 I.B (the papers say nothing of fits: the experiment is ours)",
    kind="optimisation",
    definition=(
        "One target a seed and family, three qubits (in full also four), strings of weight beyond 2 "
        "forbidden, tr/2^n. Constant H, random and dense, |H| = 1, times 0.1 and 1: the line is the "
        "geodesic. Ends of geodesics of lengths 1 and 2 with momenta uniform in the trace form, whose "
        "H depends on time. Circuit: Strang's formula of one step (n = 3, 5 gates) or two (n = 4, 18 "
        "gates), fewer gates than almost every unitary needs (6 and 27). Starts with the same layout: "
        "the geodesic's, H averaged over each step; Suzuki's of order 2 for the principal logarithm "
        "with its strings beyond weight 2 dropped; random gates, one or the best of 8. All are "
        "refined by the same least-squares fit of all gates at once, at most 100 steps. Each pair of "
        "a family and a rival is a definition of its own; better means half a decade of the "
        "operator-norm error. For constant H the first two starts are one circuit, and their tie has "
        "no vote; nor has the error before the fit. "
        "A few pilot targets of other streams were seen before; half a decade was fixed before them."
    ),
    statistic=(
        "log10 of the error after the fit, geodesic minus rival, mean over targets; BCa interval, "
        "one-sided permutation p of the pairs"
    ),
    null=0.0,
    smallest_effect=SMALLEST,
    experiment=compare_starts,
    seeds_quick=4,
    seeds_full=12,
)

CLAIMS = (Q3, EM12)
