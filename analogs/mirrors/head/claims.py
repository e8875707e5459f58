"""The claim that the fully connected network of a CNN only clusters, and can be omitted."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.head.experiment import MARGIN, conclude, repeat

C6 = Claim(
    id="C6",
    title="The fully connected network after the convolutions can be omitted",
    quote=(
        "Also we know with the increase of the kernel number and depth, the FC part can be omitted. "
        "In another word, the convolutional network before the FC network in fact has already "
        "achieved an over classification of the objects, the FC network only achieve a clustering of "
        "the information."
    ),
    source="P1 IIIA",
    kind="structure",
    definition=(
        "Convolutions 3 x 3, ReLU and max pooling, 8, 16 and 32 channels, until the side is 2 (or "
        "odd), then one hidden layer of 32 ReLU units and a linear layer, trained together by Adam until "
        "they fit (30 epochs); "
        "digits 8 x 8 (1200 training images) and procedural shapes 16 x 16 (1000), or a user's "
        "images in place of both. The convolutions are frozen, and the fully connected network is "
        "replaced by what is fitted to their output on the same training images. Three definitions, "
        "each of which must hold on all data: a linear layer on all features; the nearest class "
        "mean, a clustering; a linear layer on the average of each channel over all places (both "
        "linear layers by penalised logistic regression, to convergence). Can be "
        "omitted: the test accuracy lost is at most 0.02 (the one side of the two one-sided tests "
        "that the claim needs: a head that does better will also do). Shown without a vote: the same "
        "heads on the convolutions before training, and on the pixels."
    ),
    statistic="mean over seeds of the accuracy lost, 90 % interval of two one-sided t tests",
    null="the accuracy lost is more than 0.02",
    smallest_effect=MARGIN,
    experiment=Repeated(repeat, conclude),
    seeds_quick=2,
    seeds_full=10,
    takes_data=True,
)

CLAIMS = (C6,)
