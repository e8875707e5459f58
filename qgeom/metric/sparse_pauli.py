"""Nielsen's metric on few Pauli strings of many qubits: symplectic bit vectors, never a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from qgeom._checks import (
    UNITARITY_TOLERANCE,
    check_finite_array,
    check_finite_number,
    check_integer,
    fail,
)
from qgeom._typing import Real
from qgeom.algebra.paulis import LETTERS, pauli_product
from qgeom.metric.graded import GradedMetric, Labels, SparseVector, collect
from qgeom.metric.penalties import Generators, Penalty

WORD = 64


@dataclass(frozen=True)
class SparsePauliMetric(GradedMetric):
    """`PauliMetric` for sparse Hamiltonians: ``<H, J> = sum_s q_s h_s j_s = tr(H G(J)) / 2^n``.

    A label is the pair of bit masks (x | z) of a string in words of 64 qubits, labels add by XOR and
    each is its own negative.  ``[s, t] = -i (st - ts)`` is 0 or +-2 times the product (MATH.md 1).

    Parameters
    ----------
    n_qubits
        Number of qubits, without a limit.
    penalty
        A cost of the label or the weight, e.g. ``nielsen(64.0)``.  It is asked for the strings at
        hand and for one string of each weight, so a mapping may name weights but no labels.

    Raises
    ------
    ValueError
        If `n_qubits` is not an integer of at least 1, or the penalty is none; when used, if the
        penalty does not fit or has infinite costs.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = SparsePauliMetric(100, nielsen(64.0))
    >>> x, y = metric.vector({"X" + 99 * "I": 1.0}), metric.vector({"Y" + 99 * "Z": 3.0})
    >>> metric.terms(metric.bracket(x, y)) == {100 * "Z": 6.0}
    True
    >>> float(metric.inner(y, y))
    576.0
    """

    n_qubits: int
    penalty: Penalty

    def __post_init__(self) -> None:
        check_integer("n_qubits", self.n_qubits, 1)
        if not isinstance(self.penalty, Penalty):
            raise fail("penalty", "be a Penalty such as nielsen(64.0)", f"is {self.penalty!r}")

    def vector(self, terms: Mapping[str, float] | Iterable[tuple[str, float]]) -> SparseVector:
        """The Hamiltonian ``sum_s h_s s``, up to a multiple of the identity.

        Parameters
        ----------
        terms
            ``{"XXI": 0.3, ...}``, pairs of label and coefficient, or a Qiskit ``SparsePauliOp``; the
            leftmost letter belongs to the highest qubit.  Equal labels are summed.

        Raises
        ------
        ValueError
            If a label is not made of n letters I, X, Y, Z, or a coefficient not real and finite.
        """
        labels, coefficients = _unzipped(terms)
        numbers = check_finite_array("terms", coefficients)
        stray = np.abs(numbers.imag).max(initial=0.0)
        if stray > UNITARITY_TOLERANCE * np.abs(numbers).max(initial=1.0):
            raise fail("terms", "be Hermitian", f"has an imaginary coefficient of size {stray:.3g}")
        masks = _masks(labels, self.n_qubits)
        moving = masks.any(axis=-1)
        return collect(masks[moving], numbers.real[moving].astype(np.float64))

    def terms(self, x: SparseVector) -> dict[str, float]:
        """Labels and coefficients, the inverse of `vector`."""
        return dict(zip(_labels(x.labels, self.n_qubits), x.coefficients.tolist(), strict=True))

    @property
    def width(self) -> int:
        """Words of x and of z."""
        return 2 * -(-self.n_qubits // WORD)

    def add(self, a: Labels, b: Labels) -> Labels:
        """Product of strings."""
        return a ^ b

    def negative(self, a: Labels) -> Labels:
        """A string is its own inverse."""
        return a

    def factor(self, a: Labels, b: Labels) -> Real:
        """``-i (st - ts) = f r``: 0 or +-2."""
        a, b = np.broadcast_arrays(a, b)
        half = self.width // 2
        form = np.zeros(a.shape[:-1], dtype=np.uint64)
        for word in range(half):
            form ^= (a[..., word] & b[..., half + word]) ^ (a[..., half + word] & b[..., word])
        factors = (np.bitwise_count(form) % 2).astype(np.float64)
        s, t = a[factors != 0], b[factors != 0]
        _, _, powers = pauli_product(s[:, :half], s[:, half:], t[:, :half], t[:, half:])
        factors[factors != 0] = 2.0 - powers.sum(axis=-1) % 4
        return 2.0 * factors  # st = i^k r with k = 1 or 3 gives -i (i^k - i^-k) = 2 or -2

    def inertia(self, labels: Labels) -> Real:
        """Cost q_s of each string."""
        n, half = self.n_qubits, self.width // 2
        weights = np.bitwise_count(labels[:, :half] | labels[:, half:]).sum(axis=-1, dtype=np.int64)
        # Rules by weight may look at the number of qubits, or name every weight.
        every = np.arange(1, n + 1)
        generators = Generators(
            "pauli",
            lambda: (*_labels(labels, n), *("X" * k + "I" * (n - k) for k in every.tolist())),
            np.concatenate([weights, every]),
        )
        costs = self.penalty.costs(generators)[: len(labels)]
        if not np.isfinite(costs).all():
            raise fail("penalty", "have finite costs", "has infinite ones")
        return costs

    def check_labels(self, name: str, labels: Labels) -> None:
        """Raise ValueError unless all are strings on these qubits, the identity left out."""
        if labels.dtype != np.uint64:
            raise fail(name, "have labels in words of 64 bits", f"has {labels.dtype}")
        if not labels.any(axis=-1).all():
            raise fail(name, "have no identity term", "has one")
        used = np.bitwise_or.reduce(labels.reshape(-1, 2, self.width // 2), axis=(0, 1))
        highest = sum(int(word) << WORD * i for i, word in enumerate(used.tolist())).bit_length()
        if highest > self.n_qubits:
            raise fail(name, f"act on {self.n_qubits} qubits", f"acts on qubit {highest - 1}")


def uniform_chain(n_qubits: int, couplings: Mapping[str, float]) -> dict[str, float]:
    """Terms of ``H = sum_P J_P sum_j P_j``: each pattern P at every place of an open chain.

    Parameters
    ----------
    n_qubits
        Length of the chain.
    couplings
        ``{"ZZ": -1.0, "X": -g}`` is the Ising chain in a transverse field g.

    Raises
    ------
    ValueError
        If a pattern is empty or longer than the chain, or a coupling not a finite number.

    Examples
    --------
    >>> uniform_chain(3, {"ZZ": -1.0, "X": -0.5})
    {'ZZI': -1.0, 'IZZ': -1.0, 'XII': -0.5, 'IXI': -0.5, 'IIX': -0.5}
    """
    n_qubits = check_integer("n_qubits", n_qubits, 1)
    terms: dict[str, float] = {}
    for pattern, coupling in couplings.items():
        if not 1 <= len(pattern) <= n_qubits:
            raise fail("couplings", f"have patterns of 1 to {n_qubits} letters", f"has {pattern!r}")
        strength = check_finite_number("couplings", coupling)
        for place in range(n_qubits - len(pattern) + 1):
            label = "I" * place + pattern + "I" * (n_qubits - len(pattern) - place)
            terms[label] = terms.get(label, 0.0) + strength
    return terms


def _unzipped(terms: Any) -> tuple[list[str], list[complex]]:
    """Labels and coefficients of a mapping, of pairs, or of a Qiskit SparsePauliOp."""
    if hasattr(terms, "to_list"):
        terms = terms.to_list()
    pairs = list(terms.items() if isinstance(terms, Mapping) else terms)
    return [label for label, _ in pairs], [coefficient for _, coefficient in pairs]


def _masks(labels: list[str], n_qubits: int) -> Labels:
    """Bit masks (x | z) in words of 64 qubits, qubit j at bit j."""
    for label in labels:
        if len(label) != n_qubits or not set(label) <= set(LETTERS):
            raise fail("terms", f"have labels of {n_qubits} letters I, X, Y, Z", f"has {label!r}")
    letters = np.array([list(reversed(label)) for label in labels]).reshape(-1, n_qubits)
    digits = np.searchsorted(list(LETTERS), letters)  # 0 I, 1 X, 2 Y, 3 Z
    bits = np.stack([(digits == 1) | (digits == 2), digits >= 2], axis=1)
    width = -(-n_qubits // WORD)
    padded = np.zeros((len(labels), 2, width * WORD), dtype=bool)
    padded[..., :n_qubits] = bits
    words = np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64)
    return words.reshape(len(labels), 2 * width)


def _labels(masks: Labels, n_qubits: int) -> tuple[str, ...]:
    """Labels of bit masks."""
    words = masks.reshape(len(masks), 2, masks.shape[1] // 2).astype("<u8")
    bits = np.unpackbits(words.view(np.uint8), axis=-1, bitorder="little")[..., :n_qubits]
    x, z = bits[:, 0, ::-1].astype(np.int64), bits[:, 1, ::-1]
    letters = np.array(list(LETTERS))[x ^ (3 * z)]
    return tuple(np.ascontiguousarray(letters).view(f"U{n_qubits}").ravel().tolist())
