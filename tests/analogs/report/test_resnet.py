"""The figures about residual networks show the numbers of their tables."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Setting
from analogs.mirrors.resnet.claims import R1, R2, R9
from analogs.mirrors.resnet.reparametrise import ALONE, FLOW, STEADY
from analogs.mirrors.resnet.segments import COMPARED, NONLINEAR, PENALISED, TRAINED
from analogs.mirrors.resnet.sgd import ARMS
from analogs.mirrors.resnet.steps import FAMILIES
from analogs.report.resnet import draw_dimensions, draw_paces, draw_segments
from tests.analogs.report.looks import check_looks


def segment_tables() -> dict[str, list[dict]]:
    settings = [PENALISED.format(4.0), TRAINED.format(ARMS[0].name)]
    lengths = [
        {"setting": name, "layers": depth, "length": 2 + 4 / depth + e, "distance": 2.0}
        for name in settings
        for depth in (4, 8, 16)
        for e in (-0.1, 0.0, 0.3)
    ]
    steps = [
        {
            "setting": NONLINEAR.format(family.name),
            "network": kind,
            "segments": count,
            "mean_step": 2.0 / count,
            "untrained_step": 1.0 if family is FAMILIES[0] else 0.0,
            "variation": 0.1 if kind == "residual" else 0.4,
        }
        for family in FAMILIES
        for kind, count in (("residual", 2), ("residual", COMPARED), ("plain", COMPARED))
    ]
    return {"lengths": lengths, "steps": steps}


def pace_tables(definition: str) -> dict[str, list[dict]]:
    spaces = (("network", "GL+(3), cost 4"), ("quantum", "SU(4), cost 4"))
    changes = [
        {"side": side, "setting": definition.format(space)}
        | {"image": image, "energy": 1.2, "predicted": 1.2}
        for side, space in spaces
        for image in (1e-10, 1e-9)
    ]
    return {"changes": changes}


def test_figures_have_the_looks_of_all():
    check_looks(draw_segments(R1, segment_tables()))
    check_looks(draw_dimensions(R2, R2.experiment(Setting(True, (0,))).tables))
    check_looks(draw_paces(R9, pace_tables(STEADY)))


def test_segments_show_law_steps_and_evenness():
    law, steps, even = draw_segments(R1, segment_tables()).axes
    for line in law.lines[:2]:
        np.testing.assert_allclose(line.get_ydata(), [0.5, 0.25, 0.125])  # medians
    assert [line.get_label() for line in law.lines[:2]] == ["least energy, cost 4", ARMS[0].name]
    trained, untrained, second = steps.lines[:3]
    np.testing.assert_allclose(trained.get_ydata(), [1.0, 0.25])
    np.testing.assert_allclose(untrained.get_ydata(), 1.0)
    np.testing.assert_allclose(second.get_ydata(), [1.0, 0.25])
    ticks = [text.get_text() for text in even.get_xticklabels()]
    norms = [f"{kind}\n{norm} norm" for norm in ("batch", "no") for kind in ("residual", "plain")]
    assert ticks == norms
    np.testing.assert_allclose([line.get_ydata()[0] for line in even.lines[::2]], [0.1, 0.4] * 2)


def test_dimensions_lie_on_the_diagonal():
    left, right = draw_dimensions(R2, R2.experiment(Setting(True, (0,))).tables).axes
    for line in left.lines[1:]:
        np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())
    assert len(right.lines[0].get_xdata()) == 3


@pytest.mark.parametrize("definition", [STEADY, FLOW, ALONE])
def test_paces_have_a_row_a_setting(definition: str):
    left, right = draw_paces(R9, pace_tables(definition)).axes
    words = {STEADY: "no turning", FLOW: "turning flow", ALONE: "amplitudes alone"}[definition]
    labels = [text.get_text() for text in left.get_yticklabels()]
    assert labels == [f"quantum: SU(4), {words}", f"network: GL+(3), {words}"]
    np.testing.assert_allclose(left.lines[0].get_xdata(), [1e-10, 1e-9])
    np.testing.assert_allclose(right.lines[0].get_xdata(), [1.2, 1.2])
