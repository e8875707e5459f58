"""The claims that negative curvature makes geodesics unstable and hard to find."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.shooting.experiment import INSTABILITY, LEAST_CORRELATION, WORK

TARGETS = (
    "Each family is a definition of its own: SU(4), SU(8), Pauli strings beyond weight 1 and 2 cost q; "
    "SO(6), SO(8), GL(4), entries beyond the neighbours cost q; q = 2..64 by factors of 2 (at q = 1 "
    "the start below is the solution), traces over N; four landmarks, a shaken unit square, Matern "
    "kernel of order 3, width s = 1/4..8 by factors of 2. Seven targets for each value and seed, at "
    "the end of a geodesic of known length d with a direction uniform in the metric, d uniform in "
    "[0.4, 2] (landmarks [0.5, 3]); d is the distance only before the cut point. A random penalised "
    "basis would only conjugate the target, so the direction is random instead. Mean K: average over "
    "that path of Ric(u,u) / ((D - 1) <u,u>), all planes that hold the velocity. Solver: "
    "Levenberg-Marquardt on the initial momentum, the same code for all, no search and no "
    "continuation; endpoint residual 1e-8, at most 60 linear solves. "
)

Q6 = Claim(
    id="Q6",
    title="The work of finding a geodesic depends on the curvature",
    quote=(
        "The performance of the optimization procedure to find $U_{geo}(t)$ highly depends on the "
        "curvature of the Riemannian manifold."
    ),
    source='P1 IIA (for networks P1 IIIA: "the convergence of the training procedure to find the '
    'curve highly depends on the curvature of the manifold")',
    kind="optimisation",
    definition=(
        TARGETS + "One start: the velocity log(target) of the unpenalised geodesic (landmarks: the "
        "displacement). Steps: linear solves, a failure counts as 60. Depends: the partial rank "
        "correlation of mean K and steps given d is at least 0.3 on either side of 0. This is also "
        "the link of C7 between curvature and convergence, on the network's side. Shown without a "
        "vote: the same at equal q (or s), which also changes the conditioning of the metric (its "
        "values given as strata); the growth of Jacobi fields in place of K; d itself."
    ),
    statistic=(
        "partial Spearman of mean K and steps given d, BCa interval over problems, two-sided "
        "permutation of the residual ranks, 5000 each"
    ),
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=WORK,
    seeds_quick=1,
    seeds_full=5,
)

Q8 = Claim(
    id="Q8",
    title="Negative curvature makes geodesics unstable, and that makes them difficult to find",
    quote=(
        "the sectional curvature is almost negative everywhere when q is large enough. This means "
        "the geodesic is unstable and it's general difficult to find a geodesic."
    ),
    source="P1 IIA",
    kind="stability",
    definition=(
        TARGETS
        + "Four starts a problem, of length d, directions uniform in the metric; share that "
        "arrives at the target by any geodesic. Growth: log of the largest singular value of the "
        "Jacobi matrix at the end of the known path, orthonormal frames, over that of flat space (it "
        "is at least 0, and 0 if K >= 0; below 1e-6 it counts as 0). All links of the sentence must "
        "hold in a family, each a partial rank correlation given d of at most -0.3: mean K and "
        "growth; growth and share; q (or s) and share. SU(4) is shown without a vote: there K >= 0 "
        "for every q. That K is negative almost everywhere is Q7."
    ),
    statistic=(
        "partial Spearman given d, BCa interval over problems, one-sided permutation of the residual "
        "ranks, 5000 each"
    ),
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=INSTABILITY,
    seeds_quick=1,
    seeds_full=5,
)

CLAIMS = (Q6, Q8)
