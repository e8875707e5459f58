"""The claim that pooling plays the part of the kernel of template matching."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.pooling.experiment import LEAST_GAIN, conclude, repeat

C11 = Claim(
    id="C11",
    title="Pooling makes a network robust against small deformations, as a kernel would",
    quote=(
        "On the other hand it also plays a role in constructing the metric, correspondent to the "
        "kernel K in the LDDMM framework. By using pooling operations, we can improve the smoothness "
        "and robustness of the curve $U_{CNN}(t)$ [...]. The pooling operation can be understood as "
        "an extrapolation of the samples so that the information of each sample is propagated to its "
        "near neighbourhood."
    ),
    source="P1 IIIA",
    kind="stability",
    definition=(
        "Networks of two convolutions 5 x 5 with ReLU and a linear layer on the digits 8 x 8 (or a "
        "user's square images), 600 training images, SGD with momentum; after each convolution the "
        "side is halved by the maximum, by the average, by the stride of the convolution, or not at "
        "all. Sensitivity: mean |f(x) - f(x o phi)| over mean |f(x) - f(x')|, f the scores, x and x' "
        "test images, phi smooth with a root mean square displacement of 0.08 of the side, varying "
        "over a quarter of it. Two definitions, networks at the start and after training: mean of "
        "both poolings (maximum, average) minus mean of both without (stride, none) is at most "
        "-0.03. Within a seed all networks see the same images and deformations. Shown without a "
        "vote: each pooling against each network without; the accuracies; the sensitivity of the "
        "images themselves; the true analog of K, which is a network without pooling whose "
        "gradients of the kernels are smoothed, K = (1 + L)^-1 with the Laplacian L of the 5 x 5 "
        "pixels; and K itself: nine noisy landmarks matched with a wide (0.8 of the square) or a "
        "narrow kernel (0.08), error of the deformation between them over the displacement there."
    ),
    statistic="mean over seeds of the paired difference of sensitivities, BCa interval, one-sided t",
    null=0.0,
    smallest_effect=LEAST_GAIN,
    experiment=Repeated(repeat, conclude),
    seeds_quick=3,
    seeds_full=10,
    aliases=("P1",),
    takes_data=True,
    malformed=(
        "K maps momenta to velocities, vectors tangent to the group; pooling maps data to data, and is "
        "not invertible. K belongs to the metric, pooling to the curve."
    ),
    repair=(
        "A network with pooling is less sensitive to small smooth deformations of its input than one "
        "without, at the start and after training."
    ),
)

CLAIMS = (C11,)
