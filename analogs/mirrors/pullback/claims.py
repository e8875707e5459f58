"""The claims about metrics of a network that change from layer to layer."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.pullback.changes import (
    ALMOST_EVERYWHERE,
    CHANGE,
    IDENTITY,
    decide_changes,
    measure_changes,
)
from analogs.mirrors.pullback.orderings import (
    COST,
    LEAST_AGREEMENT,
    RADIUS,
    compare_lengths,
    decide_orderings,
)

C3 = Claim(
    id="C3",
    title="A metric that changes by layer and one metric for all layers measure the same",
    quote=(
        "So in this picture the metric changes during the forward propagation along the CNN since "
        "the configuration of the CONV-ReLU-Pooling operator differs at each layer. [...] To remedy "
        "our Riemannian structure from this complicated situation, we can define another "
        "computational complexity oriented metric by scaling the metric at each layer by the "
        "complexity of the CONV-ReLU-Pooling operation."
    ),
    source="P1 IIIA",
    kind="structure",
    definition=(
        "That the metrics can be defined is definitional; tested is whether one can stand for the "
        "other. Networks of 2 to 4 convolutions on the digits (2 x 2 means, 4 x 4 pixels) with "
        "random kernels (1, 3, 5) and channels (2 to 4), trained; 4 networks a seed. Length of a "
        "network: sum over its convolutions of the polar length (tr/D; a layer with det < 0 is "
        "turned round along its smallest singular value). Metric that changes: entries within the "
        f"layer's own kernel cost 1, others {COST:g}. Two definitions of the other one: the same "
        f"costs with radius {RADIUS} for all layers; the paper's, all costs 1, scaled by N_k K_x "
        "K_y K_z S_x S_y S_z, so that a length gets the root. It stands for the other if it orders "
        f"the networks alike: Spearman's correlation at least {LEAST_AGREEMENT:g}. Shown without a "
        "vote: the same at a fixed number of layers; the ratio of the largest to the smallest "
        "factor in a network, which is 1 if the scaled metric is one metric; circuits of gates on "
        "two of three qubits, where the metric of a gate's own qubits and Nielsen's metric give "
        "every gate one length."
    ),
    statistic="Spearman's correlation of two lengths, BCa interval over networks",
    null=f"the correlation is below {LEAST_AGREEMENT:g}",
    smallest_effect=LEAST_AGREEMENT,
    experiment=Repeated(compare_lengths, decide_orderings),
    seeds_quick=3,
    seeds_full=10,
)

C4 = Claim(
    id="C4",
    title="ReLU and pooling change the metric",
    quote="Of course, the nonlinear ReLU and pooling operation in fact also change the metric.",
    source="P1 IIIA",
    kind="structure",
    definition=(
        "The metric on the data, <w, v>_in = <U_* w, U_* v>_out (P1 IIIA): a unit of the network "
        "with Jacobian J at a sample pulls the Euclidean metric of its output back to g = J^T J, "
        "in coordinates of its own input. It changes the metric if |g - 1| in operator norm is "
        f"above {CHANGE:g}. Convolutional network (two blocks CONV-ReLU-max pooling), trained on "
        "the digits; ReLU and max pooling are two definitions: at least "
        f"{ALMOST_EVERYWHERE:g} of all pairs of a unit and a test image. Third definition, the "
        "reading as such: pulled back through the units one by one, the metric is that of the "
        f"whole network, relative error at most {IDENTITY:g}. Quantum: unitary gates, read as real "
        "maps of C^N, leave the metric as it is, to the same accuracy. Templates: the flow of "
        "eight landmarks (Gaussian kernel) at random points, by differences; the same threshold. "
        "Shown without a vote: the log of the volume ratio of ReLU, pooling and average pooling "
        "on the directions that they keep, the share that they lose, and log det of the flow."
    ),
    statistic="share of pairs with |J^T J - 1| above the threshold, Wilson; worst relative error",
    null=ALMOST_EVERYWHERE,
    smallest_effect=CHANGE,
    experiment=Repeated(measure_changes, decide_changes),
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (C3, C4)
