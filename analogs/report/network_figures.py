"""The figures of the claims on convolutional, residual and recursive networks, and on MERA."""

from __future__ import annotations

from collections.abc import Mapping

from analogs.report.activation import draw_activations
from analogs.report.depth import draw_gates, draw_orders, draw_strength, draw_too_deep
from analogs.report.drawing import Drawing
from analogs.report.expressivity import draw_curvature_growth, draw_depth
from analogs.report.flattening import draw_flattening
from analogs.report.head import draw_heads
from analogs.report.mera import draw_hyperbolicity, draw_renormalisation
from analogs.report.permutation import draw_permuted
from analogs.report.pooling import draw_sensitivities
from analogs.report.pullback import draw_changes, draw_orderings
from analogs.report.reachability import draw_optimum, draw_reach
from analogs.report.recursive import draw_joint, draw_locality, draw_tied
from analogs.report.resnet import draw_dimensions, draw_paces, draw_segments
from analogs.report.reversible import (
    draw_correspondence,
    draw_gate_distance,
    draw_hints,
    draw_small_subset,
)
from analogs.report.shortcut import draw_compensation, draw_shortcuts
from analogs.report.smoothness import draw_smoothness
from analogs.report.structure_search import draw_competition, draw_search

_DELTA = (
    "Gromov's delta against the diameter; a family whose delta stays bounded is negatively curved "
    "in the large."
)

