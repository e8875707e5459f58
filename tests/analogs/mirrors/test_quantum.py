"""The matchgate bridge against dense Majoranas and brute-force curvature; Q7 against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.quantum import experiment, model
from analogs.mirrors.quantum.claims import CLAIMS, EM1, Q7
from analogs.mirrors.quantum.experiment import (
    circuit_curvature,
    frobenius_curvature,
    momentum_leak,
    random_planes,
)
from analogs.mirrors.quantum.model import NORM_RATIO, Matchgates, bilinears, mode_band
from qgeom._typing import Vector
from qgeom.algebra.paulis import pauli_strings
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import Penalty, band
from tests.closeness import EXACT, assert_close
from tests.oracles import curvature as oracle

QUICK = Setting(quick=True, seeds=(0,))
# Standard errors that 40 comparisons of shares stay within.
SIGMAS = 4.0

Result = tuple[Verdict, Evidence]


@pytest.fixture(scope="module")
def bridge_result() -> Result:
    return evaluate(EM1, QUICK)


@pytest.fixture(scope="module")
def share_result() -> Result:
    return evaluate(Q7, QUICK)


def dense_image(bridge: Matchgates, x: Vector) -> oracle.Matrices:
    """Spin image of x; the oracle has mode 0 on the highest qubit, the bridge on the lowest."""
    image = oracle.spin_image(bridge.network.hat(x))
    n = bridge.n_qubits
    order = [int(format(j, f"0{n}b")[::-1], 2) for j in range(2**n)]
    return image[np.ix_(order, order)]


# ---- EM1


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_lift_is_the_spin_representation(n_qubits: int, rng: np.random.Generator) -> None:
    bridge = Matchgates(n_qubits, 1, 4.0)
    x = rng.standard_normal(bridge.network.dim)
    assert_close(bridge.circuits.hat(bridge.lift(x)), dense_image(bridge, x), EXACT)


@pytest.mark.parametrize(("n_qubits", "locality"), [(2, 1), (3, 1), (3, 2), (4, 2), (5, 3)])
def test_weight_limit_is_a_band_of_modes(n_qubits: int, locality: int) -> None:
    bridge = Matchgates(n_qubits, locality, 7.0)
    index, coefficient = bilinears(n_qubits)
    assert len(set(index.tolist())) == bridge.network.dim
    assert_close(np.abs(coefficient), np.full(len(index), 0.5), EXACT)
    # E_ij - E_ji has squared Frobenius norm 2, which MatrixMetric divides by its size.
    costs = bridge.network.inertia * bridge.network.size / 2
    assert_close(bridge.circuits.inertia[index], costs, EXACT)
    modes = np.array(
        [abs(i // 2 - j // 2) for i, j in itertools.combinations(range(2 * n_qubits), 2)]
    )
    assert pauli_strings(n_qubits).weight[index].tolist() == (modes + 1).tolist()


def test_eleven_of_fifteen_generators_are_local() -> None:
    network = Matchgates(3, 2, 16.0).network
    assert np.count_nonzero(network.inertia == network.inertia.min()) == 11


def brute_force(bridge: Matchgates, penalty: Penalty, x: Vector, y: Vector) -> tuple[float, float]:
    """K of one plane on both sides, from dense matrices and the un-normalised Frobenius product."""
    n = bridge.n_qubits
    costs = MatrixMetric("so", 2 * n, penalty).inertia * 2 * n
    of_layers = oracle.sectional(oracle.structure_constants(oracle.so_basis(2 * n)), costs, x, y)
    basis = oracle.pauli_basis(n)
    costs = np.where(oracle.pauli_weights(n) <= bridge.locality, 1.0, bridge.q)
    images = [oracle.spin_image(bridge.network.hat(v)) for v in (x, y)]
    u, v = (np.einsum("kij,ij->k", basis.conj(), image).real / 2**n for image in images)
    return oracle.sectional(oracle.structure_constants(basis), costs, u, v), of_layers


@pytest.mark.parametrize(("n_qubits", "locality"), [(2, 1), (3, 2)])
def test_both_curvatures_agree_with_brute_force(
    n_qubits: int, locality: int, rng: np.random.Generator
) -> None:
    bridge = Matchgates(n_qubits, locality, 16.0)
    x, y = random_planes(bridge, rng)[0]
    of_circuits, of_layers = brute_force(bridge, mode_band(locality - 1, 16.0), x, y)
    assert_close(circuit_curvature(bridge, x, y), of_circuits)
    assert_close(frobenius_curvature(bridge.network, x, y), of_layers)
    assert_close(of_circuits, NORM_RATIO * of_layers)


def test_brute_force_notices_a_band_of_features(rng: np.random.Generator) -> None:
    bridge = Matchgates(3, 2, 16.0)
    x, y = random_planes(bridge, rng)[0]
    of_circuits, of_layers = brute_force(bridge, band(3, 16.0), x, y)
    with pytest.raises(AssertionError):
        assert_close(of_circuits, NORM_RATIO * of_layers)


def test_momentum_leaks_off_the_span(rng: np.random.Generator) -> None:
    bridge = Matchgates(3, 2, 16.0)
    inside = bridge.lift(random_planes(bridge, rng)[:, 0])
    outside = inside + 0.1 * rng.standard_normal(inside.shape)
    assert_close(momentum_leak(bridge, inside), np.zeros_like(inside))
    assert np.abs(momentum_leak(bridge, outside)).max() > 0.1


def test_bridge_is_exact_and_its_control_is_not(bridge_result: Result) -> None:
    verdict, _ = bridge_result
    assert verdict.outcome is Outcome.EXACT
    controls = [reading for reading in verdict.readings if not reading.decisive]
    assert len(controls) == len(experiment.CASES_QUICK)
    assert all(r.outcome is Outcome.REFUTED and r.value > 0.1 for r in controls)


def test_table_of_planes(bridge_result: Result) -> None:
    rows = bridge_result[1].tables["planes"]
    assert list(rows[0]) == ["plane", "n_qubits", "k_quantum", "k_network", "difference"]
    assert [row["plane"] for row in rows] == list(range(2 * experiment.PLANES))
    quantum = np.array([row["k_quantum"] for row in rows])
    network = np.array([row["k_network"] for row in rows])
    assert_close(quantum, network)
    # CLAIMS.md, EM1: about 48 % of the planes of three qubits are negative.
    assert 0.3 < np.mean(quantum[experiment.PLANES :] < 0) < 0.65


def test_a_wrong_cost_refutes_the_bridge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "mode_band", lambda radius, q: band(2 * radius + 1, q))
    assert evaluate(EM1, QUICK)[0].outcome is Outcome.REFUTED


def test_a_wrong_sign_refutes_the_bridge(monkeypatch: pytest.MonkeyPatch) -> None:
    def flipped(n_qubits: int) -> tuple[np.ndarray, np.ndarray]:
        index, coefficient = bilinears(n_qubits)
        return index, coefficient * np.where(np.arange(len(index)) == 1, -1.0, 1.0)

    monkeypatch.setattr(model, "bilinears", flipped)
    assert evaluate(EM1, QUICK)[0].outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((0, 1, 2.0), "`n_qubits` must"), ((2, -1, 2.0), "must"), ((2, 1, 0.0), "must")],
)
def test_bad_bridges_are_refused(arguments: tuple[int, int, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _ = Matchgates(*arguments).circuits


# ---- Q7


def coordinate_share(n: int, q: float) -> float:
    """Share of pairs of strings with K < 0, by Nielsen's formula for pairs and dense products."""
    strings = [oracle.pauli_matrix(label) for label in oracle.pauli_labels(n)]
    costs = np.where(oracle.pauli_weights(n) <= 2, 1.0, q)
    negative = 0
    pairs = list(itertools.combinations(range(len(strings)), 2))
    overlaps = np.array(strings).reshape(len(strings), -1).conj()
    for s, t in pairs:
        product = strings[s] @ strings[t]
        if np.abs(product + strings[t] @ strings[s]).max() > 0:
            continue
        r = int(np.abs(overlaps @ product.ravel()).argmax())
        q_s, q_t, q_r = costs[[s, t, r]]
        negative += (q_s - q_t) ** 2 + 2 * q_r * (q_s + q_t) - 3 * q_r**2 < 0
    return negative / len(pairs)


