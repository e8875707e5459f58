"""Which figure belongs to which claim; those of claims on networks are in `network_figures`."""

from __future__ import annotations

from collections.abc import Mapping

from analogs.report.circuits import draw_gate_counts, draw_starts_of_fits
from analogs.report.complexity import draw_counts, draw_lengths
from analogs.report.curvature import (
    draw_bridge,
    draw_kernel_sizes,
    draw_shares_by_group,
    draw_shares_by_law,
)
from analogs.report.diameter import draw_diameters
from analogs.report.drawing import Drawing
from analogs.report.geometry import draw_coupled, draw_fisher, draw_fluids
from analogs.report.minimality import draw_ancilla, draw_minimality, draw_words
from analogs.report.network_figures import NETWORK_DRAWINGS
from analogs.report.shooting import draw_shots, draw_starts

DRAWINGS: Mapping[str, Drawing] = {
    **NETWORK_DRAWINGS,
    "EM1": Drawing(
        draw_bridge,
        "Left: sectional curvature of the same planes, computed in SU(2^n) and in SO(2n); on the "
        "dashed line they agree. Right: their difference, and the rounding of the largest value.",
    ),
    "Q7": Drawing(
        draw_shares_by_law,
        "Share of planes of negative curvature against the cost q of non-local directions, one "
        "panel a law of the planes. Bars: Wilson's 95 % interval; grey line: the share claimed.",
        beside="C7",
    ),
    "C7": Drawing(
        draw_shares_by_group,
        "The same shares, one panel a group. Bars: Wilson's 95 % interval; grey line: the share "
        "claimed.",
        beside="Q7",
    ),
    "C8": Drawing(
        draw_kernel_sizes,
        "Curvature against the radius of the cheap directions, each line divided by its largest "
        "absolute value; the claim wants lines that fall all the way. Paler lines: smaller q.",
    ),
    "T1": Drawing(
        draw_fluids,
        "Planes of ideal fluids on the torus and of Zeitlin's su(N), with the largest component of "
        "their waves; law of the planes: spanned by two single waves, or uniform in the kinetic "
        "energy or the stream function. Left: shares of planes with K < 0, flat, and K > 0, with "
        "Wilson's 95 % interval of the first (none where all planes are counted). Right: median "
        "and middle 80 % of the curvature.",
    ),
    "S4": Drawing(
        draw_coupled,
        "Planes within a subsystem, and mixed planes with one vector in each of two: SO(4) and "
        "GL(3) side by side, and linear maps with translations. Left: shares of planes with K < 0, "
        "flat, and K > 0, with Wilson's 95 % interval of the first. Right: median and middle 80 % "
        "of the curvature.",
    ),
    "A2": Drawing(
        draw_fisher,
        "Families of known curvature above, networks below; law of the planes: uniform in the "
        "metric or in the parameters, or spanned by two parameters. Left: shares of planes with "
        "K < 0, of planes whose sign is lost in rounding (flat), and with K > 0; the interval's "
        "upper end counts flat planes as negative. Right: median and middle 80 % of the "
        "curvature, rounding included.",
    ),
    "EM2": Drawing(
        draw_lengths,
        "Medians over seeds against the number of layers. Left: length of the shortest network over "
        "the geodesic distance; thin lines: the constant path |log U|. Middle: the relative "
        "difference from one. Right: how much the norms of the layers vary.",
    ),
    "C2": Drawing(
        draw_counts,
        "Length of the path against the count of operations. Left: circuits, with the bracket of "
        "the distance of their product. Right: trained convolutional networks, four lengths, each "
        "over its median.",
    ),
    "C12": Drawing(
        draw_diameters,
        "Bracket of the diameter, from a lower to an upper bound, with the geometric mean: a length "
        "(trace over the size) or, for reversible networks, a number of gates. Each family has its "
        "own size of the input; a straight line is exponential growth.",
    ),
    "Q6": Drawing(
        draw_shots,
        "Steps of one shot against the mean sectional curvature of the planes that hold the velocity, "
        "averaged over the path to the target; one mark a problem, one panel a family. Marks: width "
        "of the kernel (landmarks) or cost q (groups).",
    ),
    "Q8": Drawing(
        draw_starts,
        "The links of the claim. Left: growth of Jacobi fields against the mean curvature, one mark "
        "a problem. Middle: share of random starts that arrive, averaged over groups of problems of "
        "similar growth. Right: the same share against the cost q, or the width s of the kernel.",
    ),
    "Q3": Drawing(
        draw_gate_counts,
        "Left and middle: fewest gates found (on two qubits, or rotations of two neighbours) against "
        "the length of the geodesic, medians over seeds; filled marks: error 0.1, empty ones: 0.01. "
        "Right: exponents with their 95 % intervals, at both ends of the bracket of the distance.",
    ),
    "EM12": Drawing(
        draw_starts_of_fits,
        "Circuits with the same layout, fitted by the same steps from four starts. Left: error after "
        "the fit, one empty mark a target, filled at the median. Right: mean difference of the "
        "geodesic's circuit from the others, with its 95 % interval; to the left it is better.",
    ),
    "Q2": Drawing(
        draw_minimality,
        "First: shot paths satisfy the equation. Second: lines that satisfy it, over the distance of "
        "their end (SU(8), Toffoli: over the shortest geodesic found); SU(2) and SO(3) coincide. "
        "Below: share of random solutions that no path found beats, by their length, with Wilson's "
        "95 % interval; typical is the median distance of random elements.",
    ),
    "Q4": Drawing(
        draw_words,
        "Certified lower bound of the distance of a product over the sum of the lengths of its "
        "steps, against their number, medians; nothing may lie above the dotted line. Crosses: the "
        "shortest geodesic found, where one was looked for.",
    ),
    "O1": Drawing(
        draw_ancilla,
        "First: the same element in a group and in a larger one that holds it, one mark an element; "
        "left of 1 the larger group is shorter. Others: networks by width, medians and seeds.",
    ),
}
