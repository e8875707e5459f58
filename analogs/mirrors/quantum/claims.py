"""The claims about circuits, and the bridge that makes a network one of them."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.quantum.curvature import negative_planes
from analogs.mirrors.quantum.diameter import DECISIVE, diameters
from analogs.mirrors.quantum.experiment import TOLERANCE, matchgate_bridge
from analogs.mirrors.shares import ALMOST_EVERYWHERE

EM1 = Claim(
    id="EM1",
    title="An orthogonal network with a band cost is Nielsen's geometry of matchgates",
    quote=(
        "We can define a similar metric as (1), which means that at each layer of the CNN, this "
        "metric only assigns a finite length to the allowed local operations defined by the "
        "CONV-ReLU-Pooling operation of this layer."
    ),
    source="P1 IIIA",
    kind="curvature",
    definition=(
        "Linear orthogonal layers only: ReLU and pooling are not invertible and have no element "
        "in a group (C1). so(2n) enters su(2^n) through the Majorana bilinears of Jordan-Wigner. "
        "Network: Frobenius product, cost 1 between modes (pairs of features) at most k - 1 "
        "apart, 16 beyond. Circuits: tr/2^n, cost 1 for Pauli strings of weight at most k, 16 "
        "beyond. k = 1 on 2 qubits, 2 on 3 and more. Planes uniform in the network's metric. All "
        "parts must hold: |A|_U^2 = |A|_F^2 / 8, brackets agree, the change of momentum "
        "ad*_x(A x) stays in the span (totally geodesic), K_U = 8 K_F."
    ),
    statistic="largest error of each identity over the largest value compared",
    null=0.0,
    smallest_effect=TOLERANCE,
    experiment=matchgate_bridge,
    seeds_quick=1,
    seeds_full=5,
)

Q7 = Claim(
    id="Q7",
    title="The curvature of the complexity metric is negative almost everywhere",
    quote=(
        "For the metric given in (1), the sectional curvature is almost negative everywhere when "
        "q is large enough."
    ),
    source="P1 IIA (also IIIA; P2 IV.5)",
    kind="curvature",
    definition=(
        "U(8) modulo phase, cost 1 for Pauli strings of weight at most 2, q beyond, tr/2^n (the "
        "sign of K does not depend on it). Four laws of the plane, each a definition of its own: "
        "uniform in the metric; uniform in the trace form; uniform within the cheap directions; "
        "spanned by two Pauli strings. Almost everywhere: at least 0.95 of the planes have K < 0, "
        "flat ones not counted. q large enough: the largest q, 256 in a quick run and 4096 in "
        "full. Smaller q are shown without a vote, and so are U(16), U(32) and, in full, U(64), "
        "which were added after U(8) had been measured."
    ),
    statistic="share of planes with K < 0, Wilson's 95 % interval, 2000 planes a seed",
    null=ALMOST_EVERYWHERE,
    smallest_effect=0.0,
    experiment=negative_planes,
    seeds_quick=1,
    seeds_full=5,
)

C12 = Claim(
    id="C12",
    title="The diameter is exponential in the size of the input",
    quote=(
        "the diameter of the Riemannian manifold T_{CNN} is exponentially large with respect to "
        "the size of the input data"
    ),
    source="P1 IIIA (also IIA, IIB)",
    kind="diameter",
    definition=(
        "Each family of transformations is a definition of its own. Real orthogonal maps on d "
        "features, SO(d), d = 3..16, neighbours cost 1, others q >= 1, tr/d: from the unpenalised "
        "diameter to the length of d brick layers of rotations of neighbours. Nonlinear "
        "reversible maps on n bits, NOT, CNOT and Toffoli: the number of gates, exact for n <= 3 "
        "(and the histogram on three bits must be the published one), from the count of words to "
        "a construction for n = 4..12. SU(2^n) up to phase, n = 1..8, cost 4^n beyond weight 2, "
        "tr/2^n: from the unpenalised diameter to the length of a circuit of two-qubit gates. All "
        "ends are closed forms that hold for every size. Exponential: at both ends and at their "
        "geometric mean, an exponential fits the log of the diameter better than a power law."
    ),
    statistic="AIC(power law) - AIC(exponential) in the size of the input, over the bracket",
    null="a power law fits as well",
    smallest_effect=DECISIVE,
    experiment=diameters,
    seeds_quick=2,
    seeds_full=5,
    aliases=("Q9",),
)

CLAIMS = (EM1, Q7, C12)