def uniform_share(n: int, q: float, count: int, rng: np.random.Generator) -> float:
    """Share of K < 0 by brute force over planes uniform in the metric."""
    constants = oracle.structure_constants(oracle.pauli_basis(n))
    inertia = np.where(oracle.pauli_weights(n) <= 2, 1.0, q)
    planes = rng.standard_normal((count, 2, len(inertia))) / np.sqrt(inertia)
    return float(np.mean([oracle.sectional(constants, inertia, x, y) < 0 for x, y in planes]))


def share(result: Result, q: float, law: str) -> float:
    rows = result[1].tables["shares"]
    found = [r["share"] for r in rows if (r["group"], r["q"], r["planes"]) == ("U(8)", q, law)]
    assert len(found) == 1
    return float(found[0])


def assert_same_share(measured: float, expected: float, counts: tuple[float, float]) -> None:
    spread = np.sqrt(max(expected * (1 - expected), 1e-4) * sum(1 / count for count in counts))
    assert abs(measured - expected) < SIGMAS * spread, f"{measured} against {expected}"


@pytest.mark.parametrize("q", [4.0, 256.0])
def test_share_of_coordinate_planes_is_that_of_all_pairs(share_result: Result, q: float) -> None:
    expected = coordinate_share(3, q)
    assert_same_share(share(share_result, q, "coordinate"), expected, (2000, np.inf))
    with pytest.raises(AssertionError):
        assert_same_share(share(share_result, q, "coordinate"), 2 * expected, (2000, np.inf))


def test_share_of_uniform_planes_is_that_of_brute_force(
    share_result: Result, rng: np.random.Generator
) -> None:
    expected = uniform_share(3, 16.0, 200, rng)
    assert_same_share(share(share_result, 16.0, "metric"), expected, (2000, 200))


@pytest.mark.parametrize(
    ("law", "shares"),
    # The prototype of CLAIMS.md 1.1, at q = 1, 4, 16, 64, 256.
    [("metric", (0.0, 0.31, 0.71, 0.75, 0.76)), ("local", (0.0, 1.0, 1.0, 1.0, 1.0))],
)
def test_shares_of_the_prototype(share_result: Result, law: str, shares: tuple[float, ...]) -> None:
    for q, expected in zip((1.0, 4.0, 16.0, 64.0, 256.0), shares, strict=True):
        assert_same_share(share(share_result, q, law), expected, (2000, 200))


def test_the_sign_of_the_claim_depends_on_the_law_of_the_planes(share_result: Result) -> None:
    verdict, _ = share_result
    assert verdict.outcome is Outcome.DEFINITION_DEPENDENT
    outcomes = {
        r.definition.rpartition("planes ")[2]: r.outcome for r in verdict.readings if r.decisive
    }
    assert outcomes.pop("uniform within the cheap directions") is Outcome.SUPPORTED
    assert set(outcomes.values()) == {Outcome.REFUTED}
    assert len(outcomes) == 3


def test_claims_of_the_package() -> None:
    kinds = {claim.id: claim.kind for claim in CLAIMS}
    assert kinds == {"EM1": "curvature", "Q7": "curvature", "C12": "diameter"}
