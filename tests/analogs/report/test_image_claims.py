"""The figures of C13, C11 and C6 show the numbers of their tables."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from analogs.mirrors.head.claims import C6
from analogs.mirrors.permutation.claims import C13
from analogs.mirrors.pooling.claims import C11
from analogs.report.categories import name_categories, spread_marks
from analogs.report.head import draw_heads
from analogs.report.permutation import draw_permuted
from analogs.report.pooling import draw_sensitivities
from tests.analogs.report.looks import check_looks

SEEDS = (0, 1, 2)
SETS = ("CNN", "DeepSets")
ORDERS = ("none", "one for all images", "one for each image")
ARMS = ("max", "none")
HEADS = ("fully connected network", "nearest class mean")
PERMUTED = {
    "accuracies": [
        {
            "seed": seed,
            "network": network,
            "size": size,
            "block": block,
            "order": name,
            "accuracy": 0.1 * place + 0.01 * seed + 0.2 * (network == "CNN"),
        }
        for seed in SEEDS
        for size in (100, 300)
        for network in SETS
        for block in (2, 4)
        for place, name in enumerate(ORDERS)
    ]
}
POOLED = {
    "sensitivities": [
        {
            "seed": seed,
            "arm": arm,
            "stage": stage,
            "sensitivity": 0.1 + 0.1 * seed + 0.2 * (arm == "none"),
            "accuracy": 0.9 if stage == "after training" else 0.1,
        }
        for seed in SEEDS
        for arm in ARMS
        for stage in ("at the start", "after training")
    ],
    "images": [{"seed": seed, "sensitivity": 0.5 + 0.1 * seed} for seed in SEEDS],
}
HEADED = {
    "accuracies": [
        {
            "seed": seed,
            "data": data,
            "features": features,
            "head": head,
            "accuracy": 0.9 + 0.01 * seed - 0.3 * (features == "pixels") - 0.1 * (data == "shapes"),
        }
        for seed in SEEDS
        for data in ("digits", "shapes")
        for features in ("trained convolutions", "pixels")
        for head in HEADS
        if head != HEADS[0] or features == "trained convolutions"
    ]
}


def legend(figure):
    return [text.get_text() for found in figure.legends for text in found.get_texts()]


def marks(axes):
    """Places and heights of the marks of each series, bars left out."""
    return [container[0].get_xydata() for container in axes.containers]


def ticks(axis):
    return [text.get_text() for text in axis.get_ticklabels()]


def test_figures_have_the_looks_of_all():
    check_looks(draw_permuted(C13, PERMUTED))
    check_looks(draw_sensitivities(C11, POOLED))
    check_looks(draw_heads(C6, HEADED))


def test_marks_are_means_with_bars_from_least_to_largest():
    axes = Figure().subplots()
    values = [np.array([0.0, 1.0, 5.0]), np.array([2.0, 2.0, 2.0])]
    spread_marks(axes, values, 0.25, label="a")
    np.testing.assert_allclose(marks(axes)[0], [[0.25, 2.0], [1.25, 2.0]])
    bars = axes.containers[0][2][0].get_segments()
    np.testing.assert_allclose(bars[0], [[0.25, 0.0], [0.25, 5.0]])
    across = Figure().subplots()
    spread_marks(across, values, -0.25, upright=False)
    np.testing.assert_allclose(marks(across)[0], [[2.0, -0.25], [2.0, 0.75]])


def test_categories_along_the_height_start_at_the_top():
    axes = name_categories(Figure().subplots(), ["a", "b"], upright=False)
    assert ticks(axes.yaxis) == ["a", "b"]
    assert axes.get_ylim() == (1.5, -0.5)


def test_permuted_images_have_a_panel_a_size_and_block():
    figure = draw_permuted(C13, PERMUTED)
    assert [axes.get_title() for axes in figure.axes] == [
        f"{size} images, blocks of {block} x {block}" for block in (2, 4) for size in (100, 300)
    ]
    assert legend(figure) == list(SETS)
    found = marks(figure.axes[0])
    np.testing.assert_allclose(found[0][:, 1], [0.21, 0.31, 0.41])
    np.testing.assert_allclose(found[1][:, 1], [0.01, 0.11, 0.21])
    assert ticks(figure.axes[0].xaxis) == ["none", "one for all", "one for each"]


def test_sensitivities_at_both_stages_beside_the_accuracy():
    figure = draw_sensitivities(C11, POOLED)
    left, right = figure.axes
    assert sorted(legend(figure)) == ["after training", "at the start", "the images themselves"]
    np.testing.assert_allclose(marks(left)[0][:, 0], [0.2, 0.4])
    np.testing.assert_allclose([line[:, 0] for line in marks(right)], [[0.1, 0.1], [0.9, 0.9]])
    assert ticks(left.yaxis) == list(ARMS)
    assert any(line.get_xdata()[0] == pytest.approx(0.6) for line in left.lines)


def test_heads_by_features_with_the_margin_below_the_full_network():
    figure = draw_heads(C6, HEADED)
    assert [axes.get_title() for axes in figure.axes] == ["digits", "shapes"]
    assert legend(figure) == ["trained convolutions", "pixels"]
    first, second, third = marks(figure.axes[0])
    np.testing.assert_allclose([first[0, 0], second[0, 0], third[0, 0]], [0.91, 0.91, 0.61])
    assert figure.axes[0].patches[0].get_x() == pytest.approx(0.91 - 0.02)
    assert figure.axes[1].patches[0].get_x() == pytest.approx(0.81 - 0.02)
    assert ticks(figure.axes[0].yaxis) == ["fully connected\nnetwork", "nearest\nclass mean"]
