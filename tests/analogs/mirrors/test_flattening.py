"""C10: dimensions of known manifolds, graphs by brute force, planes, and slopes made by hand."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
import torch

from analogs.evidence import Outcome, Setting, Trial, hold_family, settle
from analogs.mirrors.flattening import experiment
from analogs.mirrors.flattening.claims import C10
from analogs.mirrors.flattening.dimension import neighbour_dimension, neighbour_distances
from analogs.mirrors.flattening.experiment import (
    CONTROLS,
    TRAINED,
    conclude,
    mean_flow,
    slopes,
    unitary_reading,
    unitary_rows,
)
from analogs.mirrors.flattening.flatness import class_residual, plane_residual
from analogs.mirrors.flattening.graph import (
    detour,
    distance_matrix,
    flow_coefficient,
    forman_curvature,
    neighbour_edges,
    spanning_edges,
)
from analogs.mirrors.flattening.layers import (
    CONVNET,
    MLP,
    make_network,
    probe_accuracy,
    read_layers,
    representations,
)
from tests.closeness import ROUNDING, assert_close

# Standard error of d is d / sqrt(n) for TwoNN: 2.5 % of 1500 points, three of them.
SAMPLING = 0.08


def orthogonal(size: int, rng: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


# ---- dimension


@pytest.mark.parametrize("dimension", [1, 2, 3])
@pytest.mark.parametrize("neighbours", [2, 10])
def test_dimension_of_a_torus_is_known(
    dimension: int, neighbours: int, rng: np.random.Generator
) -> None:
    angles = rng.uniform(0, 2 * np.pi, size=(1500, dimension))
    torus = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    found = neighbour_dimension(torus, neighbours)
    assert abs(found / dimension - 1) < SAMPLING


def test_dimension_ignores_isometries_scale_and_copies(rng: np.random.Generator) -> None:
    points = rng.normal(size=(60, 4))
    moved = 7.0 * points @ orthogonal(4, rng) + 3.0
    assert_close(neighbour_dimension(moved), neighbour_dimension(points), 1e-9)
    assert neighbour_dimension(np.repeat(points, 2, axis=0)) == neighbour_dimension(points)


def test_neighbour_distances_are_those_of_brute_force(rng: np.random.Generator) -> None:
    points = rng.normal(size=(20, 3))
    expected = np.sort(distance_matrix(points), axis=1)[:, 1:4]
    assert_close(
        np.sort(neighbour_distances(points, 3), axis=0), np.sort(expected, axis=0), ROUNDING
    )


def test_equal_distances_have_no_finite_dimension() -> None:
    assert neighbour_dimension(np.eye(4)) == math.inf  # a simplex


@pytest.mark.parametrize("neighbours", [1, 3])
def test_too_few_points_or_neighbours_are_refused(neighbours: int) -> None:
    with pytest.raises(ValueError, match="must"):
        neighbour_dimension(np.array([[0.0], [1.0], [1.0], [2.0]]), neighbours)


# ---- graph


def test_detour_is_that_of_networkx(rng: np.random.Generator) -> None:
    points = np.concatenate([rng.normal(size=(9, 2)), rng.normal(size=(9, 2)) + 20.0])
    distances = distance_matrix(points)
    graph = nx.Graph()
    for i, j in itertools.combinations(range(len(points)), 2):
        graph.add_edge(i, j, weight=float(distances[i, j]))
    kept = nx.minimum_spanning_tree(graph)
    for i in range(len(points)):
        for j in np.argsort(distances[i])[1:4]:
            kept.add_edge(i, int(j), weight=float(distances[i, j]))
    lengths = dict(nx.all_pairs_dijkstra_path_length(kept))
    ratios = [lengths[i][j] / distances[i, j] for i, j in itertools.combinations(range(18), 2)]
    assert_close(detour(distances, 3), np.mean(ratios), ROUNDING)
    assert_close(detour(5.0 * distances, 3), np.mean(ratios), ROUNDING)


def test_a_curved_line_has_a_detour_and_its_tangent_none() -> None:
    angles = np.linspace(0.0, 1.9 * np.pi, 150)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    assert detour(distance_matrix(circle), 2) > 1.5
    assert detour(distance_matrix(angles[:, None]), 2) == pytest.approx(1.0, abs=1e-9)


def test_edges_and_tree(rng: np.random.Generator) -> None:
    points = rng.normal(size=(12, 3))
    distances = distance_matrix(points)
    edges = {tuple(edge) for edge in neighbour_edges(distances, 3).tolist()}
    for i in range(12):
        nearest = np.argsort(distances[i])[1:4]
        assert {(min(i, j), max(i, j)) for j in nearest.tolist()} <= edges
    tree = nx.Graph(spanning_edges(distances).tolist())
    assert nx.is_tree(tree)
    assert len(tree) == 12


def test_points_that_coincide_are_no_edges() -> None:
    distances = distance_matrix(np.array([[0.0], [0.0], [1.0]]))
    assert neighbour_edges(distances, 2).tolist() == [[0, 2], [1, 2]]


def test_forman_curvature_counts_degrees_and_triangles(rng: np.random.Generator) -> None:
    graph = nx.gnp_random_graph(12, 0.4, seed=3)
    edges = np.array(sorted(graph.edges))
    around = {v: set(graph[v]) for v in graph}
    expected = [
        4 - len(around[i]) - len(around[j]) + 3 * len(around[i] & around[j])
        for i, j in edges.tolist()
    ]
    assert forman_curvature(12, edges).tolist() == expected


def test_flow_stretches_what_is_negatively_curved(rng: np.random.Generator) -> None:
    """Two blobs and a bridge: pulled apart they flow, pushed together they flow back."""
    blob = rng.normal(size=(25, 2)) / 3
    bridge = np.column_stack([np.linspace(1.5, 6.5, 6), np.zeros(6)])
    points = np.concatenate([blob, bridge, np.add(blob, [8.0, 0.0])])
    distances = distance_matrix(points)
    edges = neighbour_edges(distances, 4)
    curvature = forman_curvature(len(points), edges)
    change = np.zeros_like(distances)
    change[edges[:, 0], edges[:, 1]] = -0.01 * curvature
    change += change.T
    for sign in (1, -1):
        flow = flow_coefficient(distances, distances * np.exp(sign * change), 4)
        assert_close(flow, -float(sign), 1e-9)


# ---- planes


def test_residual_is_that_of_the_eigenvalues(rng: np.random.Generator) -> None:
    points = rng.normal(size=(30, 4))
    found = plane_residual(points, 7, 2)
    order = np.argsort(distance_matrix(points), axis=1)[:, :8]
    for i in (0, 11, 29):
        values = np.sort(np.linalg.eigvalsh(np.cov(points[order[i]].T)))[::-1]
        assert_close(found[i], values[2:].sum() / values.sum(), ROUNDING)


def test_flat_classes_have_no_residual_and_spheres_have(rng: np.random.Generator) -> None:
    labels = np.repeat([0, 1], 50)
    planes = np.concatenate([rng.normal(size=(50, 2)) @ rng.normal(size=(2, 6)) for _ in range(2)])
    assert class_residual(planes, labels, 8, 2) < ROUNDING
    sphere = rng.normal(size=(100, 3))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    assert class_residual(sphere, labels, 8, 2) > 0.01
    collapsed = np.zeros((100, 3)) + 0.1
    assert class_residual(collapsed, labels, 8, 2) == 0.0


# ---- networks


@pytest.mark.parametrize("name", [CONVNET, MLP])
def test_representations_end_with_the_logits(name: str, rng: np.random.Generator) -> None:
    images, model = rng.random((5, 1, 8, 8)), make_network(name, 3)
    layers = representations(model, images)
    assert len(layers) == 5
    assert_close(layers[0], images.reshape(5, -1), 1e-6)
    with torch.no_grad():
        logits = model(torch.tensor(images, dtype=torch.float32)).numpy()
    assert_close(layers[-1], logits, 1e-6)
    assert all((layer >= 0).all() for layer in layers[1:-1])  # after ReLU
    same = make_network(name, 3).state_dict()
    assert all(torch.equal(weight, same[key]) for key, weight in model.state_dict().items())


def test_probe_learns_what_is_linear(rng: np.random.Generator) -> None:
    x = rng.normal(size=(200, 3))
    y = (x[:, 0] > 0).astype(np.int64)
    assert probe_accuracy(x[:100], y[:100], x[100:], y[100:]) > 0.9
    xor = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    assert probe_accuracy(x[:100], xor[:100], x[100:], xor[100:]) < 0.7


def test_readings_ignore_isometries(rng: np.random.Generator) -> None:
    labels = np.arange(150) % 10
    cloud = rng.normal(size=(150, 6))
    first, second = read_layers([cloud, cloud @ orthogonal(6, rng)], labels)
    for name, value in first.items():
        if name != "flow":
            assert_close(value, second[name], 1e-9)
    assert first["flow"] == 0.0
    assert second["flow"] is None


def test_unitaries_are_an_exact_null_and_maps_are_not(rng: np.random.Generator) -> None:
    rows = [{"seed": 0, **row} for row in unitary_rows(rng)]
    assert unitary_reading(rows).outcome is Outcome.EXACT
    rows[2]["detour"] += 1e-3  # negative control
    assert unitary_reading(rows).outcome is Outcome.REFUTED


# ---- the claim on tables made by hand


def test_slopes_are_in_standard_deviations_a_layer() -> None:
    rows = [
        {"seed": seed, "training": kind, "layer": k, "x": sign * 3.0 * k + seed}
        for seed in (0, 1)
        for kind, sign in ((TRAINED, -1), (CONTROLS[0], 1))
        for k in range(4)
    ]
    spread = np.std([row["x"] for row in rows])
    assert_close(slopes(rows, TRAINED, "x"), np.full(2, -3.0 / spread))
    assert_close(slopes(rows, CONTROLS[0], "x"), np.full(2, 3.0 / spread))
    flat = [row | {"x": 1.0} for row in rows]
    assert slopes(flat, TRAINED, "x").tolist() == [0.0, 0.0]


def synthetic(trained: float, control: float, seeds: int = 10) -> dict:
    """Tables in which measures fall by given amounts a layer, with noise below a tenth."""
    rng = np.random.default_rng(0)
    falls = {TRAINED: trained, **dict.fromkeys(CONTROLS, control)}
    layers = [
        {"seed": seed, "network": network, "training": kind, "layer": layer}
        | {
            name: -fall * layer + 0.05 * rng.normal()
            for name in ("dimension", "detour", "residual", "dimension_many", "probe")
        }
        | {"flow": None if layer == 4 else -fall + 0.05 * rng.normal()}
        for seed in range(seeds)
        for network in (CONVNET, MLP)
        for kind, fall in falls.items()
        for layer in range(5)
    ]
    networks = [
        {"seed": seed, "network": network, "training": kind, "accuracy": 0.9}
        for seed in range(seeds)
        for network in (CONVNET, MLP)
        for kind in falls
    ]
    unitaries = [
        {"seed": 0, "layer": k, "dimension": 1.0, "detour": 1.0, "residual": 1.0, "flow": 0.0}
        for k in range(3)
    ]
    return {"layers": layers, "networks": networks, "unitaries": unitaries}


@pytest.mark.parametrize(
    ("trained", "control", "expected"),
    [
        (1.0, 0.0, Outcome.SUPPORTED),
        (-1.0, 0.0, Outcome.REFUTED),
        (1.0, 1.0, Outcome.REFUTED),  # any network flattens as much
        (0.0, -1.0, Outcome.REFUTED),  # less steep than the controls, but not flatter
    ],
)
def test_conclusion_follows_the_slopes(trained: float, control: float, expected: Outcome) -> None:
    verdict = settled(synthetic(trained, control))
    assert verdict is expected


def settled(tables: dict, seeds: int = 10) -> Outcome:
    evidence = conclude(Setting(True, tuple(range(seeds))), tables)
    return settle(hold_family(evidence.readings))


def test_two_seeds_do_not_suffice() -> None:
    assert settled(synthetic(1.0, 0.0, seeds=2), seeds=2) is Outcome.INCONCLUSIVE


def test_mean_flow_leaves_out_the_last_layer() -> None:
    rows = [{"seed": 0, "training": TRAINED, "flow": value} for value in (-0.5, -0.1, None)]
    assert_close(mean_flow(rows, TRAINED), np.array([-0.3]))


def test_a_tiny_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    monkeypatch.setattr(experiment, "IMAGES", 220)
    tables = experiment.repeat(Trial(quick=True, seed=10_000))
    assert len(tables["layers"]) == 2 * 3 * 5
    assert len(tables["networks"]) == 6
    first = [row for row in tables["layers"] if row["layer"] == 0]
    assert len({row["dimension"] for row in first}) == 1  # the same images
    trained, _, shuffled = (row["accuracy"] for row in tables["networks"][3:])
    assert trained > shuffled


def test_the_claim_says_what_votes() -> None:
    assert C10.seeds_full == 10
    assert "without a vote" in C10.definition
