"""C12: every closed form of a bracket against a construction, a search or random elements."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from qiskit.synthesis import qs_decomposition

from analogs.evidence import Outcome, Setting, evaluate
from analogs.mirrors.quantum import diameter
from analogs.mirrors.quantum.claims import C12
from analogs.mirrors.quantum.diameter import (
    DECISIVE,
    akaike_gap,
    brick_layer_path,
    circuit_path,
    fit,
    unpenalised_circuits,
    unpenalised_network,
)
from analogs.mirrors.quantum.reversible import construction_bound, counting_bound
from qgeom._linalg import log_rotation
from qgeom._typing import Integer, Real
from qgeom.algebra.reversible import gate_count, reversible_gates
from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.word_length import word_lengths
from tests.closeness import ROUNDING, assert_close

Gate = tuple[tuple[int, ...], int]  # controls and target


# ---- circuits


def unpenalised_distance(unitary: np.ndarray, n_qubits: int) -> float:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    return float(metric.norm(log_branches(metric, unitary, 1))[0])


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_equal_gaps_are_farthest(n_qubits: int, rng: np.random.Generator) -> None:
    size = 2**n_qubits
    clock = np.diag(np.exp(2j * np.pi * np.arange(size) / size))
    assert_close(unpenalised_distance(clock, n_qubits), unpenalised_circuits(n_qubits))
    for _ in range(50):
        phases = np.exp(2j * np.pi * (np.arange(size) / size + 0.2 * rng.random(size)))
        assert unpenalised_distance(np.diag(phases), n_qubits) < unpenalised_circuits(n_qubits)


def test_a_circuit_is_no_longer_than_its_bound(rng: np.random.Generator) -> None:
    circuit = qs_decomposition(target("haar", 3, rng=rng).matrix)
    blocks = circuit.num_nonlocal_gates()
    assert blocks * unpenalised_circuits(2) <= circuit_path(3)
    assert [round(circuit_path(n) / unpenalised_circuits(2)) for n in (3, 4, 5)] == [20, 100, 444]


# ---- linear networks


@pytest.mark.parametrize("features", [4, 5])
def test_no_rotation_is_farther_than_half_turns(features: int, rng: np.random.Generator) -> None:
    metric = MatrixMetric("so", features, band(1, 1.0))
    half_turns = -np.eye(features)
    if features % 2:
        half_turns[-1, -1] = 1.0
    bound = unpenalised_network(features)
    assert_close(float(metric.norm(metric.vee(log_rotation(half_turns)))), bound)
    rotations = scipy.stats.special_ortho_group.rvs(features, size=200, random_state=rng)
    assert (metric.norm(metric.vee(log_rotation(rotations))) < bound).all()


def brick_layers(angles: Real, features: int) -> tuple[Real, float]:
    """Product of the layers and their length, one plane rotation at a time."""
    product, length, used = np.eye(features), 0.0, 0
    for layer in range(features):
        squared = 0.0
        for i in range(layer % 2, features - 1, 2):
            turn = np.eye(features)
            c, s = np.cos(angles[used]), np.sin(angles[used])
            turn[i : i + 2, i : i + 2] = [[c, -s], [s, c]]
            product, squared, used = turn @ product, squared + 2 * angles[used] ** 2, used + 1
        length += math.sqrt(squared / features)
    assert used == features * (features - 1) // 2
    return product, length


@pytest.mark.parametrize("features", [3, 4, 5])
def test_brick_layers_reach_a_rotation(features: int, rng: np.random.Generator) -> None:
    """Solved for the angles: the layers have as many as SO(d) has dimensions."""
    wanted = scipy.stats.special_ortho_group.rvs(features, random_state=rng)
    count = features * (features - 1) // 2

    def gap(angles: Real) -> Real:
        return (brick_layers(angles, features)[0] - wanted).reshape(-1)

    for _ in range(40):
        start = rng.uniform(-np.pi, np.pi, count)
        found = scipy.optimize.least_squares(gap, start, xtol=1e-15, ftol=1e-15, gtol=1e-15)
        if found.cost < 1e-20:
            break
    product, length = brick_layers(np.angle(np.exp(1j * found.x)), features)
    assert_close(product, wanted, 1e-9)
    assert length <= brick_layer_path(features)


@pytest.mark.parametrize("features", [2, 3, 8, 9, 50])
def test_brick_layers_at_half_turns_have_the_length_of_the_bound(features: int) -> None:
    count = features * (features - 1) // 2
    _, length = brick_layers(np.full(count, np.pi), features)
    assert_close(brick_layer_path(features), length)
    assert brick_layer_path(features) <= np.pi * features * (1 + ROUNDING)


# ---- reversible networks


def permutation(word: list[Gate], bits: int) -> list[int]:
    """Where a word of controlled flips, first gate first, takes each state."""
    image = []
    for state in range(2**bits):
        for controls, flipped in word:
            if all(state >> c & 1 for c in controls):
                state ^= 1 << flipped
        image.append(state)
    return image


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_counting_bound_stays_below_the_diameter(bits: int) -> None:
    assert counting_bound(bits) <= word_lengths(reversible_gates(bits)).diameter


def parity(image: Integer) -> int:
    return sum(a > b for a, b in itertools.combinations(image.tolist(), 2)) % 2


@pytest.mark.parametrize("bits", [4, 8, 12])
def test_counting_bound_agrees_with_logarithms(bits: int) -> None:
    log_order = math.lgamma(2**bits + 1) - math.log(2)
    estimate = log_order / math.log(gate_count(bits))
    assert estimate - 1 <= counting_bound(bits) <= estimate + 1


def to_the_standard_states(a: int, b: int, c: int, bits: int) -> tuple[list[Gate], int, int]:
    """Step 4 of `construction_bound`: a word and the bits u, v."""
    word: list[Gate] = [((), bit) for bit in range(bits) if not a >> bit & 1]

    def at(state: int) -> int:
        return permutation(word, bits)[state]

    u = next(bit for bit in range(bits) if not at(b) >> bit & 1)
    flips = [bit for bit in range(bits) if bit != u and not at(b) >> bit & 1]
    word += [gate for bit in flips for gate in (((u,), bit), ((), bit))]
    v = next(bit for bit in range(bits) if bit != u and not at(c) >> bit & 1)
    flips = [bit for bit in range(bits) if bit != v and not at(c) >> bit & 1]
    word += [gate for bit in flips for gate in (((v,), bit), ((), bit))]
    return word, u, v


def three_cycle(a: int, b: int, c: int, bits: int) -> list[Gate]:
    """The whole word of `construction_bound`, with gates of more controls on five bits or more."""
    before, u, v = to_the_standard_states(a, b, c, bits)
    rest = [bit for bit in range(bits) if bit not in (u, v)]
    half = (bits - 1) // 2
    first, second = ((u, *rest[:half]), v), ((v, *rest[half:]), u)
    return [*before, first, second, first, second, *reversed(before)]


@pytest.mark.parametrize("bits", [4, 5])
def test_three_cycles_are_built_as_counted(bits: int, rng: np.random.Generator) -> None:
    for _ in range(30):
        a, b, c = rng.choice(2**bits, size=3, replace=False).tolist()
        word = three_cycle(a, b, c, bits)
        moved = {s: t for s, t in enumerate(permutation(word, bits)) if s != t}
        assert set(moved) == {a, b, c}
        cost = sum(1 if len(controls) <= 2 else 4 * (len(controls) - 2) for controls, _ in word)
        assert cost * (2**bits - 2) <= construction_bound(bits)


def test_three_controls_with_a_borrowed_bit_take_four_toffolis() -> None:
    borrowed = [((2, 4), 3), ((0, 1), 4), ((2, 4), 3), ((0, 1), 4)]
    assert permutation(borrowed, 5) == permutation([((0, 1, 2), 3)], 5)
    assert permutation(borrowed[:3], 5) != permutation([((0, 1, 2), 3)], 5)  # negative control


def test_even_permutations_are_short_products_of_three_cycles(rng: np.random.Generator) -> None:
    for _ in range(20):
        image = rng.permutation(16)
        if parity(image):
            image[[0, 1]] = image[[1, 0]]
        cycles = 0
        while (image != np.arange(16)).any():
            a = int(np.flatnonzero(image != np.arange(16))[0])
            b = int(np.flatnonzero(image == a)[0])
            c = int(next(s for s in np.flatnonzero(image != np.arange(16)) if s not in (a, b)))
            image[[a, b, c]] = image[[b, c, a]]  # puts a in place
            cycles += 1
        assert cycles <= 14


def test_few_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="`bits` must be at least 4"):
        construction_bound(3)


# ---- the claim


def test_fits_find_the_model_that_made_the_data() -> None:
    sizes = np.arange(3.0, 13.0)
    assert akaike_gap(sizes, 5 * sizes**1.5 + 1) < -DECISIVE
    assert akaike_gap(sizes, sizes * 2**sizes) > DECISIVE
    assert_close(fit("power law", sizes, 5 * sizes**1.5 * (1 + 1e-9 * np.sin(sizes)))[1], 1.5, 1e-8)
    rate = fit("exponential", sizes, 2**sizes * (1 + 1e-9 * np.sin(sizes)))[1]
    assert_close(rate, math.log(2), 1e-8)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(diameter, "SEARCHED_QUBITS", 2)
    return monkeypatch


def outcomes() -> dict[str, Outcome]:
    """The outcome of each family by the first word of its definition."""
    verdict, _ = evaluate(C12, Setting(True, (0,)))
    parts: dict[str, Outcome] = {}
    for reading in verdict.readings:
        if reading.decisive:
            parts.setdefault(reading.definition.split()[0], reading.outcome)
    return {**parts, "claim": verdict.outcome}


@pytest.mark.usefixtures("small")
def test_claim_depends_on_what_the_size_is() -> None:
    assert outcomes() == {
        "nonlinear": Outcome.SUPPORTED,
        "real": Outcome.REFUTED,
        "SU(2^n)": Outcome.INCONCLUSIVE,
        "claim": Outcome.DEFINITION_DEPENDENT,
    }


@pytest.mark.usefixtures("small")
def test_tables() -> None:
    _, evidence = evaluate(C12, Setting(True, (0,)))
    rows = evidence.tables["diameters"]
    assert {row["size_meaning"] for row in rows} == {"bits", "qubits", "features"}
    assert all(row["lower"] <= row["upper"] * (1 + ROUNDING) for row in rows)
    exact = [row["lower"] for row in rows if row["lower"] == row["upper"]]
    assert exact == [1, 4, 8, unpenalised_circuits(1), unpenalised_circuits(2)]
    assert all(row["found"] <= row["upper"] for row in rows if row["found"] is not None)
    assert len(evidence.tables["fits"]) == 3 * 3 * 2


def test_a_linear_count_of_words_would_refute_it(small: pytest.MonkeyPatch) -> None:
    small.setattr(diameter, "counting_bound", lambda bits: 2 * bits + 1)
    small.setattr(diameter, "construction_bound", lambda bits: bits**3)
    assert outcomes()["nonlinear"] is Outcome.REFUTED


def test_another_histogram_would_refute_it(small: pytest.MonkeyPatch) -> None:
    small.setattr(diameter, "THREE_BITS", (1, 12, 102, 625, 2780, 8921, 17049, 10254, 576))
    verdict, _ = evaluate(C12, Setting(True, (0,)))
    wrong = [r for r in verdict.readings if r.name.startswith("difference of the gate counts")]
    assert [r.outcome for r in wrong] == [Outcome.REFUTED]
