"""The claim that a residual network spreads the complexity evenly, in its exact linear form."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.resnet.experiment import LENGTH_MARGIN, shortest_networks

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

CLAIMS = (EM2,)
