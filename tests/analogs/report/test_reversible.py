"""The figures about reversible networks show the numbers of their tables."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analogs.evidence.claim import Row
from analogs.mirrors.difficulty.claims import C14
from analogs.mirrors.reversible.claims import C1, EM4, Q5
from analogs.report.reversible import (
    brackets,
    draw_correspondence,
    draw_gate_distance,
    draw_hints,
    draw_small_subset,
)
from tests.analogs.report.looks import check_looks

RANDOM: list[Row] = [
    {
        "side": side,
        "group": f"{group}, q = 16",
        "unpenalised": 1.0,
        "lower": 1.0 + k,
        "upper": 2.0 + k,
    }
    for side, group in (("network", "SO(4)"), ("quantum", "U(4)"))
    for k in range(3)
]
SHARES: list[Row] = [
    {"side": side, "family": f"{name}, gates", "size": n, "gates": n**3, "log10_share": share * n}
    for side, name, share in (("network", "maps on bits", -100.0), ("quantum", "unitaries", 0.0))
    for n in (2, 3, 4)
]
LENGTHS: list[Row] = [
    {"library": name, "length": k, "count": 10**k}
    for name in ("all gates", "affine")
    for k in range(3)
]
MAPS: list[Row] = [
    {"length": n, "lower": 1.0, "upper": 1.0 + n, "lower_bound": 0.5 * n, "terms": 2 * n + k}
    for k in range(3)
    for n in (1, 2, 3)
]
SUBSET = {"shares": SHARES, "lengths": LENGTHS, "random": RANDOM}
IDENTITIES: dict[str, list[Row]] = {
    "convolutions": [
        {"n_qubits": 2, "adjoint_error": 1e-15, "length_error": 0.0, "wrong_error": 1.0}
    ],
    "couplings": [{"bits": 3, "circuit_error": 0.0}],
    "losses": [
        {"stage": "CONV", "kept": 1.0},
        {"stage": "CONV-ReLU", "kept": 0.5},
        {"stage": "CONV-ReLU", "kept": 0.6},
    ],
}


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_correspondence(C1, IDENTITIES))
    check_looks(draw_hints(C14, {"maps": MAPS}))
    check_looks(draw_small_subset(Q5, SUBSET))
    check_looks(draw_gate_distance(EM4, {"maps": MAPS}))


def test_shares_and_lengths_and_random_elements() -> None:
    figure = draw_small_subset(Q5, SUBSET)
    shares, lengths, random = figure.axes
    assert [line.get_label() for line in shares.lines] == ["unitaries", "maps on bits", "1 %"]
    np.testing.assert_allclose(shares.lines[1].get_ydata(), [-200.0, -300.0, -400.0])
    np.testing.assert_allclose(shares.lines[2].get_ydata(), [-2.0, -2.0])
    assert shares.get_ylim()[0] < -400.0
    np.testing.assert_allclose(lengths.lines[0].get_ydata(), [1, 10, 100])
    assert [tick.get_text() for tick in random.get_yticklabels()] == ["U(4)", "SO(4)"]


def test_brackets_run_from_the_lower_to_the_upper_end() -> None:
    axes = brackets(Figure().subplots(), RANDOM)
    segments = axes.collections[0].get_segments()
    assert [segment[:, 0].tolist() for segment in segments] == [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]]
    assert len({segment[0, 1] for segment in segments}) == 3


def test_the_distance_stands_over_its_number_of_gates() -> None:
    [axes] = draw_gate_distance(EM4, {"maps": MAPS}).axes
    upper, lower = axes.lines
    np.testing.assert_allclose(upper.get_ydata(), np.repeat([2.0, 3.0, 4.0], 3))
    np.testing.assert_allclose(np.round(upper.get_xdata()), np.repeat([1, 2, 3], 3))
    np.testing.assert_allclose(lower.get_ydata(), np.ones(9))


def test_hints_are_medians() -> None:
    quantum, network = draw_hints(C14, {"maps": MAPS}).axes
    np.testing.assert_allclose(quantum.lines[0].get_ydata(), [0.5, 1.0, 1.5])
    np.testing.assert_allclose(network.lines[0].get_ydata(), [3, 5, 7])


def test_errors_that_vanish_are_drawn_at_the_floor() -> None:
    errors, ranks = draw_correspondence(C1, IDENTITIES).axes
    values = {line.get_label(): float(line.get_ydata()[0]) for line in errors.lines}
    assert values["length of the circuit"] == values["couplings as products of gates"] > 0
    assert values["tolerance"] == C1.smallest_effect
    assert [tick.get_text() for tick in ranks.get_yticklabels()] == ["CONV", "CONV-ReLU"]
    np.testing.assert_allclose(ranks.lines[1].get_xdata(), [0.5, 0.6])
