"""C1, Q5, EM4: identities against a second route, bounds against brute force, made-up tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
import torch

from analogs.evidence import Outcome, Setting, Trial, hold_family, settle
from analogs.evidence.repetition import join
from analogs.mirrors.reversible import bounds, gate_distance, small_subset
from analogs.mirrors.reversible.bounds import (
    log_share_of_circuits,
    log_share_of_words,
    neighbour_rotations,
    polynomial,
)
from analogs.mirrors.reversible.claims import CLAIMS
from analogs.mirrors.reversible.correspondence import (
    COUPLINGS,
    circuit_permutation,
    conclude,
    kept_rank,
    repeat,
)
from analogs.mirrors.reversible.coupling import Coupling, permutation_of, random_network
from analogs.mirrors.reversible.matchgates import (
    adjoint_defect,
    circuit_unitary,
    convolution,
    layer_gates,
    layer_matrix,
    length_defect,
    majoranas,
    network_matrix,
)
from qgeom.algebra.paulis import pauli_matrix
from qgeom.algebra.reversible import permutation_matrix, reversible_gates
from qgeom.readings.word_length import word_lengths
from tests.closeness import EXACT, assert_close

PAULIS = {
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}
SETTING = Setting(True, (0, 1))


# ---- orthogonal convolutions


def test_a_convolution_shares_its_angle_and_keeps_lengths(rng: np.random.Generator) -> None:
    x = torch.from_numpy(rng.standard_normal((3, 8)))
    for shift in (0, 1):
        y = convolution(x, 0.7, shift)
        assert_close(y.norm(dim=1).numpy(), x.norm(dim=1).numpy())
        layer = layer_matrix(0.7, shift, 4)
        assert_close(y.numpy(), x.numpy() @ layer.T)
        moved = layer[shift : 8 - shift, shift : 8 - shift]
        assert_close(moved[2:, 2:], moved[:-2, :-2])  # the same kernel two features on


def test_layers_are_exponentials_of_rotations_of_neighbours() -> None:
    for shift in (0, 1):
        generator = np.zeros((6, 6))
        for i in range(shift, 5, 2):
            generator[i, i + 1], generator[i + 1, i] = 0.4, -0.4
        assert_close(layer_matrix(0.4, shift, 3), scipy.linalg.expm(generator))


def test_majoranas_are_those_of_jordan_and_wigner() -> None:
    gamma = majoranas(3)
    anticommutators = np.einsum("aij,bjk->abik", gamma, gamma)
    anticommutators = anticommutators + anticommutators.swapaxes(0, 1)
    assert_close(anticommutators, 2 * np.einsum("ab,ij->abij", np.eye(6), np.eye(8)))
    # gamma_3 = Y on qubit 1, Z on qubit 0; the highest qubit comes first.
    assert_close(gamma[3], np.kron(np.kron(np.eye(2), PAULIS["Y"]), PAULIS["Z"]))


@pytest.mark.parametrize("shift", [0, 1])
def test_gates_of_a_layer(shift: int) -> None:
    generators = pauli_matrix(layer_gates(2.0, shift, 2))
    words = [["X", "X"]] if shift else [[None, "Z"], ["Z", None]]
    expected = [
        -np.kron(*(np.eye(2) if letter is None else PAULIS[letter] for letter in word))
        for word in words
    ]
    assert_close(generators, np.array(expected, dtype=complex))


@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_the_circuit_turns_majoranas_as_the_network_turns_features(
    n_qubits: int, rng: np.random.Generator
) -> None:
    angles = rng.uniform(-2, 2, 5).tolist()
    network = network_matrix(angles, n_qubits)
    assert adjoint_defect(circuit_unitary(angles, n_qubits), network) < 1e-12
    assert length_defect(angles, n_qubits) < 1e-12
    for wrong in (circuit_unitary(angles[::-1], n_qubits), circuit_unitary(angles[:-1], n_qubits)):
        assert adjoint_defect(wrong, network) > 1e-2
    assert adjoint_defect(circuit_unitary(angles, n_qubits, ("Z", "YY")), network) > 1e-2


# ---- couplings


def test_a_coupling_adds_its_polynomial() -> None:
    layer = Coupling(1, ((), (0,), (0, 2)))
    for x in np.ndindex(2, 2, 2):
        y = list(x)
        y[1] = (x[1] + 1 + x[0] + x[0] * x[2]) % 2
        assert layer.forward(np.array(x)).tolist() == y


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_a_network_of_couplings_is_its_circuit(bits: int, rng: np.random.Generator) -> None:
    network = random_network(bits, 6, rng)
    image = permutation_of(network, bits)
    assert sorted(image) == list(range(2**bits))
    assert_close(permutation_matrix(image), circuit_permutation(network, bits))
    back = permutation_of(network[::-1], bits)
    assert_close(back[image], np.arange(2**bits))
    without = permutation_matrix(permutation_of(network, bits))
    assert np.abs(without - circuit_permutation([*network, Coupling(0, ((),))], bits)).max() == 1


def test_ranks_see_what_a_layer_forgets() -> None:
    points = np.array([[1.0, 2.0, -1.0, -2.0]])
    assert kept_rank(lambda x: 3 * x, points) == 1.0
    assert kept_rank(torch.relu, points) == 0.5
    assert kept_rank(lambda x: torch.nn.functional.max_pool1d(x[None], 2)[0], points) == 0.5


def test_correspondence_is_exact_and_an_error_would_be_seen() -> None:
    tables = join((0, 1), [repeat(Trial(True, seed)) for seed in (0, 1)])
    evidence = conclude(SETTING, tables)
    assert settle(evidence.readings) is Outcome.EXACT
    shown = {r.name: r.outcome for r in evidence.readings if not r.decisive}
    assert set(shown.values()) == {Outcome.REFUTED}
    assert len(shown) == 2
    broken = {
        **tables,
        "couplings": tuple({**r, "circuit_error": 1.0} for r in tables["couplings"]),
    }
    refuted = {r.definition for r in conclude(SETTING, broken).readings if r.decisive and r.value}
    assert COUPLINGS in refuted
    assert settle(conclude(SETTING, broken).readings) is Outcome.DEFINITION_DEPENDENT


# ---- small subsets


def test_words_bound_the_maps_of_three_bits() -> None:
    reached = np.cumsum(word_lengths(reversible_gates(3)).histogram)
    for gates, count in enumerate(reached):
        assert math.log(count / 40320) <= log_share_of_words(3, gates) + EXACT <= EXACT
    assert log_share_of_words(3, 1) == pytest.approx(math.log(13 / 40320))
    assert log_share_of_words(12, polynomial(12)) < -1e4


def half_arc(unitaries: np.ndarray) -> np.ndarray:
    """Half of the shortest arc that holds all eigenphases."""
    phases = np.sort(np.angle(np.linalg.eigvals(unitaries)))
    gaps = np.diff(phases, axis=-1, append=phases[..., :1] + 2 * np.pi)
    return (2 * np.pi - gaps.max(axis=-1)) / 2


def test_the_ball_of_the_bound_holds_what_is_near_the_identity(rng: np.random.Generator) -> None:
    # No gate at all: U is within twice the error if its phases fit into an arc of 4 arcsin(error).
    error = 0.6
    draws = scipy.stats.unitary_group.rvs(4, size=20000, random_state=rng)
    near = (half_arc(draws) <= 2 * math.asin(error)).mean()
    assert 0 < near <= math.exp(log_share_of_circuits(2, 0, error)) < 1
    assert log_share_of_circuits(2, 0, 0.3) < log_share_of_circuits(2, 0, 0.4)


def test_the_net_of_gates_is_a_power_of_that_of_one_gate() -> None:
    ball = log_share_of_circuits(6, 0, 0.1)
    once = log_share_of_circuits(6, 1, 0.1) - ball
    assert once == pytest.approx(math.log(15) + 16 * math.log(1 + 20 * math.pi))
    # Each of two gates may take half of the error.
    twice = log_share_of_circuits(6, 2, 0.1) - ball
    assert twice == pytest.approx(2 * (math.log(15) + 16 * math.log(1 + 40 * math.pi)))


def test_hermitian_exponents_are_lipschitz(rng: np.random.Generator) -> None:
    for _ in range(50):
        k, change = (
            a + a.conj().T
            for a in rng.standard_normal((2, 4, 4)) + 1j * rng.standard_normal((2, 4, 4))
        )
        step = np.linalg.norm(scipy.linalg.expm(1j * (k + change)) - scipy.linalg.expm(1j * k), 2)
        assert step <= np.linalg.norm(change, 2) + 1e-12


@pytest.mark.parametrize("features", [3, 5, 8])
def test_rotations_of_neighbours_make_every_rotation(
    features: int, rng: np.random.Generator
) -> None:
    rotation = scipy.stats.special_ortho_group.rvs(features, random_state=rng)
    assert neighbour_rotations(rotation) == features * (features - 1) // 2
    assert neighbour_rotations(np.eye(features)) == 0
    two = np.eye(features)
    two[:2, :2] = -np.eye(2)
    assert neighbour_rotations(two) == 1
    rotation[0] *= -1
    with pytest.raises(ArithmeticError, match="no matrix of SO"):
        neighbour_rotations(rotation)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(small_subset, "TARGETS_QUICK", 1)
    monkeypatch.setattr(small_subset, "GROUPS", small_subset.GROUPS[2:])
    monkeypatch.setattr(small_subset, "ROTATIONS", 100)
    return monkeypatch


@pytest.mark.usefixtures("fast")
def test_the_subset_is_small_for_two_families_of_three() -> None:
    tables = join((3,), [small_subset.repeat(Trial(True, 3))])
    evidence = small_subset.conclude(SETTING, tables)
    bounded = {r.definition: r.outcome for r in evidence.readings if r.name.startswith("log10")}
    assert bounded == {
        small_subset.ON_BITS: Outcome.SUPPORTED,
        small_subset.ON_QUBITS: Outcome.SUPPORTED,
        small_subset.ON_FEATURES: Outcome.REFUTED,
    }
    assert settle(evidence.readings) is Outcome.DEFINITION_DEPENDENT
    [row] = evidence.tables["random"]
    assert row["unpenalised"] <= row["lower"] <= row["upper"]
    assert {row["library"]: 0 for row in evidence.tables["lengths"]}.keys() == set(
        small_subset.LIBRARIES
    )


def test_a_large_bound_decides_nothing(fast: pytest.MonkeyPatch) -> None:
    tables = join((3,), [small_subset.repeat(Trial(True, 3))])
    fast.setattr(small_subset, "log_share_of_words", lambda bits, gates: -1.0)
    fast.setattr(small_subset, "polynomial", lambda size: size)  # too few rotations
    outcomes = {
        r.definition: r.outcome
        for r in small_subset.conclude(SETTING, tables).readings
        if r.name.startswith("log10")
    }
    assert outcomes[small_subset.ON_BITS] is Outcome.INCONCLUSIVE
    assert outcomes[small_subset.ON_FEATURES] is Outcome.INCONCLUSIVE  # none of a hundred


def test_another_histogram_would_refute_it(fast: pytest.MonkeyPatch) -> None:
    tables = join((3,), [small_subset.repeat(Trial(True, 3))])
    fast.setattr(small_subset, "AFFINE_DIAMETER", 8)
    fast.setattr(small_subset, "PUBLISHED", {"all gates": (1, 12)})
    wrong = [
        r.outcome
        for r in small_subset.conclude(SETTING, tables).readings
        if r.name.startswith("difference")
    ]
    assert wrong == [Outcome.REFUTED, Outcome.REFUTED]


# ---- gates and distance


def maps(upper: str, lower: str, rng: np.random.Generator) -> dict[str, tuple[dict, ...]]:
    """Distances of 60 maps that follow the word length, are noise, or fall."""
    lengths = np.tile(np.arange(1, 9), 8)
    kinds = {"rises": 1.0, "noise": 0.0, "falls": -1.0}

    def values(kind: str) -> np.ndarray:
        return 20 + kinds[kind] * lengths + 0.5 * rng.standard_normal(len(lengths))

    columns = zip(lengths.tolist(), values(lower), values(upper), strict=True)
    return {"maps": tuple({"length": n, "lower": a, "upper": b} for n, a, b in columns)}


@pytest.mark.parametrize(
    ("upper", "lower", "outcome"),
    [
        ("rises", "rises", Outcome.SUPPORTED),
        ("noise", "noise", Outcome.REFUTED),
        ("falls", "falls", Outcome.REFUTED),
        ("rises", "noise", Outcome.DEFINITION_DEPENDENT),
    ],
)
def test_gates_and_distance(
    upper: str, lower: str, outcome: Outcome, rng: np.random.Generator
) -> None:
    evidence = gate_distance.conclude(SETTING, maps(upper, lower, rng))
    assert settle(hold_family(evidence.readings)) is outcome


def test_few_maps_are_inconclusive(rng: np.random.Generator) -> None:
    tables = {"maps": maps("noise", "noise", rng)["maps"][:8]}
    assert settle(gate_distance.conclude(SETTING, tables).readings) is Outcome.INCONCLUSIVE


def test_a_seed_has_one_map_of_each_length() -> None:
    rows = gate_distance.repeat(Trial(True, 5))["maps"]
    assert [row["length"] for row in rows] == list(range(1, 9))
    images = np.array([[int(s) for s in str(row["map"]).split()] for row in rows])
    assert_close(word_lengths(reversible_gates(3)).of(images), np.arange(1, 9))
    assert all(0 < row["lower"] <= row["upper"] for row in rows)


def test_claims_say_what_they_use() -> None:
    assert [claim.id for claim in CLAIMS] == ["C1", "Q5", "EM4"]
    assert [claim.decidable for claim in CLAIMS] == [True, True, True]
    assert f"n = {small_subset.BITS[-1]} bits" in CLAIMS[1].definition
    assert f"n = {small_subset.QUBITS[-1]} qubits" in CLAIMS[1].definition
    assert f"d = {small_subset.FEATURES[-1]} features" in CLAIMS[1].definition
    assert f"cost {gate_distance.COST:g}" in CLAIMS[2].definition
    assert bounds.DEGREE == 3
