"""The Cartan decomposition down to angles of 1e-12, against closed forms, Qiskit and brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.linalg
from qiskit.synthesis import TwoQubitWeylDecomposition
from scipy.stats import unitary_group

from qgeom.algebra.targets import target
from qgeom.circuits.weyl import (
    Weyl,
    canonical_gate,
    interaction_angle,
    kron_factors,
    weyl_decomposition,
)

RECONSTRUCTION = 1e-14  # operator norm, with the phase
COORDINATE = 2e-15
COUNT = 2000
QUARTER = np.pi / 4

PAULIS = [target(name).matrix for name in "xyz"]
AXES = np.stack([np.kron(p, p) for p in PAULIS])
NAMED = {
    "identity": (0, 0, 0),
    "cnot": (QUARTER, 0, 0),
    "cz": (QUARTER, 0, 0),
    "swap": (QUARTER, QUARTER, QUARTER),
    "iswap": (QUARTER, QUARTER, 0),
    "sqrtswap": (QUARTER / 2, QUARTER / 2, -QUARTER / 2),
    "b": (QUARTER, QUARTER / 2, 0),
}


def kron(factors: np.ndarray) -> np.ndarray:
    first, second = factors[..., 0, :, :], factors[..., 1, :, :]
    product = np.einsum("...ij,...kl->...ikjl", second, first)
    return product.reshape(*product.shape[:-4], 4, 4)


def rebuilt(weyl: Weyl) -> np.ndarray:
    core = canonical_gate(weyl.coordinates)
    phase = np.exp(1j * weyl.phase)[..., None, None]
    return phase * kron(weyl.left) @ core @ kron(weyl.right)


def local(count: int, rng: np.random.Generator) -> np.ndarray:
    return kron(unitary_group.rvs(2, 2 * count, random_state=rng).reshape(count, 2, 2, 2))


def clifford_products(count: int, rng: np.random.Generator) -> np.ndarray:
    h, s, one = target("h").matrix, target("s").matrix, np.eye(2)
    cx = target("cnot").matrix
    generators = np.stack([np.kron(h, one), np.kron(one, h), np.kron(s, one), np.kron(one, s), cx])
    matrices = np.broadcast_to(np.eye(4, dtype=complex), (count, 4, 4))
    for _ in range(20):
        matrices = generators[rng.integers(5, size=count)] @ matrices
    return matrices


def chamber_point(count: int, rng: np.random.Generator) -> np.ndarray:
    points = -np.sort(-rng.uniform(0.0, QUARTER, (count, 3)), axis=-1)
    points[:, 2] *= rng.choice([-1.0, 1.0], count)
    return points


def assert_exact(u: np.ndarray) -> np.ndarray:
    weyl = weyl_decomposition(u)
    errors = np.linalg.norm(rebuilt(weyl) - u, ord=2, axis=(-2, -1))
    assert errors.max() <= RECONSTRUCTION
    for factors in (weyl.left, weyl.right):
        defect = factors @ factors.conj().swapaxes(-1, -2) - np.eye(2)
        assert np.abs(defect).max() <= RECONSTRUCTION
    a, b, c = np.moveaxis(weyl.coordinates, -1, 0)
    assert (a <= QUARTER + RECONSTRUCTION).all()
    assert (b <= a + COORDINATE).all()
    assert (np.abs(c) <= b + COORDINATE).all()
    return weyl.coordinates


def test_canonical_gate_is_the_exponential(rng: np.random.Generator) -> None:
    coordinates = rng.normal(size=3)
    expected = scipy.linalg.expm(1j * np.tensordot(coordinates, AXES, 1))
    assert np.abs(canonical_gate(coordinates) - expected).max() < RECONSTRUCTION


def test_haar_as_in_qiskit(rng: np.random.Generator) -> None:
    u = unitary_group.rvs(4, COUNT, random_state=rng)
    coordinates = assert_exact(u)
    for matrix, found in zip(u[:200], coordinates, strict=False):
        peer = TwoQubitWeylDecomposition(matrix, fidelity=None)
        assert np.abs(found - [peer.a, peer.b, peer.c]).max() < 1e-14


def test_products_of_clifford_gates(rng: np.random.Generator) -> None:
    coordinates = assert_exact(clifford_products(COUNT, rng))
    corners = [NAMED[name] for name in ("identity", "cnot", "iswap", "swap")]
    distance = np.abs(coordinates[:, None] - corners).max(axis=-1)
    assert distance.min(axis=-1).max() < COORDINATE
    assert set(distance.argmin(axis=-1)) == {0, 1, 2, 3}


@pytest.mark.parametrize("name", NAMED)
def test_named_gates_in_any_local_frame(name: str, rng: np.random.Generator) -> None:
    gate = target(name, 2 if name == "identity" else None).matrix
    framed = local(100, rng) @ gate @ local(100, rng)
    coordinates = assert_exact(np.concatenate([gate[None], 1j * gate[None], framed]))
    assert np.abs(coordinates - NAMED[name]).max() < COORDINATE


@pytest.mark.parametrize("scale", 10.0 ** -np.arange(13))
def test_small_angles_keep_their_digits(scale: float, rng: np.random.Generator) -> None:
    expected = scale * chamber_point(200, rng)
    u = local(200, rng) @ canonical_gate(expected) @ local(200, rng)
    phases = np.exp(1j * rng.uniform(-np.pi, np.pi, 200))
    coordinates = assert_exact(phases[:, None, None] * u)
    assert np.abs(coordinates - expected).max() < COORDINATE


@pytest.mark.parametrize("scale", [1e-4, 1e-8, 1e-12])
def test_near_the_corners(scale: float, rng: np.random.Generator) -> None:
    for corner in NAMED.values():
        near = canonical_gate(np.array(corner) + scale * rng.normal(size=(100, 3)))
        coordinates = assert_exact(local(100, rng) @ near @ local(100, rng))
        assert np.abs(np.abs(coordinates) - np.abs(corner)).max() < 10 * scale


def test_coordinates_do_not_see_local_gates(rng: np.random.Generator) -> None:
    u = unitary_group.rvs(4, 100, random_state=rng)
    turned = local(100, rng) @ u @ local(100, rng)
    found = weyl_decomposition(np.stack([u, turned])).coordinates
    assert np.abs(found[0] - found[1]).max() < COORDINATE


def test_every_image_has_the_same_coordinates(rng: np.random.Generator) -> None:
    (point,) = chamber_point(1, rng)
    orders = np.array(list(itertools.permutations(range(3))))
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    shifts = np.pi / 2 * np.array(list(itertools.product((-1, 0, 1, 2), repeat=3)))
    images = (point[orders][:, None] * signs)[:, :, None] + shifts
    found = weyl_decomposition(canonical_gate(images)).coordinates
    assert np.abs(found - point).max() < 2 * COORDINATE
    # The sum that `interaction_angle` reports is the least over all images.
    assert np.abs(point).sum() <= np.abs(images).sum(axis=-1).min() + COORDINATE


def test_the_face_of_the_chamber_has_one_sign() -> None:
    for c in (0.3, -0.3):
        found = weyl_decomposition(canonical_gate(np.array([QUARTER, 0.5, c]))).coordinates
        assert np.abs(found - [QUARTER, 0.5, 0.3]).max() < COORDINATE
        # A sign that does matter, a little below the face.
        inside = np.array([QUARTER - 1e-6, 0.5, c])
        found = weyl_decomposition(canonical_gate(inside)).coordinates
        assert np.abs(found - inside).max() < COORDINATE


def test_batches_of_any_shape(rng: np.random.Generator) -> None:
    u = unitary_group.rvs(4, 6, random_state=rng)
    whole, single = weyl_decomposition(u.reshape(2, 3, 4, 4)), weyl_decomposition(u[4])
    assert whole.left.shape == whole.right.shape == (2, 3, 2, 2, 2)
    assert np.abs(rebuilt(whole).reshape(6, 4, 4) - u).max() < RECONSTRUCTION
    assert np.abs(rebuilt(single) - u[4]).max() < RECONSTRUCTION


def test_the_first_qubit_is_the_least_significant() -> None:
    """A gate T on the first qubit alone sits in factor 0."""
    t = target("t").matrix
    weyl = weyl_decomposition(np.kron(np.eye(2), t))
    first = weyl.left[0] @ weyl.right[0]
    assert abs(abs(np.trace(first.conj().T @ t)) - 2.0) < RECONSTRUCTION


@pytest.mark.parametrize("angle", [0.0, 1e-10, 0.3, -1.2, np.pi / 2, np.pi, 2.0])
def test_interaction_angle_of_one_rzz(angle: float) -> None:
    rzz = np.diag(np.exp(-0.5j * angle * np.array([1, -1, -1, 1])))
    least = min(abs(angle), np.pi - abs(angle))  # RZZ(pi) is local
    assert abs(interaction_angle(rzz) - least) < 4 * COORDINATE


def test_interaction_angles_of_named_gates() -> None:
    for name, quarters in (("cnot", 1), ("iswap", 2), ("swap", 3), ("b", 1.5)):
        assert abs(interaction_angle(target(name).matrix) - quarters * np.pi / 2) < 8 * COORDINATE


def test_kron_factors_measure_what_is_no_product() -> None:
    angle = 1e-6
    factors, defect = kron_factors(canonical_gate(np.array([angle, 0.0, 0.0])))
    assert abs(defect / angle - 1.0) < 1e-9
    assert np.abs(kron(factors) - np.cos(angle) * np.eye(4)).max() < 2 * angle


@pytest.mark.parametrize("bad", [np.eye(2), np.eye(8), 2 * np.eye(4), np.full((4, 4), np.nan)])
def test_refuses_what_is_no_two_qubit_unitary(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Argument `u` must"):
        weyl_decomposition(bad)
