"""The claims about residual networks as curves of many short and even segments."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.resnet import dimension, reparametrise, segments
from analogs.mirrors.resnet.dimension import LEAST_DIFFERENCE
from analogs.mirrors.resnet.experiment import shortest_networks
from analogs.mirrors.resnet.law import LENGTH_MARGIN

EM2 = Claim(
    id="EM2",
    title="The shortest linear ResNet is a geodesic, with layers of equal complexity",
    quote=(
        "The ResNet achieves a roughly uniform distribution of the complexity of the problem "
        "along the curve $U_{ResNet}(t)$."
    ),
    source="P1 IIIB",
    kind="complexity",
    definition=(
        "Linear layers with a given product U, of least energy (1/L) sum_l |x_l|^2 in the metric "
        "of the group: 1 + x/L on GL+(3), as in a ResNet, and exp(x/L) on SO(3) and SU(4), which "
        "1 + x/L would leave. Targets exp(y) exp(z), |y| = |z| = 1 in the unpenalised metric. "
        "Products over the matrix size. The minimisation starts off a constant path log U, the best "
        "of up to four logarithms; for a deeper network off the shallower one. All parts must hold "
        "on a group: the limit of the length (1/L) sum_l |x_l| is the geodesic distance, found by "
        "Newton on the Euler-Arnold equation, within 1 %; length minus distance is c/L (1 + x/L) "
        "or c/L^2 (exp(x/L)), one c a target, R^2 >= 0.95 over all targets; the norms |x_l| vary "
        "by less than 5 %; the shortest constant path, of length |log U|, is longer by at least "
        "1 %."
    ),
    statistic=(
        "limit of the length over the distance, minus 1 (from the two deepest networks); R^2; "
        "coefficient of variation of the norms; log of |log U| over the length"
    ),
    null="no law in the depth; norms as uneven as before the minimisation; no gain over |log U|",
    smallest_effect=LENGTH_MARGIN,
    experiment=shortest_networks,
    seeds_quick=3,
    seeds_full=10,
)

R1 = Claim(
    id="R1",
    title="A residual network is many short segments of equal complexity",
    quote=(
        "$U_{ResNet}(t)$ consists of a large number of short line segments [...] when L is big "
        "enough, $U_{ResNet}(l\\delta)$ is near the identity operation I so that the first-order "
        "approximation of $U_{ResNet}(l\\delta)$ gives $U_{ResNet}(l\\delta) \\approx I + "
        "H_{ResNet}(l\\delta)$ [...] The ResNet achieves a roughly uniform distribution of the "
        "complexity of the problem along the curve $U_{ResNet}(t)$."
    ),
    source="P1 IIIB",
    kind="structure",
    definition=(
        "Each line is a definition of its own, with all of its parts. Linear, GL+(3), layers "
        "1 + x/L, Frobenius product over 3, targets as in EM2 (for SGD of half the size): least energy "
        "at cost 1, 4 and 16 beyond neighbours; SGD on noisy samples of the target, from the "
        "identity, no penalty; SGD from random layers with weight decay 0.02. Parts: the limit of "
        "the length over the geodesic distance to the product is 1 within 1 %; their difference is "
        "c/L, R^2 >= 0.95; the norms of the layers of the deepest network vary by 5 % at most. "
        "Nonlinear, dense residual networks (order of He "
        "et al. 2016, width 32) on the 8 x 8 digits, with batch normalisation, or without and each "
        "segment zero at first: r_l is the median over images of |h_l+1 - h_l| / |h_l| on a segment "
        "of two layers. Parts: the mean r falls as L^-1, exponent within 0.25; over 8 segments the "
        "coefficient of variation of r_l is smaller than in the same layers without shortcuts, by a "
        "factor of 1.25. Mirrors, exact: the speed along shot geodesics of SU(8) (cost 16 beyond "
        "weight 2), GL+(3) and 4 landmarks does not vary, 1e-8. Shown without a vote: the variation "
        "before training. The energy alone, with a comparison to log U, is EM2."
    ),
    statistic=(
        "limit of the length over the distance, R^2, coefficients of variation; slope of log mean r "
        "on log L, a seed at a time"
    ),
    null="no law in the depth; norms as uneven as before training; steps that do not shrink",
    smallest_effect=LENGTH_MARGIN,
    experiment=Repeated(segments.repeat, segments.conclude),
    seeds_quick=2,
    seeds_full=5,
)

R2 = Claim(
    id="R2",
    title="The Lie algebra has a smaller dimension than its group",
    quote=(
        "if the space $T_{ResNet}$ is $U(2^n)$, then $H_{ResNet}$ is in the Lie algebra $u(2^n)$, "
        "which has a smaller dimension than $U(2^n)$."
    ),
    source="P1 IIIB",
    kind="structure",
    definition=(
        "Real dimensions, counted as ranks: of the algebra from its basis of Pauli strings and the "
        "phase (or of antisymmetric matrices), of the group as the number of dU with "
        "dU^dag U + U^dag dU = 0 at a random U. U(2^n) for n = 1, 2, 3 (in full 4), and SO(3), "
        "SO(5), SO(8), the network's side. Smaller: by 1 at least. Shown without a vote, what could "
        "be meant: the share of the volume of SU(2^n) modulo phase, bi-invariant, tr/2^n, that lies "
        "within 0.5 of the identity, bounded from above by Bishop's inequality (exact for n = 1)."
    ),
    statistic="dimension of the group minus that of its algebra",
    null=0.0,
    smallest_effect=LEAST_DIFFERENCE,
    experiment=Repeated(dimension.repeat, dimension.conclude),
    seeds_quick=1,
    seeds_full=5,
)

R9 = Claim(
    id="R9",
    title="The amplitudes of the weights set the pace of the curve",
    quote=(
        "ResNets can also easily achieve reparameterization of the curve $g_t$ by just adjusting the "
        "amplitudes of the weights."
    ),
    source="P2 III.14",
    kind="geodesic",
    definition=(
        "Geodesics of length 1.5 in a random direction, time change s(t) = t + b sin(2 pi t)/(2 pi), "
        "b uniform in [0.3, 0.8]. Three definitions. A generator that does not turn: 16 layers "
        "exp(a_l H), a_l = s_l - s_l-1, on SU(4) and GL+(3). A flow that turns: the velocity "
        "s'(t) u(s(t)) on SU(4), GL+(3) (cost 4 off the cheap directions) and 4 landmarks, "
        "integrated anew. Amplitudes alone, as the words stand: the 16 layers exp(x_l / L) of that "
        "geodesic, each L a_l times as strong and in its own direction; there the points that "
        "should agree are the ends, in the distance over the length. Parts, all to 1e-8 relative: "
        "the points lie on the old curve, at s(t); the length is the same; the energy is that of "
        "the old curve times the mean square of s'; it is not below that of a constant pace."
    ),
    statistic="largest error over the seeds",
    null="the image or the length changes",
    smallest_effect=reparametrise.TOLERANCE,
    experiment=Repeated(reparametrise.repeat, reparametrise.conclude),
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (EM2, R1, R2, R9)
