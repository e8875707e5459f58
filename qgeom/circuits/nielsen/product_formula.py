r"""Product formulas of two-qubit gates for a two-local Hamiltonian, with commutator bounds.

All terms of a pair of qubits are one summand, ``H = sum_pairs H_ab`` with one-qubit terms shared out
among the pairs of their qubit, so that ``exp(-i t H_ab)`` is one gate.  Pairs without a common qubit
commute: they form layers, ``H = sum_l A_l``, and the formulas of Lie, Strang and Suzuki run over layers.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_finite_number, check_integer, check_vector, fail
from qgeom._linalg import commutator, dagger, expm_hermitian
from qgeom._typing import Complex, Real, Vector
from qgeom.algebra.paulis import pauli_matrix, pauli_strings
from qgeom.circuits.blocks import merge_gates, two_qubit_layers
from qgeom.circuits.gates import Gate, apply_gate
from qgeom.circuits.nielsen.slicing import gauss_rule, operator_norms

ORDERS = (1, 2, 4)


@dataclass(frozen=True, eq=False)
class Summand:
    """Hermitian matrix on some qubits, in the index order of `Gate`."""

    qubits: tuple[int, ...]
    matrix: Complex


def hamiltonian_layers(hamiltonian: Vector) -> tuple[tuple[Summand, ...], ...]:
    """Layers of summands on disjoint qubits whose sum is a two-local Hamiltonian (dim,).

    Layers with fewer pairs come first: at the ends of a symmetric formula they cost one more time.
    One-qubit terms of a qubit that no two-qubit term touches are summands of their own.

    Raises
    ------
    ValueError
        Unless the coefficients are ``4^n - 1`` finite real numbers, 0 beyond weight 2.

    Examples
    --------
    >>> h = np.zeros(63)
    >>> h[[4, 19, 0]] = 1.0, 1.0, 0.5  # IXX, XXI and IIX / 2
    >>> [[part.qubits for part in layer] for layer in hamiltonian_layers(h)]
    [[(0, 1)], [(1, 2)]]
    """
    coefficients, n_qubits = _two_local(hamiltonian)
    numbers = np.append(0.0, coefficients)  # by base-4 number of the label
    pairs = [
        pair
        for pair in itertools.combinations(range(n_qubits), 2)
        if numbers[_pair_numbers(*pair)[1:, 1:]].any()
    ]
    degrees = np.bincount(np.array(pairs, dtype=np.int64).reshape(-1), minlength=n_qubits)
    shares = 1.0 / np.maximum(degrees, 1)
    layers = [
        tuple(_pair_summand(numbers, shares, *pair) for pair in layer)
        for layer in _layers(tuple(pairs))
    ]
    alone = tuple(
        Summand((qubit,), pauli_matrix(own))
        for qubit in range(n_qubits)
        if not degrees[qubit] and (own := numbers[np.arange(1, 4) << (2 * qubit)]).any()
    )
    if alone:  # they commute with all the rest, and in the middle they appear once a step
        layers[-1:] = [(*layers[-1], *alone)] if layers else [alone]
    return tuple(layers)


def evolution_gates(
    hamiltonian: Vector, time: float = 1.0, order: int = 2, steps: int = 1
) -> tuple[Gate, ...]:
    r"""Gates in order of time of a product formula for ``exp(-i t H)``, neighbours merged.

    With ``S_2(t) = e^{-i t A_1 / 2} ... e^{-i t A_L} ... e^{-i t A_1 / 2}``, order 1 is Lie's product,
    2 Strang's S_2, and 4 Suzuki's ``S_2(p t)^2 S_2((1 - 4 p) t) S_2(p t)^2``, ``p = 1 / (4 - 4^{1/3})``.

    Parameters
    ----------
    hamiltonian
        Pauli coefficients (dim,) of weight at most 2.
    time
        Any finite number.
    order
        1, 2 or 4.
    steps
        Number r of equal steps.

    Raises
    ------
    ValueError
        For a Hamiltonian that is not two-local, another order, or no step.

    Examples
    --------
    >>> from qgeom.algebra.hamiltonians import transverse_ising
    >>> [len(evolution_gates(transverse_ising(3), order=2, steps=r)) for r in (1, 2, 3)]  # 2 r + 1
    [3, 5, 7]
    """
    return merge_gates(formula_gates(hamiltonian, time, order, steps))


def formula_gates(
    hamiltonian: Vector, time: float = 1.0, order: int = 2, steps: int = 1
) -> list[Gate]:
    """The gates of `evolution_gates` one by one, before neighbours are merged."""
    time = check_finite_number("time", time)
    steps = check_integer("steps", steps, 1)
    layers = hamiltonian_layers(hamiltonian)
    stages = formula_stages(len(layers), order)
    made = {stage: _layer_gates(layers[stage[0]], stage[1] * time / steps) for stage in set(stages)}
    return [gate for stage in stages for gate in made[stage]] * steps


def formula_bound(hamiltonian: Vector, time: float = 1.0, order: int = 2, steps: int = 1) -> float:
    r"""Bound ``r int_0^t ||W(s) - H|| ds`` of the operator-norm error, t the length of a step.

    ``W = sum_k w_k V_k A_k V_k^dagger`` is the Hamiltonian of the product as it grows, V_k the factors
    after the k-th.  The leading order in t is that of the error; the integral is a Gauss-Legendre sum.

    Examples
    --------
    >>> h = np.zeros(15)
    >>> h[[14, 3]] = 1.0  # XI + ZZ is one gate: no error
    >>> formula_bound(h, 3.0) < 1e-13
    True
    """
    step, steps, layers, stages = _step(hamiltonian, time, order, steps)
    nodes, weights, _ = gauss_rule()
    growing = np.zeros((len(nodes), *layers.shape[1:]), dtype=np.complex128)
    for layer, weight in stages:
        turn = expm_hermitian(weight * step * nodes[:, None, None] * layers[layer])
        growing = turn @ growing @ dagger(turn) + weight * layers[layer]
    return float(steps * abs(step) * weights @ operator_norms(growing - layers.sum(axis=0)))


def commutator_bound(
    hamiltonian: Vector, time: float = 1.0, order: int = 2, steps: int = 1
) -> float:
    r"""Bound of the operator-norm error of `evolution_gates` by nested commutators alone.

    For order 2, with ``B = A_{l+1} + ... + A_L`` and t the length of a step (Childs, Su, Tran, Wiebe
    and Zhu, PRX 11, 011020 (2021), proposition 10, applied to ``A_l + B`` layer by layer),

        ``r t^3 sum_l ( ||[B, [B, A_l]]|| / 12 + ||[A_l, [A_l, B]]|| / 24 )``;

    for the others `remainder_bound`, far too large at order 4 (by 10^3 on three qubits).

    Examples
    --------
    >>> from qgeom.algebra.hamiltonians import transverse_ising
    >>> bounds = [commutator_bound(transverse_ising(3), 0.5, 2, r) for r in (1, 2)]
    >>> round(bounds[0] / bounds[1], 9)
    4.0
    """
    step, steps, layers, stages = _step(hamiltonian, time, order, steps)
    constant = _strang_bound(layers) if order == 2 else remainder_bound(layers, stages, order)
    return steps * constant * abs(step) ** (order + 1)


def remainder_bound(layers: Complex, stages: tuple[tuple[int, float], ...], order: int) -> float:
    r"""Constant C with ``||prod_k e^{-i t w_k A_k} - e^{-i t H}|| <= C t^{p+1}`` for order p.

    The product has the Hamiltonian ``sum_k w_k e^{-i t w_s ad A_s} ... e^{-i t w_{k+1} ad A_{k+1}} A_k``,
    equal to H up to order p - 1 in t.  Expanding the exponentials from the innermost one leaves the
    remainder (Childs et al., theorem 5), with q over all ``q_{k+1} + ... + q_s = p``,

        ``t^p sum_k |w_k| sum_q prod_j |w_j|^{q_j} / q_j!  ||ad_s^{q_s} ... ad_{k+1}^{q_{k+1}} A_k||``,

    and C is its integral.  Equal nested commutators are added up first: the sum over q of the words in
    the layers is a product of exponentials in the tensor algebra.

    Parameters
    ----------
    layers
        Hermitian A_l, (L, N, N).
    stages
        The layer and the weight w_k of each factor, in order of time.
    order
        p; the formula must have that order.

    Examples
    --------
    >>> x, z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    >>> float(remainder_bound(np.stack([x, z]), ((0, 1.0), (1, 1.0)), 1))  # ||[X, Z]|| / 2
    1.0
    """
    count = len(layers)
    later = [np.ones(())] + [np.zeros((count,) * level) for level in range(1, order + 1)]
    words = np.zeros((count,) * (order + 1))
    for layer, weight in reversed(stages):
        words[layer] += abs(weight) * later[order]
        later = _prefixed(later, layer, abs(weight))
    total = sum(_nested_norms(layers, layers[layer], words[layer]) for layer in range(count))
    return float(total) / (order + 1)


def _step(
    hamiltonian: Vector, time: float, order: int, steps: int
) -> tuple[float, int, Complex, tuple[tuple[int, float], ...]]:
    """Length and number of steps, the layers (L, 2^n, 2^n) on all qubits, and the factors of a step."""
    time = check_finite_number("time", time)
    steps = check_integer("steps", steps, 1)
    identity = np.eye(1 << _two_local(hamiltonian)[1], dtype=np.complex128)
    layers = [
        np.sum([apply_gate(Gate(part.qubits, part.matrix), identity) for part in layer], axis=0)
        for layer in hamiltonian_layers(hamiltonian)
    ]
    matrices = np.array(layers, dtype=np.complex128).reshape(-1, *identity.shape)
    return time / steps, steps, matrices, formula_stages(len(layers), order)


# The colouring costs more than the gates, and all slices of a path have the same pairs.
@functools.lru_cache(maxsize=128)
def _layers(pairs: tuple[tuple[int, int], ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(sorted(two_qubit_layers(pairs), key=lambda layer: (len(layer), layer)))


def _two_local(hamiltonian: Vector) -> tuple[Vector, int]:
    n_qubits = ((np.size(hamiltonian) + 1).bit_length() - 1) // 2
    coefficients = check_vector("hamiltonian", hamiltonian, 4 ** max(n_qubits, 1) - 1)
    if coefficients.ndim != 1:
        raise fail("hamiltonian", "be one vector", f"has shape {coefficients.shape}")
    weights = pauli_strings(n_qubits).weight[coefficients != 0]
    if weights.max(initial=0) > 2:
        raise fail("hamiltonian", "have Pauli weight at most 2", f"has weight {weights.max()}")
    return coefficients, n_qubits


def _pair_numbers(a: int, b: int) -> np.ndarray:
    """Base-4 numbers (4, 4) of the strings with some letters on qubits b (rows) and a, else I."""
    letters = np.arange(4)
    return (letters[:, None] << (2 * b)) + (letters << (2 * a))


def _pair_summand(numbers: Real, shares: Real, a: int, b: int) -> Summand:
    table = numbers[_pair_numbers(a, b)]
    table[0] *= shares[a]
    table[:, 0] *= shares[b]
    return Summand((a, b), pauli_matrix(table.reshape(-1)[1:]))


def _layer_gates(layer: tuple[Summand, ...], time: float) -> list[Gate]:
    return [Gate(part.qubits, expm_hermitian(time * part.matrix)) for part in layer]


def formula_stages(layers: int, order: int) -> tuple[tuple[int, float], ...]:
    """Layer and weight of each factor of one step, in order of time: the formula for a sum of layers.

    Raises
    ------
    ValueError
        Unless the order is 1, 2 or 4.

    Examples
    --------
    >>> formula_stages(2, 2)
    ((0, 0.5), (1, 0.5), (1, 0.5), (0, 0.5))
    """
    if order not in ORDERS:
        raise fail("order", "be 1, 2 or 4", f"is {order!r}")
    ahead = range(layers)
    if order == 1:
        return tuple((layer, 1.0) for layer in ahead)
    strang = tuple((layer, 0.5) for layer in (*ahead, *reversed(ahead)))
    if order == 2:
        return strang
    p = 1.0 / (4.0 - 4.0 ** (1.0 / 3.0))
    return tuple(
        (layer, scale * weight) for scale in (p, p, 1.0 - 4.0 * p, p, p) for layer, weight in strang
    )


def _strang_bound(layers: Complex) -> float:
    bound = 0.0
    for index, a in enumerate(layers[:-1]):
        b = layers[index + 1 :].sum(axis=0)
        inner = 1j * commutator(b, a)
        bound += _norm(commutator(b, inner)) / 12.0 + _norm(commutator(a, inner)) / 24.0
    return bound


def _prefixed(series: list[Real], letter: int, weight: float) -> list[Real]:
    """``exp(w e_letter)`` times a truncated series of the tensor algebra, one array a level."""
    out = [level.copy() for level in series]
    for level in range(1, len(series)):
        factor = 1.0
        for power in range(1, level + 1):
            factor *= weight / power
            out[level][(letter,) * power] += factor * series[level - power]
    return out


def _nested_norms(layers: Complex, inner: Complex, words: Real) -> float:
    """``sum_words c ||ad_word A||``; the first letter of a word acts first."""
    if words.ndim == 0:
        return float(words) * _norm(inner)
    return sum(
        _nested_norms(layers, commutator(layer, inner), words[index])
        for index, layer in enumerate(layers)
        if words[index].any()
    )


def _norm(matrix: Complex) -> float:
    return float(np.linalg.norm(matrix, ord=2))
