"""The claim that a network flattens the space of its data."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.flattening.experiment import (
    IMAGES,
    LEAST_CORRELATION,
    LEAST_SLOPE,
    conclude,
    repeat,
)
from analogs.mirrors.flattening.layers import CHANNELS, GRAPH, PATCH, PLANE, WIDTHS

C10 = Claim(
    id="C10",
    title="A network transforms curved data into flatter data",
    quote=(
        "the CNN transforms a highly curved input data space to a flatter output data space by a "
        "curvature flow like mechanism"
    ),
    source="P1 IIIA",
    kind="information",
    definition=(
        f"{IMAGES} test images of the 8 x 8 digits in five layers: the "
        f"input, after each of three hidden layers, and the logits. Convolutions of {CHANNELS} "
        f"channels with pooling, and a perceptron of {WIDTHS[0]} units a layer, ReLU. Flatter, three "
        "definitions for each network: the intrinsic dimension (TwoNN) falls; the mean ratio of "
        f"geodesic and straight distances over all pairs falls (graph of {GRAPH} neighbours, clusters "
        f"joined by a shortest tree); within a class, the share of the variance of {PATCH} near "
        f"neighbours outside their best {PLANE}-plane falls. All are logarithms and divided by their "
        "standard deviation over layers, trainings and seeds: the slope over the layers has to be "
        f"below 0 by {LEAST_SLOPE:g} a layer, and as far below that of the same network untrained, "
        "and of the same network trained on shuffled labels, seed by seed. Like a curvature flow, a "
        "fourth definition: over the edges of the graph, Forman's curvature (triangles filled) and "
        "the logarithm of the stretch into the next layer are correlated negatively, by "
        f"{LEAST_CORRELATION:g} in the mean over layers, against 0 and both controls (after Baptista "
        "et al., 2024). Shown without a vote: the dimension from 10 neighbours, the accuracy of a "
        "linear probe (which separates and does not flatten), and random unitaries, which preserve "
        "all distances and flatten nothing. Registered images of the template side are not measured."
    ),
    statistic=(
        "slope over layers in sd a layer, mean correlation: against 0 and two controls, BCa over seeds, "
        "one-sided sign-flip p"
    ),
    null="no slope, or that of the controls",
    smallest_effect=LEAST_SLOPE,
    experiment=Repeated(repeat, conclude),
    seeds_quick=2,
    seeds_full=10,
)

CLAIMS = (C10,)
