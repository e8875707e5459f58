"""The claim that curvature changes more smoothly along a residual network."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.smoothness.experiment import (
    DEPTH,
    LEAST_RATIO,
    decide_smoothness,
    measure_smoothness,
)
from analogs.mirrors.smoothness.proxies import COST, RADIUS

R8 = Claim(
    id="R8",
    title="Curvature changes more smoothly along a residual network than along a plain one",
    quote=(
        "For ResNets, the curvature along the network is much smoother than normal CNNs since the "
        "network parameters of ResNets are only weak perturbations and therefore can not lead to "
        "rough curvature change along the network."
    ),
    source="P2 III.14",
    kind="geodesic",
    definition=(
        f"Convolutional networks with {DEPTH} layers of weights between stem and output, 4 "
        "channels of 4 x 4 pixels (D = 64), batch normalisation, tanh; residual (pre-activation, "
        "identity shortcuts, two layers a block) and plain (the same layers without shortcuts, in "
        "pairs), equal start, data, order and steps; trained on the digits. Step l is a block or a "
        "pair, J_l its Jacobian at a test image, H_l = R + S the polar generator of J_l (repaired "
        "for det < 0). Two definitions of the curvature at step l: the growth of tangent vectors, "
        "log of |J_l ... J_1| over |J_(l-1) ... J_1| (Frobenius), which curvature rules along a "
        "flow (Jacobi); the sectional curvature K(H_l, H_(l+1)) in gl(D), entries within a radius "
        f"of {RADIUS} pixel at cost 1 and {COST:g} beyond, tr/D, which does not depend on the size "
        "of the steps. Roughness: total variation over l, mean over images. Much smoother: the "
        f"plain network is rougher by a factor of {LEAST_RATIO:g} or more (mean log ratio, paired "
        "by seed). Shown without a vote: the growth relative to its mean size; K without costs; "
        "both definitions before the training; the curvature tensor <R(H_l, H_(l+1)) H_(l+1), H_l>, "
        "K times the squared area of the plane, which does depend on the size of the steps (added "
        "after the others had been measured); on three qubits K in Nielsen's metric along a "
        "geodesic against a row of random gates on two qubits."
    ),
    statistic="mean log ratio of total variations, plain over residual; BCa interval over seeds",
    null=0.0,
    smallest_effect=LEAST_RATIO,
    experiment=Repeated(measure_smoothness, decide_smoothness),
    seeds_quick=3,
    seeds_full=10,
)

CLAIMS = (R8,)
