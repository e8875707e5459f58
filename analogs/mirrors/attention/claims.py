"""The claim about coupled subsystems."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.attention.experiment import MOST, TOLERANCE, coupling

S4 = Claim(
    id="S4",
    title="Negative curvature of the subsystems makes the coupled system harder",
    quote=(
        "Roughly we are now working with the direct product of the manifold of each subsystem with "
        "the tangent spaces of the subsystems as orthogonal subspaces of the tangent space of the "
        "complete manifold. This is very similar with the case of the semi-direct group product in "
        "the metamorphosis framework [...] if the curvature of each subsystem's manifold is almost "
        "negative as in the quantum computation, then the convergence of the training of the "
        "coupled system naturally will be more difficult"
    ),
    source="P1 IIID",
    kind="curvature",
    definition=(
        "Planes with one vector in each subsystem, uniform in the metric, tr/N. The two products "
        "of the quote are definitions of their own. Direct: SO(4) x GL(3), two unlike linear "
        "networks, in the directions of cost 1 (others 256), where each alone is negative; "
        "mixed planes must be flat. Semidirect: layers with bias, Aff(d) = GL(d) |x R^d, which "
        "is the group of metamorphosis, all costs 1; on Aff(1), the half-plane, K = -2. Harder: "
        f"at least half ({MOST:g}) of the mixed planes have K < 0, flat ones not counted."
    ),
    statistic="share of mixed planes with K < 0, Wilson's 95 % interval; largest |K|",
    null=MOST,
    smallest_effect=TOLERANCE,
    experiment=coupling,
    seeds_quick=1,
    seeds_full=5,
    aliases=("EM9",),
    malformed=(
        "Attention mixes features by a softmax of the input: it is no action of a group and "
        "has no right-invariant metric; and curvature is not convergence."
    ),
    repair="The planes that mix the subsystems are negatively curved.",
)

CLAIMS = (S4,)
