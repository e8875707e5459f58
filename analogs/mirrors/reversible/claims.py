"""The claims that reversible networks decide exactly: a network as a circuit, and what few gates do."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.reversible.correspondence import CORRESPONDENCE, TOLERANCE
from analogs.mirrors.reversible.gate_distance import GATE_DISTANCE, LEAST_CORRELATION
from analogs.mirrors.reversible.small_subset import SMALL, SMALL_SUBSET

C1 = Claim(
    id="C1",
    title="Convolutional networks correspond exactly to quantum circuits",
    quote=(
        "We will show that there exists an exact correspondence between CNN and the geometry of the "
        "quantum circuit model of quantum computation, where U_{CNN} corresponds to the unitary "
        "operator U of the quantum computation and the CONV-ReLU-Pooling operation plays the role "
        "of local universal gates."
    ),
    source="P1 IIIA",
    kind="structure",
    definition=(
        "Two kinds of layers, each a definition of its own. Orthogonal convolutions: stride 2, two "
        "taps, two channels, six layers on 2n features, every other one shifted by one feature, "
        "open ends; the circuit has one gate exp(i a Z/2) or exp(i a XX/2) for each pair that a "
        "kernel sees. It must turn the Majorana operators as the network turns the features, and "
        "be as long (tr/2^n against Frobenius over 8). Reversible layers on n bits: x_b += f(x) "
        "over GF(2), f of degree at most 2; the product of one unitary gate a monomial must be the "
        "permutation that the network computes, and the reversed network its inverse. Shown "
        "without a vote: the directions that a convolution followed by ReLU and pooling loses, "
        "and a control with YY in place of XX. The same curvature on both sides is EM1."
    ),
    statistic="largest error over random networks",
    null=0.0,
    smallest_effect=TOLERANCE,
    experiment=CORRESPONDENCE,
    seeds_quick=2,
    seeds_full=5,
    malformed=(
        "A unitary has an inverse; ReLU and pooling map different inputs to one output, so that a "
        "CONV-ReLU-Pooling operation is an element of a monoid and of no group."
    ),
    repair=(
        "Layers that have an inverse are circuits: orthogonal convolutions circuits of matchgates, "
        "and additive couplings on bits circuits of NOT, CNOT and Toffoli."
    ),
)

Q5 = Claim(
    id="Q5",
    title="Few gates reach only a small subset of all transformations",
    quote=(
        "The set of operators that can be reached by a geodesic with a length that is polynomial "
        "with the qubit number n is only a small subset of $U(2^n)$."
    ),
    source="P1 IIA",
    kind="diameter",
    definition=(
        "Polynomial: at most n^3 gates. Small: a share below "
        f"{SMALL:.0%}. Three families, each a definition of its own, at its largest n. Reversible "
        "maps on n = 12 bits: at most as many as words of NOT, CNOT and Toffoli; and the exact word "
        "lengths of all permutations of three bits must be the published ones. Unitaries on n = 8 "
        "qubits: Haar measure of what lies within 0.1, in operator norm up to phase, of n^3 gates on "
        "any two qubits, bounded by a covering. Rotations of d = 12 features: share of Haar-random "
        "ones that at most d^3 rotations of neighbours make. Smaller sizes are shown without a "
        "vote, and so are distances in U(4), U(8) and SO(4) to Haar-random elements: with the "
        "penalty at a fixed n nothing is polynomial or not."
    ),
    statistic="log10 of the share, upper bound (rotations: Wilson's interval)",
    null="a share of 1 % or more",
    smallest_effect=0.0,
    experiment=SMALL_SUBSET,
    seeds_quick=2,
    seeds_full=5,
)

EM4 = Claim(
    id="EM4",
    title="The number of gates of a reversible network follows its distance as a circuit",
    quote=(
        "So an algorithm U can be efficiently realized by the quantum circuit model only when its "
        "geodesic distance to the identity operator I is polynomial with respect to n ."
    ),
    source="P1 IIA",
    kind="complexity",
    definition=(
        "Permutations of the states of three bits: the fewest gates NOT, CNOT and Toffoli, exact by "
        "breadth-first search, against the distance in U(8) up to phase, cost 64 beyond weight 2, "
        "tr/2^n. One map of each length 1..8 a seed, uniform among those of its length. The "
        "distance is known within a bracket, and each end is a definition of its own. Follows: "
        f"Spearman's rank correlation of at least {LEAST_CORRELATION:g}, as in C2."
    ),
    statistic="Spearman's correlation, BCa interval over maps, one-sided permutation p",
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=GATE_DISTANCE,
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (C1, Q5, EM4)
