"""The claims about convolutional networks."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.convnet.complexity import LEAST_CORRELATION, length_and_complexity
from analogs.mirrors.convnet.curvature import negative_planes
from analogs.mirrors.convnet.kernel_size import ENOUGH, kernel_size
from analogs.mirrors.shares import ALMOST_EVERYWHERE

C2 = Claim(
    id="C2",
    title="The length of a network corresponds to its number of operations",
    quote=(
        "the length of $U_{CNN}(t)$ roughly corresponds to the complexity of the CNN, if the "
        "nonlinear operations are omitted"
    ),
    source="P1 IIIA",
    kind="complexity",
    definition=(
        "Convolutional networks of random depth (1 to 4), channels (3 to 6), kernel (1, 3 or 5) "
        "and pooling, trained on the 8 x 8 digits to an accuracy of 0.5 or more; one network a seed. "
        "Complexity: the paper's factor N_k K_x K_y K_z S_x S_y S_z, summed over the "
        "convolutions. Four lengths, each a definition of its own, over the affine layers: sum of "
        "|log W_l| (polar parts, tr/D); sum of operator norms |W_l - 1|; sum over layers of the "
        "median relative step of the features; and the paper's scaled metric, sum of "
        "sqrt(factor_l) |log W_l| over the convolutions. "
        "Circuits: named gates and random circuits on 2 and 3 qubits, number of two-qubit gates "
        "against the sum of |log g| in Nielsen's metric, cost 4^n beyond weight 2, tr/2^n. Roughly "
        "corresponds: Spearman's rank correlation of at least 0.5."
    ),
    statistic="Spearman's correlation, BCa interval over networks, one-sided permutation p",
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=length_and_complexity,
    seeds_quick=8,
    seeds_full=40,
)

C7 = Claim(
    id="C7",
    title="The curvature of the space of networks is negative almost everywhere",
    quote=(
        "It's difficult to compute explicitly the curvature of T_{CNN} . But we may have a "
        "reasonable guess since we know that the Riemannian manifold of the quantum computation, "
        "which has a very similar metric, has a curvature which is almost negative everywhere."
    ),
    source="P1 IIIA",
    kind="curvature",
    definition=(
        "Linear layers: SO(8) and GL(7), entries at most one off the diagonal cost 1, q beyond, "
        "tr/N (the sign of K does not depend on it). Four laws of the plane, each a definition of "
        "its own: uniform in the metric; uniform in the trace form; uniform within the cheap "
        "directions; spanned by two basis generators. Almost everywhere: at least 0.95 of the "
        "planes have K < 0, flat ones not counted. The largest q decides, 256 in a quick run and "
        "4096 in full. Smaller q are shown without a vote, and so are SO(32) and GL(28), which "
        "were added after the others had been measured. Same code as Q7. That convergence depends "
        "on the curvature, as the paper adds, is tested by Q6."
    ),
    statistic="share of planes with K < 0, Wilson's 95 % interval, 2000 planes a seed",
    null=ALMOST_EVERYWHERE,
    smallest_effect=0.0,
    experiment=negative_planes,
    seeds_quick=1,
    seeds_full=5,
)

C8 = Claim(
    id="C8",
    title="A larger kernel makes the curvature more negative",
    quote=(
        "Roughly speaking, a larger kernel size and a stronger nonlinearity of the activation "
        "function lead to a higher negative curvature."
    ),
    source="P1 IIIA",
    kind="curvature",
    definition=(
        "Kernel size is the radius r (on qubits the weight of a Pauli string) up to which a "
        "direction costs 1; beyond it costs q = 16; tr/N. Four algebras: SO(8) with a band, "
        "r = 1..7; circular convolutions on 8 sites with one channel, r = 1..4, and with two, "
        "r = 0..4; U(8), weight 1..3. Two definitions of 'higher negative': a lower scalar "
        "curvature; a lower mean K over planes uniform in the span of the cheap directions. Both "
        "are exact sums, no sample. Claimed: the value falls with every step of r in at least 3 "
        "of the 4 algebras. Shown without a vote: the same without the last step, which makes the "
        "whole group cheap; Kendall's tau of every algebra with its exact permutation p (which "
        "cannot reach 0.05 with 3 radii); the share of negative planes uniform in the metric; in "
        "full also other q and U(16). The stronger nonlinearity of the sentence is not tested "
        "here."
    ),
    statistic="number of algebras, of 4, in which the curvature falls with every step of r",
    null="no trend: every order of the radii is as likely",
    smallest_effect=float(ENOUGH),
    experiment=kernel_size,
    seeds_quick=1,
    seeds_full=5,
    aliases=("EM5",),
)

CLAIMS = (C2, C7, C8)
