"""Formulas of plain text as HTML."""

from __future__ import annotations

import pytest

from analogs.report.typesetting import typeset


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("tr/2^n", "tr/2<sup>n</sup>"),
        ("O(n^6 d^3)", "O(n<sup>6</sup> d<sup>3</sup>)"),
        ("SU(2^n), n = 3", "SU(2<sup>n</sup>), n = 3"),
        ("10^{-12}", "10<sup>-12</sup>"),
        ("|A|_U^2 = |A|_F^2 / 8", "|A|<sub>U</sub><sup>2</sup> = |A|<sub>F</sub><sup>2</sup> / 8"),
        ("sum_l |x_l|", "sum<sub>l</sub> |x<sub>l</sub>|"),
        ("ad*_x(A x)", "ad*<sub>x</sub>(A x)"),
        ("$U_{ResNet}(t)$", "U<sub>ResNet</sub>(t)"),
        ("weight <= 2, q >= 1, 0 +- 0.1", "weight ≤ 2, q ≥ 1, 0 ± 0.1"),
        ("K < 0 & K > 1", "K &lt; 0 &amp; K &gt; 1"),
        ("macs_counted, spectral_length", "macs_counted, spectral_length"),
        ("<b>x_1</b>", "&lt;b&gt;x<sub>1</sub>&lt;/b&gt;"),
        ("'quoted'", "&#39;quoted&#39;"),
    ],
)
def test_typeset(text, page):
    assert typeset(text) == page
