"""The claims that a network must be long enough, and should not be much longer."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.reachability import optimum, threshold

C15 = Claim(
    id="C15",
    title="A network that is shorter than the geodesic does not work",
    quote=(
        "the length of $U_{CNN}(t)$ should be longer than the length of the geodesic connecting the "
        "identity transformation I and $U_{CNN}$ on the Riemannian manifold $T_{CNN}$. Otherwise it "
        "will not work since a short $U_{CNN}(t)$ will never reach $U_{CNN}$."
    ),
    source='P1 IIIA (and P1 IV: "A too shallow network will never work efficiently.")',
    kind="geodesic",
    definition=(
        "L layers, each of length at most eps; all of the following vote. Exact: the least distance "
        "left to the target is max(0, d - L eps), within 2 % of d, for L eps = 0.5 to 1.2 d. Layers "
        "exp(x) on SU(4) modulo phase and SO(5), bi-invariant, trace over the matrix size, d = 1.2, "
        "one code; residual layers q + K(q)^(1/2) x, at the middle of the step, on 4 landmarks in "
        "the plane, Gaussian kernel of width 1, d about 1.5. Projected gradients from random layers, "
        "best of 3 (landmarks 2) starts; none starts from the geodesic, which would be circular. "
        "Nonlinear: residual layers in the plane, h + F(h) with |F| < 0.1, 16 tanh units, then a "
        "line, on two spirals of 1.5 turns, Adam; parts: no training accuracy above the share that "
        "any line can part after every point has moved by L eps; accuracy against L eps has a "
        "break, the AIC of two straight pieces below that of one by 10; the slope falls there by "
        "0.2 or more. Not bounded, as the words 'too shallow' stand: 12 bounded layers beat one "
        "layer of the same form, 256 units wide, whose steps are not bounded, by 0.05 in accuracy. "
        "The place of the break is told in the note."
    ),
    statistic=(
        "largest error over the distance; AIC and slopes of the broken line, bootstrap over seeds, "
        "one drawn twice counting once; "
        "paired difference of the accuracies"
    ),
    null="the distance left does not depend on L eps; a straight line; no difference",
    smallest_effect=threshold.TOLERANCE,
    experiment=Repeated(threshold.repeat, threshold.conclude),
    seeds_quick=2,
    seeds_full=5,
    aliases=("EM8",),
)

C17 = Claim(
    id="C17",
    title="The best network is just longer than the geodesic",
    quote=(
        "Intuitively we prefer a design of CNNs that leads to a curve $U_{CNN}(t)$ with a length "
        "just above the geodesic distance between I and $U_{CNN}$."
    ),
    source="P1 IIIA",
    kind="generalisation",
    definition=(
        "Test error against r = L eps / d, for L layers of length at most eps and a target at "
        "distance d, r from 0.25 to 4. Three kinds of noise, each a definition of its own. Noisy "
        "data: least squares on 10 samples y = U x + 0.5 noise, 8 layers exp(x), on SU(4) and SO(5), "
        "d = 1.2; error |g - U|^2 / N. Noisy layers: eps = d/8, each layer of the network that comes "
        "nearest to U followed by exp(noise) of rms length 0.05 d; the same error, mean over 32 "
        "draws. Noisy points: residual networks in the plane, 8 layers, on two spirals with normal "
        "noise 0.1; d is the least move of all points after which a line parts the noiseless arms, a "
        "lower bound of the distance; error: share of wrong test labels. All parts must hold under a "
        "definition: the r of the least mean log error is at least 1; it is at most 2; the error at "
        "r = 4 is above that at r = 1.25 by 5 % or more."
    ),
    statistic="r of the least error, bootstrap over seeds; mean log ratio of the errors",
    null="no r is better than another",
    smallest_effect=optimum.LEAST_PREFERENCE,
    experiment=Repeated(optimum.repeat, optimum.conclude),
    seeds_quick=2,
    seeds_full=10,
)

CLAIMS = (C15, C17)
