"""The claims that a shortcut far from the identity burdens the residual function and the training."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.shortcut.drift import LAYER, LONGEST
from analogs.mirrors.shortcut.experiment import (
    DEPTH_FULL,
    LEAST_CORRELATION,
    WIDTH,
    conclude_compensation,
    conclude_training,
    repeat,
)
from analogs.training.brief import BATCH, EPOCHS_FULL, IMAGES, RATE

NETWORKS = (
    f"Residual networks y = h(x) + F(x), F = W relu(W' relu(x)), f the identity, {DEPTH_FULL} layers "
    f"of 3x3 convolutions with {WIDTH} channels on 4x4 pixels; {IMAGES} digits, {EPOCHS_FULL} epochs "
    f"of Adam at {RATE:g}, batches of {BATCH}; all levels of a seed start with the same weights. Two "
    "families of shortcuts, two normalisations, each a definition: h = a, a = 0.5 to 1.5; h = R(theta) "
    "on pairs of channels, theta = pi/8 to pi; batch normalisation before each activation, or none, "
    "with the last layer of F started at 0. Distance |log h|, per root of the dimension: |ln a| and "
    "theta. A rotation is a change of frame, z_l = R^-l x_l has h = 1, and the W absorb it but for "
    "the frame in which ReLU cuts. A scale is not: contributions of early units arrive multiplied "
    "by a^l, and normalisation, which restores the size of the whole stream, does not restore their "
    "share in it. "
)

R3 = Claim(
    id="R3",
    title="A shortcut far from the identity has to be compensated by the residual function",
    quote=(
        "If h is far from the identity mapping, then the difference between the identity mapping and "
        "h need to be compensated by F , this will make F more complex and leads to optimization "
        "problems."
    ),
    source="P1 IIIB",
    kind="optimisation",
    definition=(
        NETWORKS
        + "Both links must hold in a definition: |F(x)| / |x| after training, median over units, "
        "rises with the distance; the training loss rises with |F(x)| / |x|. Rank correlations of at "
        "least 0.5. Shown without a vote: |F| / |x| before training, and whether F takes back a "
        "larger share <F, x - h(x)> / |x - h(x)|^2 of the wrong shortcut. Quantum: layers U = "
        f"exp(-iH), |H| = {LAYER:g}, and drifts h at d(I, h) up to {LONGEST:g}, directions uniform: "
        "the generator that is still needed has norm d(I, U h^-1), which the triangle inequality "
        "bounds by |d(I, U) - d(I, h)| (exact), and which must grow with d(I, h). For Haar-random U "
        "(shown) it cannot: U h^-1 is Haar-random as well."
    ),
    statistic="Spearman over levels and seeds, BCa interval over pairs, one-sided permutation",
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=Repeated(repeat, conclude_compensation),
    seeds_quick=2,
    seeds_full=5,
)

R4 = Claim(
    id="R4",
    title="Training is easier the closer the shortcut is to the identity",
    quote=(
        "If both the shortcut connection $h(x_l)$ and the after-addition activation $f(y_l)$ are "
        "identity mappings, the signal could be directly propagated in both the forward and backward "
        "directions. Training procedure in general becomes ealier when the architecture is closer to "
        "these conditions."
    ),
    source="P1 IIIB, after He et al. 2016",
    kind="optimisation",
    definition=(
        NETWORKS
        + "Rank correlation of the distance and the training loss, mean over the batches of the last "
        "epoch, at least 0.5. Shown without a vote: test error. The other condition, f, is R5."
    ),
    statistic="Spearman over levels and seeds, BCa interval over pairs, one-sided permutation",
    null=0.0,
    smallest_effect=LEAST_CORRELATION,
    experiment=Repeated(repeat, conclude_training),
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (R3, R4)
