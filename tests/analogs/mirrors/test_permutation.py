"""C13: blocks moved by hand, networks that cannot see them move, and qubits that are permuted."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from analogs.evidence import Outcome, Setting, Trial
from analogs.evidence.repetition import join
from analogs.mirrors.permutation import experiment, orders, qubits
from analogs.mirrors.permutation.blocks import many_orders, one_order, permute_blocks
from analogs.mirrors.permutation.claims import CLAIMS
from analogs.mirrors.permutation.experiment import (
    EACH_ORDER,
    EACH_WIDE,
    ONE_ORDER,
    conclude,
    network_readings,
    repeat,
)
from analogs.mirrors.permutation.networks import (
    AVERAGE,
    BAG_OF_BLOCKS,
    BLIND,
    DEEPSETS,
    LINEAR,
    NETWORKS,
    PERCEPTRON,
)
from analogs.mirrors.permutation.orders import (
    EACH,
    FIXED,
    NONE,
    ORDERS,
    Images,
    Trained,
    in_all_orders,
    order_error,
)
from analogs.mirrors.permutation.qubits import (
    BY_CHAIN,
    BY_WEIGHT,
    Moved,
    isometry_error,
    moved,
    swap_matrix,
)
from analogs.mirrors.permutation.qubits import ORDERS as QUBIT_ORDERS
from analogs.mirrors.permutation.tearing import KERNEL, LANDMARKS, grid, torn
from analogs.training.data import shapes
from tests.closeness import EXACT, assert_close


@pytest.mark.parametrize(("block", "channels"), [(1, 1), (2, 3), (4, 1), (8, 2)])
def test_blocks_are_moved_as_by_hand(rng, block, channels):
    images = rng.normal(size=(3, channels, 8, 8))
    places = (8 // block) ** 2
    chosen = many_orders(3, places, rng)
    found = permute_blocks(images, block, chosen)
    cut = [
        (slice(None), slice(r, r + block), slice(c, c + block))
        for r, c in product(range(0, 8, block), repeat=2)
    ]
    for image, moved_image, order in zip(images, found, chosen, strict=True):
        for place, source in enumerate(order):
            assert np.array_equal(moved_image[cut[place]], image[cut[source]])
    assert np.array_equal(permute_blocks(found, block, np.argsort(chosen, axis=1)), images)


def test_orders_are_permutations_and_uniform(rng):
    assert all((one_order(2, rng) == [1, 0]).all() for _ in range(20))
    many = many_orders(6000, 3, rng)
    kinds, counts = np.unique(many, axis=0, return_counts=True)
    assert len(kinds) == 6
    assert counts.min() > 900


@pytest.mark.parametrize("images", [np.zeros((1, 1, 6, 6)), np.zeros((1, 1, 4, 8))])
def test_blocks_that_do_not_fit_are_refused(images):
    with pytest.raises(ValueError, match="Argument `block` must divide the side"):
        permute_blocks(images, 4, np.arange(4))


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(3)
    split = shapes(60, side=8, train_fraction=0.5, rng=rng)
    return in_all_orders(split, 2, rng)


def test_every_order_keeps_labels_and_pixels(images):
    plain = images.by_order[NONE]
    for order in ORDERS:
        split = images.by_order[order]
        assert np.array_equal(split.train_y, plain.train_y)
        for name in ("train_x", "test_x"):
            pixels = [getattr(s, name).reshape(len(split.train_y), -1) for s in (split, plain)]
            assert np.array_equal(*(np.sort(values, axis=1) for values in pixels))
    moves = images.by_order[FIXED].train_x != plain.train_x
    assert moves.mean() > 0.5
    assert np.array_equal(
        images.by_order[FIXED].test_x,
        permute_blocks(plain.test_x, 2, _order_of(plain.train_x, images.by_order[FIXED].train_x)),
    )


def _order_of(before, after):
    """The order that takes one image to another, found by comparing blocks."""
    cut = [
        np.stack([x[0, 0, r : r + 2, c : c + 2] for r, c in product(range(0, 8, 2), repeat=2)])
        for x in (before, after)
    ]
    same = (cut[1][:, None] == cut[0]).all(axis=(2, 3))
    assert (same.sum(axis=1) == 1).all()
    return same.argmax(axis=1)


@pytest.mark.parametrize("network", NETWORKS)
def test_only_blind_networks_do_not_see_the_order(images, network):
    model = NETWORKS[network](images.by_order[NONE], images.block, 0)
    error = order_error(model, images)
    assert error < 1e-12 if network in BLIND else error > 1e-2


def test_a_perceptron_with_permuted_weights_sees_permuted_images_as_they_were(images):
    plain, fixed = (images.by_order[order].test_x for order in (NONE, FIXED))
    model = NETWORKS[PERCEPTRON](images.by_order[NONE], 2, 0).double()
    before = model(torch.tensor(plain)).detach()
    places = torch.tensor(
        permute_blocks(np.arange(64.0).reshape(1, 1, 8, 8), 2, _order_of(plain, fixed)).ravel()
    )
    layer = model[1]
    layer.weight.data = layer.weight.data[:, places.long()]
    torch.testing.assert_close(model(torch.tensor(fixed)).detach(), before)


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 0, 1), (2, 1, 0)])
def test_swaps_permute_the_factors_of_a_product(rng, order):
    factors = rng.normal(size=(3, 2, 2)) + 1j * rng.normal(size=(3, 2, 2))
    swap = swap_matrix(order)
    # Qubit 0 is the last factor of a Kronecker product.
    whole = np.kron(np.kron(factors[2], factors[1]), factors[0])
    there = [factors[source] for source in order]
    expected = np.kron(np.kron(there[2], there[1]), there[0])
    assert_close(swap @ whole @ swap.T, expected, EXACT)


def test_permutations_keep_locality_by_weight_and_not_that_on_a_chain(rng):
    velocity = rng.normal(size=63) / 8
    for order in QUBIT_ORDERS:
        assert isometry_error(BY_WEIGHT, swap_matrix(order), velocity) < 1e-9
        assert isometry_error(BY_CHAIN, swap_matrix(order), velocity) > 1e-3
    # The reversal is a symmetry of the chain.
    assert isometry_error(BY_CHAIN, swap_matrix((2, 1, 0)), velocity) < 1e-9


def test_a_circuit_of_neighbours_is_farther_on_permuted_qubits(monkeypatch):
    monkeypatch.setattr(qubits, "BRANCHES", 1)
    monkeypatch.setattr(qubits, "STARTS", 1)
    found = moved(np.random.default_rng(10001))
    assert found.weight_error < 1e-9
    # The straight line is exact at the one end, and the unpenalised bound is the same at the other.
    assert_close([found.distance, found.lower], [0.8, 0.8], 1e-9)
    assert found.upper > found.distance + 1e-3


def test_torn_landmarks_are_ever_farther_and_bent_ones_are_not():
    found = torn(np.random.default_rng(1))
    assert np.diff(found.permuted)[-1] > 0.1
    assert np.abs(np.diff(found.smooth)).max() < 0.01
    assert LANDMARKS == (2, 4, 8)


def test_the_bound_of_torn_landmarks_is_that_of_its_worst_pair():
    """Second route: every pair by adaptive quadrature, on the coarsest grid."""
    found = torn(np.random.default_rng(1)).permuted[0]
    start = grid(4)
    goal = permute_blocks(start, 2, one_order(4, np.random.default_rng(1)))
    first, last = (points.reshape(2, -1).T for points in (start, goal))
    bounds = [np.linalg.norm(last - first, axis=1).max()]
    for i, j in combinations(range(16), 2):
        ends = [np.linalg.norm(points[i] - points[j]) for points in (first, last)]
        rate = quad(lambda r: (2 - 2 * KERNEL(r)) ** -0.5, *ends)[0]
        bounds.append(abs(rate))
    assert_close(found, max(bounds), 1e-8)


def rows(accuracies, seeds=6):
    """A table with the given accuracies by (network, order), a little noise by seed and size."""
    rng = np.random.default_rng(0)
    return [
        {
            "seed": seed,
            "network": network,
            "size": size,
            "block": 2,
            "order": order,
            "accuracy": accuracies(network, order) + float(rng.uniform(-0.005, 0.005)),
            "train_accuracy": 1.0,
            "order_error": 1e-16 if network in BLIND else None,
        }
        for seed in range(seeds)
        for size in (100, 300)
        for network in NETWORKS
        for order in ORDERS
    ]


def outcomes(accuracies):
    found = network_readings(rows(accuracies), np.random.default_rng(0))
    return {
        (reading.definition, reading.name): reading.outcome for reading in found if reading.decisive
    }


LOST_ONE = (ONE_ORDER, "accuracy lost to one order")
LOST_EACH = "accuracy lost to an order for each image"
LEAD = "lead of DeepSets"


def test_networks_that_fail_and_networks_that_do_not():
    cnn = {NONE: 0.9, FIXED: 0.7, EACH: 0.3}

    def hard(network, order):
        return {DEEPSETS: 0.6, BAG_OF_BLOCKS: 0.6, PERCEPTRON: 0.9}.get(network, cnn[order])

    found = outcomes(hard)
    assert found[LOST_ONE] is Outcome.SUPPORTED
    assert found[EACH_ORDER, LOST_EACH] is Outcome.SUPPORTED
    assert found[EACH_ORDER, LEAD] is Outcome.SUPPORTED
    # The bag counts as a CNN here, and is as good as DeepSets.
    assert found[EACH_WIDE, LEAD] is Outcome.REFUTED
    easy = outcomes(lambda network, order: 0.8)
    assert set(easy.values()) == {Outcome.REFUTED}


def test_the_better_cnn_of_each_case_counts():
    def one_is_enough(network, order):
        return 0.1 if network == (LINEAR if order == EACH else AVERAGE) else 0.8

    assert set(outcomes(one_is_enough).values()) == {Outcome.REFUTED}


def test_seeds_that_disagree_decide_nothing():
    table = rows(lambda network, order: 0.8)
    for row in table:
        if row["order"] != NONE:
            row["accuracy"] -= -0.05 + 0.04 * row["seed"]  # 0.05 in the mean
    found = next(network_readings(table, np.random.default_rng(0)))
    assert (found.definition, found.outcome) == (ONE_ORDER, Outcome.INCONCLUSIVE)


@pytest.fixture(scope="module")
def own_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "mine.npz"
    split = shapes(64, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    x = np.concatenate([split.train_x, split.test_x])
    np.savez(path, x=x, y=np.concatenate([split.train_y, split.test_y]))
    return path


@pytest.mark.parametrize(
    ("network", "cases"),
    [
        (PERCEPTRON, [(2, NONE), (2, FIXED), (2, EACH), (4, FIXED), (4, EACH)]),
        (DEEPSETS, [(2, NONE), (4, NONE)]),
    ],
)
def test_what_is_the_same_for_a_network_is_trained_once(images, network, cases, monkeypatch):
    done = []

    def train_one(network, images, size, order, number):
        done.append((images.block, order))
        return Trained(len(done) / 10, 1.0, None)

    monkeypatch.setattr(orders, "train_one", train_one)
    other = Images(4, images.by_order)
    table = list(orders.network_rows(network, [images, other], 20, 0))
    assert done == cases
    assert len(table) == 2 * len(ORDERS)
    for row in table:
        same = NONE if network in BLIND else row["order"]
        block = 2 if (same, network) == (NONE, PERCEPTRON) else row["block"]
        assert row["accuracy"] == (cases.index((block, same)) + 1) / 10


@pytest.fixture
def short(monkeypatch):
    """One epoch a network, and the search for a geodesic, which has its own test, left out."""
    monkeypatch.setattr(orders, "EPOCHS_AT_100", 1)
    monkeypatch.setattr(experiment, "moved", lambda rng: Moved(0.0, 0.8, 0.8, 1.0))


def test_own_images_from_start_to_verdict(own_file, short):
    told = []
    parts = [
        repeat(Trial(True, seed, own_file, lambda message, share: told.append(share)))
        for seed in (0, 1)
    ]
    table = parts[0]["accuracies"]
    assert table != parts[1]["accuracies"]
    assert len(table) == len(NETWORKS) * len(ORDERS)
    assert {row["size"] for row in table} == {48}
    by_case = {(row["network"], row["order"]): row["accuracy"] for row in table}
    for network in BLIND:
        assert len({by_case[network, order] for order in ORDERS}) == 1
    assert all(0.0 <= share < 1.0 for share in told)
    evidence = conclude(Setting(True, (0, 1)), join((0, 1), parts))
    assert sum(reading.decisive for reading in evidence.readings) == 5
    assert {reading.side for reading in evidence.readings} == {"network", "quantum", "template"}


def test_a_repetition_depends_on_its_seed_alone(own_file, short):
    one, two = (repeat(Trial(True, 5, own_file)) for _ in range(2))
    assert one == two


def test_the_claim() -> None:
    (claim,) = CLAIMS
    assert (claim.id, claim.takes_data, claim.seeds_full) == ("C13", True, 10)
