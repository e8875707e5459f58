"""The claims that complexity is the length of a geodesic, and that circuits are no shorter."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.minimality.experiment import (
    ENTROPY,
    TOLERANCE,
    USUALLY,
    minimal_length,
)
from analogs.mirrors.minimality.gates import COST, sums_of_lengths
from analogs.mirrors.minimality.gates import TOLERANCE as INEQUALITY

Q2 = Claim(
    id="Q2",
    title="The geodesic has the minimal length, and is a solution of the geodesic equation",
    quote=(
        "Usually the geodesic $U_{geo}(t)$ connecting I and U has the minimal length, which is "
        "defined as the complexity of the algorithm U. We also know the geodesic is given by the "
        "EPDiff equation"
    ),
    source="P1 IIA",
    kind="complexity",
    definition=(
        "On U(2^n) the equation is Euler-Arnold's, dm/dt = -ad*_u m; EPDiff is its case on "
        "diffeomorphisms. Traces over N. Three definitions a group. (1) Shot paths solve the "
        "equation: random directions, length 2, momenta from spectral derivatives of the points, "
        f"equation, energy and spatial momentum each within {TOLERANCE:g} of the largest momentum "
        "(landmarks: EPDiff tested on random vector fields). (2) Every solution is the shortest "
        "path to its end: straight lines that solve the equation, at costs q of their direction, "
        "beside the exact distance (SU(2): isoperimetric inequality; SO(3) is SU(2) modulo phase) or "
        "the shortest geodesic found (Toffoli); random shots of landmarks beside the match that is "
        f"found from rest; one case beaten by {TOLERANCE:g} (searches: 1e-6 of the length) counts. "
        "(3) Usually: of random solutions, directions uniform in the metric, as long as the median "
        f"distance found to Haar-random elements, at least {USUALLY:g} are not beaten by a path that "
        "`connect` finds to the same end; other lengths are shown without a vote. "
        f"Generators: default_rng([{ENTROPY}, seed])."
    ),
    statistic=(
        "largest errors of the equation; share of solutions that no shorter path beats, Wilson's "
        "95 % interval"
    ),
    null="a solution is as short as any path, always or usually",
    smallest_effect=TOLERANCE,
    experiment=minimal_length,
    seeds_quick=2,
    seeds_full=5,
)

Q4 = Claim(
    id="Q4",
    title="A unitary is realised efficiently only if its geodesic distance is polynomial",
    quote=(
        "an algorithm U can be efficiently realized by the quantum circuit model only when its "
        "geodesic distance to the identity operator I is polynomial with respect to n"
    ),
    source="P1 IIA",
    kind="complexity",
    definition=(
        "It follows from d(I, U) <= sum over the gates of their lengths <= c * gates, where c does "
        "not grow with n: the largest distance of a gate on two qubits, pi sqrt(5) / 4. The first "
        "inequality is tested, a certified lower bound of d (`lower_bounds`: unpenalised distance, "
        "Cartan) against the sum, on each family. SU(2^n) modulo phase, cost 1 up to weight 2 and "
        f"{COST:g} beyond, tr/2^n: random gates on one or two random qubits, phases spread over at "
        "most pi. SO(d), cost 1 between neighbours and as much beyond, tr/d: rotations of "
        "neighbours, angles up to pi, c = pi sqrt(2 / d). Four landmarks (Matern kernel): geodesics "
        "of length 0.8 one after another, where the triangle inequality is the same. Lengths of "
        "steps come from eigenvalues and angles, not from the metric. Without a vote: for one step "
        "the bound must be its length, so that the inequality is sharp; and whether the search "
        "finds a geodesic no longer than the sum. That a polynomial distance suffices is Q3. "
        f"Generators: default_rng([{ENTROPY}, seed])."
    ),
    statistic="largest excess of a certified lower bound of the distance over the sum of lengths",
    null=0.0,
    smallest_effect=INEQUALITY,
    experiment=sums_of_lengths,
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (Q2, Q4)
