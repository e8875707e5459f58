"""The question whether the difficulty of a problem can be told beforehand."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.difficulty.ranking import LEAST_CORRELATION, MAPS, RANKING

C14 = Claim(
    id="C14",
    title="Whether a problem can be solved efficiently is a difficult question",
    quote=(
        "Can we justify if a problem can be efficiently solved by CNNs? Generally this is difficult "
        "since this is the same question as to ask if a unitary operator can be decomposed into a "
        "tensor product of simple local unitary operators, or to ask if a n -qubit quantum state has "
        "a polynomial state complexity with respect to n . We already know both of them are "
        "difficult questions."
    ),
    source="P1 IIIA",
    kind="optimisation",
    definition=(
        "Permutations of the states of three bits, their difficulty the fewest gates NOT, CNOT and "
        f"Toffoli, exact by breadth-first search; {MAPS} maps of each length 1..8 a seed. Two hints "
        "that need no search, each a definition of its own: the certified lower bound of the distance "
        "in U(8), cost 64 beyond weight 2; and the number of terms in which the polynomials of the "
        "output bits over GF(2) differ from those of the identity. Tells: Spearman's rank "
        f"correlation of at least {LEAST_CORRELATION:g}. Shown without a vote: that a unitary is a "
        "tensor product of one-qubit ones is seen from its Schmidt coefficients."
    ),
    statistic="Spearman's correlation, BCa interval over maps, one-sided permutation p",
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=RANKING,
    seeds_quick=2,
    seeds_full=5,
    malformed=(
        "It is a statement about the complexity of deciding a property of families of problems, for "
        "all algorithms; no measurement at one size decides it."
    ),
    repair=(
        "What is known of a transformation without a search, a lower bound of its distance or its "
        "polynomials, ranks transformations by the number of gates that they take."
    ),
)

CLAIMS = (C14,)
