"""The figures about MERA show the numbers of their tables."""

from __future__ import annotations

import math

import numpy as np

from analogs.mirrors.mera.claims import M1, M3
from analogs.report.mera import draw_hyperbolicity, draw_renormalisation
from tests.analogs.report.looks import check_looks
from tests.analogs.report.synthetic_structures import graphs, renormalisation


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_hyperbolicity(M1, graphs()))
    check_looks(draw_renormalisation(M3, renormalisation()))


def test_a_line_for_each_family_of_graphs() -> None:
    (axes,) = draw_hyperbolicity(M1, graphs()).axes
    assert [line.get_label() for line in axes.lines] == ["ring", "tree"]  # circuits first
    ring, tree = (line.get_ydata().tolist() for line in axes.lines)
    assert (ring, tree) == ([2.0, 4.0, 8.0], [2.0, 2.0, 2.0])


def test_energies_are_medians_by_layout() -> None:
    energies, entropies, levels = draw_renormalisation(M3, renormalisation()).axes
    assert len(energies.lines) == 3
    for k, line in enumerate(energies.lines):
        np.testing.assert_allclose(line.get_ydata(), 1e-5 * 10**k * np.array([8, 16]))
    assert energies.get_yscale() == "log"
    exact, mera, bound = (line.get_ydata() for line in entropies.lines)
    np.testing.assert_allclose(exact, 0.6 / math.log(2))
    np.testing.assert_allclose(mera, 0.5 / math.log(2))
    np.testing.assert_allclose(bound, [1.5, 2.5])
    marks = [line for line in levels.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(marks[1].get_ydata(), [0.145, 0.155, 0.165])
    assert len(levels.get_xticklabels()) == 4
