"""The claim that the sigmoid is too strong an activation, and ReLU a weak one."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.activation.experiment import (
    LEAST_CURVATURE,
    LEAST_ERROR,
    LEAST_GRADIENT,
    LEAST_TURNING,
    SIGMOID,
)
from analogs.mirrors.activation.perceptron import INPUTS, LAYERS, WIDTH

C9 = Claim(
    id="C9",
    title="The sigmoid is too complex: its curvature is more negative, and gradients vanish",
    quote=(
        "Obviously ReLU is a weaker nonlinear function than the sigmoid. [...] the sigmoid function "
        "will introduce a metric so that the curvature of the Riemannian manifold will be more "
        "*negative* [...] This corresponds to the observed vanishing gradient problem during the "
        "back-propagation procedure. So for a general deep CNN, the sigmoid is too complex and ReLU "
        "is a proper activation function"
    ),
    source="P1 IIIA",
    kind="curvature",
    definition=(
        "Four definitions, all of which vote. Random perceptrons, He's scale sw^2 = 2, no biases, the "
        f"same weights for all activations, {INPUTS} inputs, {LAYERS} layers, width {WIDTH}, one a "
        "seed. (a) Curvature: mean over random planes at random inputs of K / |II|^2, K the sectional "
        "curvature of the metric that the network pulls back (Gauss' equation); the sigmoid lower "
        f"than GELU by {LEAST_CURVATURE:g} (ReLU has no second derivative; tanh and softplus shown "
        "without a vote). (b) Turning of a great circle after 8 layers of 128 units, 1024 points: the "
        f"sigmoid's {LEAST_TURNING:g} times that of ReLU at the same scale (tanh, and the sigmoid at "
        "its critical scale and at 20, without a vote). (c) Gradient of the first layer over that of "
        f"the last, cross-entropy with random labels: {LEAST_GRADIENT:g} times smaller for the "
        "sigmoid. (d) Fits of random smooth functions in one and two dimensions by one hidden layer, "
        f"Levenberg-Marquardt, best of some starts: ReLU's error {LEAST_ERROR:g} times the "
        "sigmoid's, in both. Without a vote, over all these networks: does a more negative K go with "
        "more sensitivity to small changes of the weights, and sensitivity with vanishing gradients?"
    ),
    statistic="paired differences, means over networks, BCa intervals, one-sided permutation p",
    null=0.0,
    smallest_effect=LEAST_CURVATURE,
    experiment=SIGMOID,
    seeds_quick=3,
    seeds_full=20,
)

CLAIMS = (C9,)
