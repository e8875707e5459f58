"""The claim about the curvature of the Fisher-Rao metric."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.fisher_rao.experiment import (
    ALMOST_EVERYWHERE,
    ENTROPY,
    INPUTS,
    TOLERANCE,
    fisher_signs,
)

A2 = Claim(
    id="A2",
    title="The Fisher-Rao metric of networks is negatively curved almost everywhere",
    quote=(
        "What's the curvature of the emergent Fisher-Rao metric in deep networks? [...] can have "
        "either positive or negative curvature [...] the geometry of quantum computation [...] "
        "also has an almost negative curvature [...] It's reasonable to guess that CNN may also "
        "have a similar negative curvature."
    ),
    source="P2 IV.5",
    kind="curvature",
    definition=(
        "Fisher metric on the parameters, labels averaged exactly over fixed inputs; Levi-Civita "
        "connection, sectional curvature. The paper asks; its guess is tested. Networks of one "
        f"logit with tanh units and 2 to 9 parameters, {INPUTS} inputs; parameters and inputs are "
        "standard normal and new for each plane. Three laws of the plane: uniform in the metric; "
        "uniform in the parameters; spanned by two parameters. Each network with each law is a "
        "definition of its own; with two parameters there is one plane. Almost everywhere: at "
        f"least {ALMOST_EVERYWHERE:g} of the planes have K < 0. A plane is flat if |K| is at most "
        "the bound on its rounding that first-order perturbation gives (4 kappa m eps |H| |u| |v| "
        "for each second fundamental form, m = N P^2), fixed before any run. Flat planes are "
        "counted apart: the lower end of an interval leaves them out, the upper end counts them "
        "as negative, so that no verdict hangs on them. The bound is checked, and K with it, on "
        "families of known curvature and not on networks: normal (-1/2), 2 x 2 covariances, "
        "categorical (1/4), independent variables (mixed planes 0); these have no vote. "
        f"Generators: default_rng(({ENTROPY}, seed)), which no earlier run had used. An earlier "
        "test of this question was withdrawn, because its rule for flat planes had been changed "
        "after results were seen; its finding, both signs, was known when this rule was written. "
        "Deep networks, and that curvature decides stability, as the paper adds, are not tested."
    ),
    statistic="share of planes with K < 0, Wilson's 95 % interval, 1000 planes a seed",
    null=ALMOST_EVERYWHERE,
    smallest_effect=TOLERANCE,
    experiment=fisher_signs,
    seeds_quick=1,
    seeds_full=5,
)

CLAIMS = (A2,)
