"""The claims that depth makes networks more expressive."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.expressivity.circles import MARGIN
from analogs.mirrors.expressivity.curvature import CURVATURE_GROWTH
from analogs.mirrors.expressivity.depth import DEPTH_ADDS

C19 = Claim(
    id="C19",
    title="The curvature of a circle grows exponentially with the depth of a network",
    quote=(
        "This point seems to be partially confirmed by the recent work[23], where a manifold with an "
        "exponentially growing curvature with the depth of a CNN can be constructed."
    ),
    source="P1 IIIA",
    kind="curvature",
    definition=(
        "The construction of [23] (Poole et al. 2016): a great circle of variance q* in random "
        "dense tanh networks, sb = 0.3, 12 layers, width 400 in a quick run and 1000 in full; "
        "growth is the slope of the log over layers 6 to 12, one network a seed and scale. Two "
        "definitions of curvature: in all, the length of the curve of unit tangents (Gauss map), "
        "which the theory lets grow as chi1^(l/2); and per unit of length, sqrt(N) kappa. In the "
        "chaotic phase, sw = 2.5 and 4, both must hold: the first grows at 1/2 log chi1 within "
        f"{MARGIN:.0%} (two one-sided tests); the second grows by at least "
        f"{MARGIN:.0%} of that. Control without a vote: the ordered phase, sw = 0.9. Two "
        "pilot networks of other seeds, with 10 layers, were seen before."
    ),
    statistic="growth of the log a layer over 1/2 log chi1",
    null=0.0,
    smallest_effect=MARGIN,
    experiment=CURVATURE_GROWTH,
    seeds_quick=3,
    seeds_full=5,
)

C5 = Claim(
    id="C5",
    title="A deeper network can achieve more complex transformations",
    quote="Obviously a deeper CNN can potentially achieve more complex transformation in T_{CNN} .",
    source="P1 IIIA",
    kind="complexity",
    definition=(
        "Complexity in three senses, each with each architecture a definition of its own. Total "
        "curvature of a great circle in a random tanh network, dense or circular convolutions (8 "
        "sites, kernel 3), sw = 2.5, sb = 0.3: the log grows at 1/2 log chi1 a layer, layers 6 to "
        f"12, within {MARGIN:.0%}. Intervals with one pattern of open units on a line in a "
        "random ReLU network of 64 units, dense or convolutional, sw^2 = 2: 16 layers have at "
        f"least {MARGIN:.0%} more than 8. Longest distance that L layers of length eps reach, "
        "SU(8) and SO(8), cheap directions: never above L eps, and equal layers attain it (to "
        "1.5; beyond the diameter nothing is added). 'Potentially': that such networks exist is "
        "enough, so the ordered phase, sw = 0.9, is a control without a vote. So is the law: AIC of "
        "a power law less that of an exponential."
    ),
    statistic="growth of each complexity with depth",
    null="depth adds nothing",
    smallest_effect=MARGIN,
    experiment=DEPTH_ADDS,
    seeds_quick=3,
    seeds_full=5,
)

CLAIMS = (C19, C5)
