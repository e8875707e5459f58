"""The claim that overparametrisation is a larger group, like ancilla qubits."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.ancilla.experiment import (
    ENTROPY,
    LEAST_CORRELATION,
    LEAST_GAIN,
    overparametrisation,
)
from analogs.mirrors.ancilla.width import FITTED, TRAIN_FRACTION

O1 = Claim(
    id="O1",
    title="A larger group accomplishes the same transformation, and training depends on the width",
    quote=(
        "Overparameterization plays a key role in nowadays deep networks. It's closely related with "
        "the training convergence, generalization and adversarial attacks. Geometrically this means "
        "to choose a higher dimensional group G to accomplish the transformation. [...] in quantum "
        "computation overparameterization means to achieve a quantum algorithm using auxiliary "
        "qubits."
    ),
    source="P2 IV.6",
    kind="structure",
    definition=(
        "Distances: U beside U x 1 with one ancilla, one cost law for both (tr/2^n, 16 beyond "
        "weight 1 or 2); rotations beside the same rotations with one feature more (lengths in one "
        "unit, Frobenius, cost 16 beyond neighbours); four landmarks beside the same with two more "
        "that start among them and end anywhere. Two definitions each: the larger group is not "
        "longer (the embedded path is a path; all elements drawn and named gates), and it is shorter "
        f"(mean over Haar-random elements by at least {LEAST_GAIN:g}). Both distances are lengths "
        "of the shortest geodesics found; the larger search starts also from the geodesic of the "
        "smaller one, as it is and shaken and relaxed, and what it finds inside the smaller group "
        "counts for that as well. Networks: perceptrons and convolutional networks by width, "
        f"{TRAIN_FRACTION:.0%} of the digits, equal numbers of Adam steps; each network with each of "
        f"these is a definition: gradient steps until {FITTED:.0%} of the training labels are "
        "right; training minus test accuracy; median radius that DeepFool needs on correctly "
        "labelled test images. Closely related: mean over seeds of the rank correlation with the "
        f"width at least {LEAST_CORRELATION:g} on either side of 0 (the paper names no sign). "
        f"Generators: default_rng([{ENTROPY}, seed])."
    ),
    statistic=(
        "excess and mean log ratio of the distances, BCa over elements; mean rank correlation with "
        "the width, BCa over seeds"
    ),
    null="a larger group changes nothing",
    smallest_effect=LEAST_GAIN,
    experiment=overparametrisation,
    seeds_quick=2,
    seeds_full=5,
)

CLAIMS = (O1,)
