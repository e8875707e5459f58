"""The claim about the curvature of the Fisher-Rao metric."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.fisher.experiment import OCCURS, TOLERANCE, fisher_signs

A2 = Claim(
    id="A2",
    title="The Fisher-Rao metric of networks has either sign of curvature",
    quote=(
        "What's the curvature of the emergent Fisher-Rao metric in deep networks? [...] Just as in "
        "general relativity, the solution spacetime can have either positive or negative "
        "curvature, deep networks may have the same problem."
    ),
    source="P2 IV.5",
    kind="information",
    definition=(
        "Fisher metric on the parameters, Levi-Civita connection, sectional curvature. Known: "
        "Gaussians (mean, deviation) have K = -1/2, three and four outcomes K = 1/4. Networks, "
        "each a definition of its own: logistic models of one input with two or three parameters "
        "(w x + b; a tanh(w x); a tanh(v tanh(w x))), 16 normal inputs, normal parameters, "
        "plane uniform in the metric, all new for each plane. Either sign: K < 0 and K > 0 have "
        f"a share of at least {OCCURS:g} each. That the curvature decides the stability of "
        "training, as the paper adds, is not tested; nor are deep networks of many parameters."
    ),
    statistic="shares of planes with K < 0 and with K > 0, Wilson's 95 % interval",
    null=OCCURS,
    smallest_effect=TOLERANCE,
    experiment=fisher_signs,
    seeds_quick=1,
    seeds_full=5,
)

CLAIMS = (A2,)
