"""The claim about fluids, from which the papers take their picture of instability."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.fluid.experiment import MANY, TOLERANCE, fluid_curvature

T1 = Claim(
    id="T1",
    title="The curvature of ideal fluids on the torus is negative in many directions",
    quote=(
        "The sectional curvature of the volume preserving diffeomorphisms of the flat torus with a "
        "weak L^2 right invariant metric is negative in many directions so the geodesic on this "
        "manifold can be unstable."
    ),
    source="P1 IIB",
    kind="curvature",
    definition=(
        "SDiff(T^2) without translations, kinetic energy; curvatures times the area. Laws of the "
        "plane, each a definition of its own: two single waves, all pairs with components up to 3 "
        "(quick) or 5, where Arnold's closed form must agree; sums of all waves with "
        "components up to 1, 2 (and, in full, 4), normal amplitudes, uniform in the metric or in "
        "the stream function. The same laws on the whole of Zeitlin's su(N), N = 5 (and 9), a "
        "right-invariant metric on SU(N), where K of given waves must converge as N^-2; its "
        "low waves at N = 33 are shown without a vote. Many: at least "
        f"half of the planes ({MANY:g}) have K < 0, flat ones not counted. Only the sign is "
        "decided: instability of geodesics is not measured."
    ),
    statistic="share of planes with K < 0, Wilson's 95 % interval; error of the closed form",
    null=MANY,
    smallest_effect=TOLERANCE,
    experiment=fluid_curvature,
    seeds_quick=1,
    seeds_full=5,
)

CLAIMS = (T1,)
