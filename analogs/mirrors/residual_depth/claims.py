"""The claims about depth: where plain networks fail, and what the parts of a residual unit are worth."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.residual_depth import gates, orders, strength, too_deep
from analogs.mirrors.residual_depth.runs import WIDTH
from analogs.training.brief import BATCH, EPOCHS_FULL, IMAGES, RATE, TESTED

NETWORKS = (
    f"Networks of 3x3 convolutions with {WIDTH} channels on 4x4 pixels, He's initialisation; depth "
    f"counts layers of weights; {IMAGES} digits ({TESTED} to test), {EPOCHS_FULL} epochs of Adam at "
    f"{RATE:g}, batches of {BATCH}; all networks of a seed share images and order. Residual: h = 1, "
    "two layers in F, activations before the layers. Normalisation: batch, before each activation, "
    "or none, where the last layer of F starts at 0 (else the signal doubles in each unit). "
)

C16 = Claim(
    id="C16",
    title="A network that is too deep fails to converge",
    quote=(
        "it's not difficult to guess that a too deep CNN may also fail to converge if the curve "
        "$U_{CNN}(t)$ is too long due to both the depth L and an improper design of "
        "CONV-ReLU-Pooling operations. This can be easily understood since to reach a point U_{CNN} "
        "with a longer curve $U_{CNN}(t)$ is just to find an optima in a larger parameter space."
    ),
    source="P1 IIIA",
    kind="optimisation",
    definition=(
        NETWORKS
        + "Training accuracy of plain minus residual networks (the same layers without shortcuts), "
        "slope per doubling of the depth from 6 to 48 layers; each normalisation is a definition. "
        "Shown without a vote: each kind alone; fractal networks, which have no shortcut either but "
        "short paths (two columns); plain networks of 24 layers at a quarter and four times the rate. "
        f"Quantum: random circuits of {too_deep.QUBITS} qubits (random axes and angles, controlled "
        "phases), slope of log2 of the variance of the first derivative of <Z Z> per doubling of the "
        "layers, at most -0.5. Template, without a vote: four landmarks matched by a flow of as many "
        "steps, regularised by its energy; there the paper's reason (more unknowns) holds as well."
    ),
    statistic=(
        "slope per doubling of the depth, BCa over seeds; permutation of the values over the depths"
    ),
    null=0.0,
    smallest_effect=too_deep.LEAST_LOSS,
    experiment=Repeated(too_deep.repeat, too_deep.conclude),
    seeds_quick=2,
    seeds_full=5,
)

R5 = Claim(
    id="R5",
    title="The activation before the addition matters less in shallow residual networks",
    quote=(
        "This can explain the observation that the pre-activation is less crucial in a shallower "
        "ResNet."
    ),
    source='P1 IIIB ("the impact of f = ReLU is less severe when the ResNet has fewer layers")',
    kind="optimisation",
    definition=(
        NETWORKS
        + "Order 'before': y = x + F(x), as above (He et al. 2016); 'after': y = relu(x + F(x)), F "
        "= N W relu(N W' x) (He et al. 2015). Test accuracy, before minus after, slope per doubling "
        "of the depth from 6 to 96 layers; each normalisation is a definition. Shown without a vote: "
        "the same for the training accuracy."
    ),
    statistic=(
        "interaction of order and log2 depth, BCa over seeds; permutation of the differences over "
        "the depths"
    ),
    null=0.0,
    smallest_effect=orders.LEAST_GAIN,
    experiment=Repeated(orders.repeat, orders.conclude),
    seeds_quick=2,
    seeds_full=5,
)

R6 = Claim(
    id="R6",
    title="Highway networks perform worse than residual ones",
    quote=(
        "the highway network[26] usually performs worse than the ResNet since it introduces "
        "unnecessary complexity to the system by adding extra nonlinear transformations to the system"
    ),
    source="P1 IIIB",
    kind="structure",
    definition=(
        NETWORKS
        + "Batch normalisation. Highway: y = T H + (1 - T) x, H = relu(N W x), T = sigma(V x - 2), so "
        "each layer on the path has two layers of weights. Test accuracy of highway minus residual "
        "networks of as many layers on the path, mean over 24 and 48 layers. Two definitions: equal "
        f"width ({WIDTH} channels), and equal number of weights (residual: {gates.WIDER} channels, "
        "within 3 %). Shown without a vote: each depth, from 6 layers on."
    ),
    statistic="difference of the test accuracies, BCa over seeds; exact exchange within seeds",
    null=0.0,
    smallest_effect=gates.LEAST_DEFICIT,
    experiment=Repeated(gates.repeat, gates.conclude),
    seeds_quick=2,
    seeds_full=10,
)

R7 = Claim(
    id="R7",
    title="The sigmoid is too strong a nonlinearity for deep networks",
    quote=(
        "The success of using ReLU in ResNet also confirms our conclusion that ReLU is a proper weak "
        "nonlinear function for deep networks and the sigmoid is too strong for deep networks."
    ),
    source="P1 IIIB",
    kind="optimisation",
    definition=(
        NETWORKS
        + "The logistic sigmoid in place of every ReLU, nothing else changed: it must lack at least "
        "0.02 of test accuracy. Four definitions: residual networks of 24 layers and plain ones of 12 "
        "(deeper ones fail with ReLU as well), either normalisation. Shown without a vote: 4 sigma(x) "
        "- 2, equally curved but of value 0 and slope 1 at 0, tanh, and gelu. If the logistic sigmoid "
        "fails where these do not, its offset and slope are to blame and not its strength."
    ),
    statistic="difference of the test accuracies, BCa over seeds; exact exchange within seeds",
    null=0.0,
    smallest_effect=strength.LEAST_DEFICIT,
    experiment=Repeated(strength.repeat, strength.conclude),
    seeds_quick=2,
    seeds_full=8,
)

CLAIMS = (C16, R5, R6, R7)
