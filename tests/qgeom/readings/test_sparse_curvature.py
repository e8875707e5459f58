"""Curvature of sparse Pauli planes: dense matrices, Koszul on dictionaries, closed forms, isometries."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.metric.schedules import binomial, chain, draconian, exponential, graph, majorana, parity
from qgeom.metric.sparse_pauli import SparsePauliMetric, uniform_chain
from qgeom.metric.torus import TorusMetric
from qgeom.readings.curvature import sectional_curvature
from qgeom.readings.sparse_curvature import sparse_sectional_curvature
from tests.closeness import EXACT, assert_close
from tests.oracles import graded as oracle

PENALTIES: dict[str, Penalty] = {
    "nielsen": nielsen(16.0),
    "local": nielsen(9.0, locality=1),
    "exponential": exponential(3.0),
    "binomial": binomial(),
    "parity": parity(5.0, 1.0),
    "chain": chain(9.0),
    "graph": graph([(0, 1)], 9.0),
    "majorana": majorana(lambda weight: 1.0 if weight <= 2 else 7.0),
    "by-label": custom(lambda label: 1.0 + label.count("X") + 3 * label.count("Z")),
}


def random_labels(n_qubits: int, count: int, rng: np.random.Generator) -> list[str]:
    return ["".join(letters) for letters in rng.choice(list("IXYZ"), size=(count, n_qubits))]


def random_terms(n_qubits: int, count: int, rng: np.random.Generator) -> dict[str, float]:
    labels = random_labels(n_qubits, count, rng)
    return dict(zip(labels, rng.normal(size=count).tolist(), strict=True))


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize(("n_qubits", "share"), [(2, 1.0), (3, 0.2), (3, 1.0), (4, 0.05), (4, 0.3)])
def test_dense_matrices_agree(
    n_qubits: int, share: float, name: str, rng: np.random.Generator
) -> None:
    matrices = PauliMetric(n_qubits, PENALTIES[name])
    sparse = SparsePauliMetric(n_qubits, PENALTIES[name])
    labels = matrices.strings.labels
    for _ in range(3):
        x, y = rng.normal(size=(2, matrices.dim)) * (rng.uniform(size=(2, matrices.dim)) < share)
        x[1], y[2] = 1.0, 1.0
        a, b = (sparse.vector(dict(zip(labels, v.tolist(), strict=True))) for v in (x, y))
        expected = float(sectional_curvature(matrices, x, y))
        assert_close(sparse_sectional_curvature(sparse, a, b), expected)


def test_coordinate_planes_at_100_qubits_have_the_closed_form(rng: np.random.Generator) -> None:
    def cost(label: str) -> float:
        return 1.0 + 0.1 * (label.count("X") + 2 * label.count("Y") + 5 * label[50:].count("Z"))

    metric = SparsePauliMetric(100, custom(cost))
    curvatures = []
    for s, t in zip(*(random_labels(100, 40, rng) for _ in range(2)), strict=True):
        got = sparse_sectional_curvature(metric, metric.vector({s: 0.3}), metric.vector({t: -2.0}))
        curvatures.append(oracle.pair_curvature(s, t, cost))
        assert_close(got, curvatures[-1], EXACT)
    assert 10 < np.count_nonzero(curvatures) < 30


@pytest.mark.parametrize("n_qubits", [70, 128])
def test_dictionaries_agree(n_qubits: int, rng: np.random.Generator) -> None:
    """Planes of 8 strings on 4 sites, so that brackets meet; the sites lie in different words."""
    sites = [0, 5, 63, n_qubits - 1]

    def spread(terms: dict[str, float]) -> dict[str, float]:
        return {embedded(label, sites, n_qubits): value for label, value in terms.items()}

    def cost(label: str) -> float:
        return 1.0 + label.count("X") + 3 * label.count("Z")

    metric, brute = SparsePauliMetric(n_qubits, custom(cost)), oracle.pauli_graded(cost)
    x, y = (spread(random_terms(4, 8, rng)) for _ in range(2))
    got = sparse_sectional_curvature(metric, metric.vector(x), metric.vector(y))
    assert_close(got, brute.sectional(dict(x), dict(y)))


def embedded(label: str, sites: list[int], n_qubits: int) -> str:
    letters = ["I"] * n_qubits
    for letter, site in zip(label, sites, strict=True):
        letters[site] = letter
    return "".join(letters)


@pytest.mark.parametrize("sites", [[0, 1, 2, 3], [0, 63, 64, 127], [127, 64, 1, 63]])
def test_few_qubits_among_many_have_the_curvature_of_few(
    sites: list[int], rng: np.random.Generator
) -> None:
    """Strings on 4 sites span a totally geodesic su(16), and tr / 2^n does not see the others."""
    matrices, metric = PauliMetric(4, nielsen(16.0)), SparsePauliMetric(128, nielsen(16.0))
    x, y = rng.normal(size=(2, matrices.dim))
    labels = [embedded(label, sites, 128) for label in matrices.strings.labels]
    a, b = (metric.vector(dict(zip(labels, v.tolist(), strict=True))) for v in (x, y))
    expected = float(sectional_curvature(matrices, x, y))
    assert_close(sparse_sectional_curvature(metric, a, b), expected)


@pytest.mark.parametrize("q", [0.5, 4.0, 64.0])
@pytest.mark.parametrize("n_qubits", [3, 4, 64, 65, 128, 300])
def test_two_chains_have_a_closed_form(n_qubits: int, q: float) -> None:
    """[XX, ZZ] is 2 (n - 2) strings X Y Z and Z Y X of cost q: ``K = 2 (n-2) (4-3q) / (n-1)^2``."""
    metric = SparsePauliMetric(n_qubits, nielsen(q))
    xx, zz = (metric.vector(uniform_chain(n_qubits, {pattern: 1.0})) for pattern in ("XX", "ZZ"))
    expected = 2 * (n_qubits - 2) * (4 - 3 * q) / (n_qubits - 1) ** 2
    assert_close(sparse_sectional_curvature(metric, xx, zz), expected)


def relabelled(change: Callable[[str], str], terms: dict[str, float]) -> dict[str, float]:
    return {change(label): value for label, value in terms.items()}


def planes_of_300_strings(rng: np.random.Generator) -> list[dict[str, float]]:
    """300 strings in each vector, on few sites in the middle of 128 qubits: their brackets meet."""
    drawn: list[dict[str, float]] = []
    for _ in range(2):
        starts, values = rng.integers(58, 66, size=300), rng.normal(size=300)
        blocks = random_labels(4, 300, rng)
        drawn.append(
            {
                "I" * start + block + "I" * (124 - start): value
                for start, block, value in zip(starts.tolist(), blocks, values, strict=True)
                if block != "IIII"
            }
        )
    return drawn


def curvature_of(terms: list[dict[str, float]], penalty: Penalty) -> float:
    metric = SparsePauliMetric(128, penalty)
    return sparse_sectional_curvature(metric, *(metric.vector(each) for each in terms))


def test_isometries_keep_the_curvature_of_300_strings(rng: np.random.Generator) -> None:
    """Permuted qubits, and the Clifford X -> Y -> Z -> X on some of them, keep all weights."""
    planes = planes_of_300_strings(rng)
    expected = curvature_of(planes, nielsen(16.0))
    order, turned = rng.permutation(128).tolist(), set(rng.integers(0, 128, size=50).tolist())
    cycle = {"I": "I", "X": "Y", "Y": "Z", "Z": "X"}

    def permuted(label: str) -> str:
        return "".join(label[site] for site in order)

    def rotated(label: str) -> str:
        return "".join(cycle[c] if i in turned else c for i, c in enumerate(label))

    for change in (permuted, rotated):
        changed = [relabelled(change, terms) for terms in planes]
        assert_close(curvature_of(changed, nielsen(16.0)), expected)


def test_what_changes_weights_or_signs_changes_the_curvature(rng: np.random.Generator) -> None:
    """The negative control: X <-> Z on one site reverses some products, a new letter adds weight."""
    planes = planes_of_300_strings(rng)
    expected = curvature_of(planes, nielsen(16.0))
    mirror = str.maketrans("XZ", "ZX")
    for change in (
        lambda label: label[:64] + label[64].translate(mirror) + label[65:],
        lambda label: label[:64] + ("Z" if label[64] == "I" else label[64]) + label[65:],
    ):
        changed = [relabelled(change, terms) for terms in planes]
        assert abs(curvature_of(changed, nielsen(16.0)) / expected - 1) > 1e-6


def test_curvature_scales_inversely_to_the_costs(rng: np.random.Generator) -> None:
    planes = planes_of_300_strings(rng)
    heavier = Penalty("8 x", lambda generators: 8.0 * nielsen(16.0).costs(generators))
    assert_close(8 * curvature_of(planes, heavier), curvature_of(planes, nielsen(16.0)))


# ---- planes, and the door


def test_curvature_belongs_to_the_plane(rng: np.random.Generator) -> None:
    metric = SparsePauliMetric(5, nielsen(7.0))
    x, y, z = (metric.vector(random_terms(5, 30, rng)) for _ in range(3))
    expected = sparse_sectional_curvature(metric, x, y)
    for u, v in ((y, x), (5.0 * x, -0.1 * y), (2.0 * x + y, x - 3.0 * y)):
        assert_close(sparse_sectional_curvature(metric, u, v), expected)
    assert abs(sparse_sectional_curvature(metric, x, y + 0.5 * z) - expected) > 1e-4 * abs(expected)


def test_parallel_vectors_are_refused(rng: np.random.Generator) -> None:
    metric = SparsePauliMetric(5, nielsen(7.0))
    x = metric.vector(random_terms(5, 30, rng))
    for y in (x, -2.0 * x, x - x):
        with pytest.raises(ValueError, match="`x, y` must span a plane, but"):
            sparse_sectional_curvature(metric, x, y)


def test_forbidden_directions_are_refused() -> None:
    """Both vectors are allowed, their bracket is not."""
    metric = SparsePauliMetric(100, draconian())
    xx, zz = (metric.vector(uniform_chain(100, {pattern: 1.0})) for pattern in ("XX", "ZZ"))
    with pytest.raises(ValueError, match="`penalty` must have finite costs"):
        sparse_sectional_curvature(metric, xx, zz)


def test_other_metrics_and_vectors_are_refused() -> None:
    torus = TorusMetric()
    x, y = (torus.vector({k: 1.0}) for k in ((1, 0), (0, 1)))
    with pytest.raises(ValueError, match="`metric` must be a graded metric"):
        sparse_sectional_curvature(PauliMetric(1, nielsen(1.0)), x, y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`y` must be a sparse vector"):
        sparse_sectional_curvature(torus, x, np.ones(3))  # type: ignore[arg-type]
    strings = SparsePauliMetric(2, nielsen(1.0)).vector({"XX": 1.0})
    with pytest.raises(ValueError, match="`x` must have wave vectors of type int64"):
        sparse_sectional_curvature(torus, strings, y)
