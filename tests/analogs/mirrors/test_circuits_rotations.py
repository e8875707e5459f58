"""Networks of Givens rotations against products of explicit rotations, and their order of convergence."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from analogs.mirrors.circuits.rotations import (
    RotationNetwork,
    fewest_rotations,
    neighbour_layers,
    neighbours_only,
    rotation_network,
    rotation_path,
)
from qgeom.circuits.gates import operator_error
from qgeom.circuits.nielsen.fewest import Recipe
from qgeom.circuits.nielsen.slicing import exponents
from qgeom.geodesic.flow import shoot
from tests.closeness import assert_close

ROUNDING = 1e-12
# Of the geodesics.
FLOW = 1e-9
# What the slope between two step numbers may miss the order by.
ORDER_TOLERANCE = 0.15


def givens(size: int, i: int, angle: float) -> np.ndarray:
    """exp of ``angle (E_{i,i+1} - E_{i+1,i})``."""
    matrix = np.eye(size)
    c, s = np.cos(angle), np.sin(angle)
    matrix[i : i + 2, i : i + 2] = [[c, s], [-s, c]]
    return matrix


def geodesic(features: int, length: float, seed: int = 0):
    metric = neighbours_only(features)
    momentum = np.random.default_rng([5, seed]).normal(size=metric.dim)
    return shoot(metric, momentum=length * momentum / metric.norm(metric.raise_(momentum)))


@pytest.mark.parametrize("features", [3, 4, 5, 8])
def test_layers_hold_each_neighbour_once_and_nothing_else(features: int) -> None:
    metric = neighbours_only(features)
    masks = neighbour_layers(metric)
    assert masks.sum(axis=0).tolist() == (metric.algebra.distance == 1).astype(int).tolist()
    for mask in masks:
        pairs = [
            tuple(map(int, label.split(",")))
            for label in itertools.compress(metric.algebra.labels, mask)
        ]
        touched = [feature for pair in pairs for feature in pair]
        assert len(set(touched)) == len(touched)
        assert all(j == i + 1 for i, j in pairs)
    assert masks[0].sum() <= masks[1].sum()


def test_a_network_is_the_product_of_its_rotations() -> None:
    metric = neighbours_only(5)
    angles = np.random.default_rng(0).normal(size=(3, metric.dim))
    masks = neighbour_layers(metric)
    network = RotationNetwork(metric, angles * masks[[0, 1, 0]])
    expected = np.eye(5)
    rotations = 0
    for layer in network.angles:
        for i in range(4):
            place = metric.algebra.labels.index(f"{i},{i + 1}")
            expected = givens(5, i, layer[place]) @ expected
            rotations += layer[place] != 0
    assert_close(network.matrix, expected, ROUNDING)
    assert (network.gates, network.layers) == (rotations, 3)


@pytest.mark.parametrize(("features", "pairs"), [(6, (2, 3)), (5, (2, 2)), (10, (4, 5))])
@pytest.mark.parametrize("slices", [1, 3])
def test_counts_of_the_strang_network(features: int, pairs: tuple[int, int], slices: int) -> None:
    network = rotation_network(rotation_path(geodesic(features, 1.0)), Recipe("mean", 2, slices, 1))
    assert network.layers == 2 * slices + 1
    assert network.gates == (slices + 1) * pairs[0] + slices * pairs[1]


@pytest.mark.parametrize(
    ("integrator", "order", "expected"), [("mean", 1, 1), ("mean", 2, 2), ("cf4", 4, 4)]
)
def test_order_of_convergence(integrator: str, order: int, expected: int) -> None:
    curve = geodesic(6, 1.0)
    path = rotation_path(curve)
    errors = [
        operator_error(
            curve.endpoint, rotation_network(path, Recipe(integrator, order, s, 1)).matrix
        )
        for s in (8, 16)
    ]
    assert abs(np.log2(errors[0] / errors[1]) - expected) < ORDER_TOLERANCE


def test_steps_within_slices_are_shorter_turns() -> None:
    metric = neighbours_only(4)
    straight = np.zeros(metric.dim)
    straight[metric.algebra.distance == 1] = 0.7, -0.4, 0.9
    path = rotation_path(shoot(metric, straight))
    # A constant generator: slices and steps are the same.
    sliced, stepped = (rotation_network(path, Recipe("mean", 2, *own)) for own in ((3, 1), (1, 3)))
    assert_close(sliced.angles, stepped.angles, FLOW)


def test_panels_resolve_a_generator_that_turns_fast() -> None:
    metric = neighbours_only(6)
    momentum = np.random.default_rng(9).normal(size=metric.dim)
    path = rotation_path(
        shoot(metric, momentum=np.where(metric.algebra.distance > 1, 5.0, 1.0) * momentum)
    )
    exact = exponents(dataclasses.replace(path, panels=8 * path.panels), 1)
    assert_close(exponents(path, 1), exact, FLOW)
    coarse = exponents(dataclasses.replace(path, panels=1), 1)
    assert np.abs(coarse - exact).max() > 1e3 * FLOW  # negative control


@pytest.mark.parametrize("error", [0.1, 1e-2])
def test_fewest_rotations_reach_the_error_and_no_smaller_network_of_the_kind_does(
    error: float,
) -> None:
    curve = geodesic(6, 1.5)
    path = rotation_path(curve)
    found = fewest_rotations(curve, error)
    assert operator_error(curve.endpoint, found.matrix) <= error
    recipes = (
        Recipe(integrator, order, slices, 1)
        for integrator, order, slices in itertools.product(("mean", "cf4"), (1, 2, 4), range(1, 13))
    )
    networks = [rotation_network(path, recipe) for recipe in recipes]
    good = [n.gates for n in networks if operator_error(curve.endpoint, n.matrix) <= error]
    assert found.gates <= min(good)


def test_error_is_the_operator_norm() -> None:
    """Eigenphases of rotations come in pairs: the best phase is none."""
    u, v = geodesic(6, 0.5).endpoint, geodesic(6, 0.5, seed=1).endpoint
    assert_close(operator_error(u, v), np.linalg.norm(u - v, ord=2), ROUNDING)


def test_an_error_out_of_reach_is_refused() -> None:
    with pytest.raises(RuntimeError, match="rotations err by"):
        fewest_rotations(geodesic(6, 3.0), 1e-6, limit=40)
