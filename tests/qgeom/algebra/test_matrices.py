"""Matrix algebras, against bases written out by hand and against circular convolution."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.algebra.matrices import MatrixAlgebra, matrix_algebra
from tests.closeness import EXACT, assert_close

ALGEBRAS = {
    "so2": matrix_algebra("so", 2),
    "so5": matrix_algebra("so", 5),
    "gl1": matrix_algebra("gl", 1),
    "gl3": matrix_algebra("gl", 3),
    "aff1": matrix_algebra("aff", 1),
    "aff3": matrix_algebra("aff", 3),
    "circulant1": matrix_algebra("circulant", 1),
    "circulant5": matrix_algebra("circulant", 5),
    "circulant4x2": matrix_algebra("circulant", 4, 2),
}
DIMENSIONS = {
    "so2": 1,
    "so5": 10,
    "gl1": 1,
    "gl3": 9,
    "aff1": 2,
    "aff3": 12,
    "circulant1": 1,
    "circulant5": 5,
    "circulant4x2": 16,
}


def unit(size: int, row: int, column: int) -> np.ndarray:
    matrix = np.zeros((size, size))
    matrix[row, column] = 1.0
    return matrix


def basis_by_hand(name: str, size: int, channels: int = 1) -> np.ndarray:
    """Brute force, in the order in which coordinates are documented."""
    if name == "so":
        pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
        return np.array([unit(size, i, j) - unit(size, j, i) for i, j in pairs])
    if name == "gl":
        return np.array([unit(size, i, j) for i in range(size) for j in range(size)])
    if name == "aff":
        return np.array([unit(size + 1, i, j) for i in range(size) for j in range(size + 1)])
    shift = np.roll(np.eye(size), 1, axis=0)  # S e_j = e_(j+1)
    return np.array(
        [
            np.kron(unit(channels, a, b), np.linalg.matrix_power(shift, k))
            for k in range(size)
            for a in range(channels)
            for b in range(channels)
        ]
    )


@pytest.mark.parametrize(
    ("name", "size", "channels"),
    [("so", 4, 1), ("gl", 3, 1), ("aff", 2, 1), ("circulant", 5, 1), ("circulant", 3, 2)],
)
def test_basis_is_the_one_written_by_hand(name: str, size: int, channels: int) -> None:
    algebra = matrix_algebra(name, size, channels)
    basis = basis_by_hand(name, size, channels)
    assert_close(algebra.matrix(np.eye(algebra.dim)), basis, EXACT)
    assert_close(algebra.multiplicity, np.sum(basis**2, axis=(1, 2)), EXACT)


@pytest.mark.parametrize("name", ALGEBRAS)
def test_dimension_is_that_of_the_basis(name: str) -> None:
    algebra = ALGEBRAS[name]
    flat = algebra.matrix(np.eye(algebra.dim)).reshape(algebra.dim, -1)
    assert algebra.dim == len(algebra.labels) == DIMENSIONS[name]
    assert np.linalg.matrix_rank(flat) == algebra.dim
    assert len(set(algebra.labels)) == algebra.dim


@pytest.mark.parametrize("name", ALGEBRAS)
def test_coordinates_invert_the_matrix(name: str, rng: np.random.Generator) -> None:
    algebra = ALGEBRAS[name]
    x = rng.normal(size=(2, 3, algebra.dim))
    assert_close(algebra.coordinates(algebra.matrix(x)), x, EXACT)


@pytest.mark.parametrize("name", ALGEBRAS)
def test_algebra_is_closed_under_the_commutator(name: str, rng: np.random.Generator) -> None:
    algebra = ALGEBRAS[name]
    a, b = algebra.matrix(rng.normal(size=(2, algebra.dim)))
    assert algebra.contains(a @ b - b @ a)


@pytest.mark.parametrize("name", ["so5", "aff3", "circulant5", "circulant4x2"])
def test_other_matrices_are_outside(name: str, rng: np.random.Generator) -> None:
    """The negative control of the test above."""
    algebra = ALGEBRAS[name]
    assert not algebra.contains(rng.normal(size=(algebra.size, algebra.size)))
    assert not algebra.contains(
        algebra.matrix(np.ones(algebra.dim)) + 1e-6 * np.eye(algebra.size)[-1]
    )


@pytest.mark.parametrize("name", ALGEBRAS)
def test_covectors_pair_by_the_trace(name: str, rng: np.random.Generator) -> None:
    algebra = ALGEBRAS[name]
    x, m = rng.normal(size=(2, algebra.dim))
    any_matrix = rng.normal(size=(algebra.size, algebra.size))
    paired = np.trace(any_matrix.T @ algebra.matrix(x))
    assert_close(algebra.pull_back(any_matrix) @ x, paired, EXACT)
    assert_close(algebra.pull_back(algebra.comatrix(m)), m, EXACT)
    assert algebra.contains(algebra.comatrix(m))


def test_one_channel_circulant_is_circular_convolution(rng: np.random.Generator) -> None:
    kernel, signal = rng.normal(size=(2, 7))
    expected = np.fft.ifft(np.fft.fft(kernel) * np.fft.fft(signal)).real
    assert_close(matrix_algebra("circulant", 7).matrix(kernel) @ signal, expected, EXACT)


def test_circulant_with_channels_sums_circular_convolutions(rng: np.random.Generator) -> None:
    sites, channels = 6, 3
    kernels = rng.normal(size=(sites, channels, channels))  # [shift, out, in]
    signal = rng.normal(size=(channels, sites))
    spectrum = np.einsum("kab,bk->ak", np.fft.fft(kernels, axis=0), np.fft.fft(signal, axis=1))
    matrix = matrix_algebra("circulant", sites, channels).matrix(kernels.ravel())
    assert_close((matrix @ signal.ravel()).reshape(channels, sites), np.fft.ifft(spectrum).real)


@pytest.mark.parametrize(
    ("algebra", "label", "distance"),
    [
        (matrix_algebra("so", 5), "1,4", 3),
        (matrix_algebra("gl", 4), "3,1", 2),
        (matrix_algebra("gl", 4), "2,2", 0),
        (matrix_algebra("aff", 3), "2,0", 2),
        (matrix_algebra("aff", 3), "0,3", 0),  # a translation moves nothing along the features
        (matrix_algebra("circulant", 6), "2:0,0", 2),
        (matrix_algebra("circulant", 6), "5:0,0", 1),  # five steps on are one step back
        (matrix_algebra("circulant", 6, 2), "3:1,0", 3),
    ],
)
def test_distance_is_the_reach_of_a_coordinate(
    algebra: MatrixAlgebra, label: str, distance: int
) -> None:
    assert algebra.distance[algebra.labels.index(label)] == distance


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("su", 3), "`name` must be one of so, gl, aff, circulant, but is 'su'"),
        (("so", 1), "`size` must be at least 2, but is 1"),
        (("gl", 0), "`size` must be at least 1, but is 0"),
        (("gl", 3.0), "`size` must be an integer, but is 3.0"),
        (("so", 3, 2), "`channels` must be 1 for so, but is 2"),
        (("circulant", 3, 0), "`channels` must be at least 1, but is 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments: tuple, message: str) -> None:
    matrix_algebra("gl", 3)  # a cached answer must not let 3.0 pass
    with pytest.raises(ValueError, match=message):
        matrix_algebra(*arguments)