NETWORK_DRAWINGS: Mapping[str, Drawing] = {
    "C1": Drawing(
        draw_correspondence,
        "Left: errors of the identities against the tolerance; zeros are drawn at 1e-17. Right: rank "
        "that each stage of a CONV-ReLU-Pooling layer keeps.",
    ),
    "C3": Drawing(
        draw_orderings,
        "Each mark is a network, ranked by its length in the metric that changes by layer and in one "
        "metric. On the line the two orders agree.",
    ),
    "C4": Drawing(
        draw_changes,
        "Left: how far the pulled-back metric is from the old one, dashed the threshold. Right: the "
        "share of directions that a unit sends to zero.",
    ),
    "C5": Drawing(
        draw_depth,
        "Total curvature, linear pieces and distance against depth, means over seeds. Right: filled "
        "marks, equal layers, lie on L eps; empty ones, random layers, fall below it.",
    ),
    "C6": Drawing(
        draw_heads,
        "Test accuracy of each head on three kinds of features, a panel a data set; bars: least to "
        "largest over seeds. Shaded: at most 0.02 below the fully connected network.",
    ),
    "C9": Drawing(
        draw_activations,
        "(a) to (d): one mark a seed, bar the median. Last two panels: the paper's chain wants marks "
        "that fall from left to right.",
    ),
    "C10": Drawing(
        draw_flattening,
        "Measures of how curved the data are in each layer (0 is the input), mean and standard "
        "deviation over seeds; the claim wants the trained line to fall below both controls. Right: "
        "the correlation of curvature and stretch, below 0 for a curvature flow.",
    ),
    "C11": Drawing(
        draw_sensitivities,
        "Left: change of the scores under a small smooth deformation, over the change to another "
        "image; right: test accuracy; empty marks at the start, filled after training. Grey line: "
        "the same ratio for the pixels themselves; bars: least to largest over seeds.",
    ),
    "C13": Drawing(
        draw_permuted,
        "Test accuracy against the order of the blocks; one panel a number of training images and "
        "size of block. Marks: mean over seeds; bars: from the least to the largest.",
    ),
    "C14": Drawing(
        draw_hints,
        "Two hints that need no search against the exact number of gates: median and middle 80 %.",
    ),
    "C15": Drawing(
        draw_reach,
        "Left: least distance left after L layers of at most eps, on the line that is claimed. Right: "
        "test accuracy on two spirals against L eps, one mark a network; dotted: what no such network "
        "can exceed; dashed: one wide layer without a bound.",
    ),
    "C17": Drawing(
        draw_optimum,
        "Test error against the length over the distance, geometric means over seeds; the grey band "
        'is "just above".',
    ),
    "C18": Drawing(
        draw_search,
        "Cost against error on the three sides, first seed: efficient structures, and those that "
        "minimise a weighted sum (convex on a linear axis; the first axis is logarithmic). Last: "
        "regret of both searches by the number of trainings.",
    ),
    "C19": Drawing(
        draw_curvature_growth,
        "Total curvature of a circle and curvature per unit length by layer (marks: geometric mean "
        "over networks; lines: theory). Right: critical weight scales, chaos above; coloured marks "
        "are the networks measured; dotted: the variance does not rest there for some bias.",
    ),
    "Q5": Drawing(
        draw_small_subset,
        "Left: upper bound of the share that n^3 gates reach. Middle: exact word lengths on three "
        "bits. Right: distances of Haar-random elements, lower to upper end.",
    ),
    "EM4": Drawing(
        draw_gate_distance,
        "Bracket of the distance in U(8) of maps of three bits against the exact number of gates.",
    ),
    "C16": Drawing(
        draw_too_deep,
        "Above: training accuracy by depth, means over seeds (dots: seeds); crosses: plain networks "
        "at a quarter and four times the rate. Below: log2 variance of a gradient of random "
        "circuits, and share of the way that a matching in L steps reaches.",
    ),
    "F6": Drawing(
        draw_competition,
        "Cost against error on the three sides, first seed; marks between the ends of the solid line "
        "are compromises that some weight prefers.",
    ),
    "L1": Drawing(
        draw_tied,
        "Left: residual of one repeated layer, one mark a target; different layers reach all of them. "
        "Right: share of random matrices with a real logarithm, Wilson's 95 % interval.",
    ),
    "L2": Drawing(
        draw_joint,
        "Steps to a loss of 0.5 and test accuracy, one empty mark a network, filled at the mean; up "
        "and to the left is better.",
    ),
    "L3": Drawing(
        draw_locality,
        "Share of the energy in non-local directions, of three curves to the same target, one line a "
        "target.",
    ),
    "M1": Drawing(draw_hyperbolicity, _DELTA, beside="M2"),
    "M2": Drawing(draw_hyperbolicity, _DELTA, beside="M1"),
    "M3": Drawing(
        draw_renormalisation,
        "Left: relative error of the energy by layout, medians over starts (1e-12 is exact). Middle: "
        "entropy of blocks below the minimal cut. Right: scaling dimensions of MERA and of the exact "
        "ring beside the field theory.",
    ),
    "R1": Drawing(
        draw_segments,
        "Left: relative difference of length and distance by depth, medians; dotted: 1/L. Middle: "
        "mean relative step of the features. Right: how unevenly the steps are spread, with and "
        "without shortcuts.",
    ),
    "R2": Drawing(
        draw_dimensions,
        "Left: dimensions as ranks; on the dashed line they agree. Right: upper bound of the share of "
        "the volume near the identity.",
    ),
    "R3": Drawing(
        draw_compensation,
        "Above, one row a normalisation: size of F by the distance of the shortcut from the "
        "identity, and training loss by the size of F, one mark a network. Below: what is still "
        "needed after a drift h on SU(4) and SU(8); on the line, all of it.",
    ),
    "R4": Drawing(
        draw_shortcuts,
        "Training loss by the distance of the shortcut from the identity, one mark a network.",
    ),
    "R5": Drawing(
        draw_orders,
        "Test accuracy by depth with the activation before or after the addition; the claim wants "
        "lines that part to the right.",
    ),
    "R6": Drawing(
        draw_gates,
        "Test accuracy by depth; the residual network of 12 channels has the width of the highway "
        "network, that of 17 channels its number of weights.",
    ),
    "R7": Drawing(
        draw_strength,
        "Test accuracy by activation; empty marks: seeds, filled: means.",
    ),
    "R8": Drawing(
        draw_smoothness,
        "Above: local curvature along the trained networks, one line a seed. Below: its total "
        "variation; lower is smoother.",
    ),
    "R9": Drawing(
        draw_paces,
        "Left: distance of the curve at another pace from the old one. Right: its energy over the "
        "old, with the value predicted (crosses).",
    ),
}
