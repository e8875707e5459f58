"""The figures of the claims on convolutional, residual and recursive networks, and on MERA."""

from __future__ import annotations

from collections.abc import Mapping

from analogs.report.depth import draw_gates, draw_orders, draw_strength, draw_too_deep
from analogs.report.drawing import Drawing
from analogs.report.shortcut import draw_compensation, draw_shortcuts

NETWORK_DRAWINGS: Mapping[str, Drawing] = {
    "C16": Drawing(
        draw_too_deep,
        "Above: training accuracy by depth, means over seeds (dots: seeds); crosses: plain networks "
        "at a quarter and four times the rate. Below: log2 variance of a gradient of random "
        "circuits, and share of the way that a matching in L steps reaches.",
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
}
