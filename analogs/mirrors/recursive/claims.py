"""The claims about recursive networks, one layer repeated."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.recursive import joint, locality, tied

L1 = Claim(
    id="L1",
    title="A recursive network is a Lie group exponential, and reaches its target as one",
    quote=(
        "conceptually the recursive neural network can be understood as a discretized Lie group "
        "exponential mappings. Given any input in $\\tilde{\\mathcal{X}}$, the transformation between "
        "$\\tilde{\\mathcal{X}}$ and $\\mathcal{Y}$ is achieved by this Lie group exponential mapping."
    ),
    source="P1 IIIC",
    kind="structure",
    definition=(
        "Two definitions. Structure: one layer exp(a/8) repeated 8 times is exp(a), on SU(4), GL+(3) "
        "and for the flow of a stationary velocity field on the circle, 1e-8. Reach: the least "
        "residual of exp(a) equals that of different layers within 0.01, a mean over the targets of "
        "a seed. Targets: normal matrices of positive determinant, GL+(2), GL+(3) (in full GL+(4)), "
        "residual |exp(a) - g| / |g| in the Frobenius norm, least squares from 7 starts at most, "
        "beside two layers, the polar decomposition, which are exact; Haar unitaries on two qubits; "
        "diffeomorphisms of the circle, x + shift + waves of frequency 3 at most, drawn at random or "
        "with isolated orbits of period 2, residual in radians (rms), one field of 5 frequencies "
        "beside 3 fields. Shown without a vote: the closed form for 2 x 2 matrices, as diag(-1, -2) "
        "at 1/2 and the Jordan block of -1 at 0, not attained; a certificate that no exponential is "
        "near a diffeomorphism with isolated orbits of period 2; the share of random matrices with "
        "a real logarithm."
    ),
    statistic="largest error; residual of one repeated layer minus that of different layers, TOST",
    null="one repeated layer reaches less",
    smallest_effect=tied.MARGIN,
    experiment=Repeated(tied.repeat, tied.conclude),
    seeds_quick=2,
    seeds_full=10,
    aliases=("EM7",),
)

L2 = Claim(
    id="L2",
    title="One repeated layer makes it easier to learn the representation along with it",
    quote=(
        "In recursive neural network, the exponential mapping like curve is much simpler, this is why "
        "we have the capability to optimize both the representation mapping and the exponential "
        "mapping simultaneously during training."
    ),
    source="P1 IIIC",
    kind="optimisation",
    definition=(
        "8 x 8 digits, a learnt linear encoder to 16 features, 6 layers h + W' tanh(W h), a linear "
        "readout; Adam. Tied: one layer repeated; untied: six. Two definitions: the same 16 units, "
        "so a sixth of the weights; 99 units in the tied layer, so as many weights. Parts: tied "
        "layers reach a mean loss of 0.5 in fewer steps, by 10 % or more (one epoch more than all "
        "where it is never reached); their test accuracy is not lower by more than 0.02. Shown "
        "without a vote: what a learnt encoder gains over a frozen one, tied and untied."
    ),
    statistic="mean log ratio of the steps; mean difference of the accuracies; paired over seeds",
    null=0.0,
    smallest_effect=joint.LEAST_SPEEDUP,
    experiment=Repeated(joint.repeat, joint.conclude),
    seeds_quick=3,
    seeds_full=10,
)

L3 = Claim(
    id="L3",
    title="A recursive network does not emphasise local operations",
    quote=(
        "the recursive neural network does not emphasize on local operations as in CNNs or ResNets."
    ),
    source="P1 IIIC",
    kind="structure",
    definition=(
        "Haar targets on SU(8), local strings have weight 2 at most, and SO(6), local entries are "
        "neighbours; cost 16 beyond. Share of the energy int |u|^2 dt that is non-local, in the "
        "unpenalised norm: of a constant generator log U, the recursive network, and of the shortest "
        "geodesic found to the same U. Two definitions of the generator: the shortest of the "
        "logarithms; the one of 16 that is shortest at cost 16. Claimed: a larger share by 0.1 or "
        "more; mean over two targets a seed."
    ),
    statistic="difference of the shares, paired over targets, BCa interval over seeds",
    null=0.0,
    smallest_effect=locality.LEAST_DIFFERENCE,
    experiment=Repeated(locality.repeat, locality.conclude),
    seeds_quick=3,
    seeds_full=10,
    malformed=(
        "To emphasise is an intention of whoever designs a network, and not a property of the map "
        "that it computes: nothing is measured."
    ),
    repair=(
        "The generator of one repeated layer has a larger share of its energy in non-local "
        "directions than the shortest curve to the same target where these are expensive."
    ),
)

CLAIMS = (L1, L2, L3)
