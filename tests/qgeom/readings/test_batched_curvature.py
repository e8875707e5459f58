"""Curvatures of many planes at once: the general formula, dense matrices, every backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from qgeom._typing import Real
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.metric.schedules import draconian
from qgeom.readings import batched_curvature
from qgeom.readings.batched_curvature import plane_curvatures
from qgeom.readings.curvature import sectional_curvature
from qgeom.readings.ricci import pauli_sectional
from tests.backends import BACKENDS, fetch, place
from tests.closeness import EXACT, ROUNDING, assert_close
from tests.oracles import curvature as oracle

every_backend = pytest.mark.parametrize("backend", BACKENDS)


def rugged(seed: int) -> Penalty:
    """Costs between 1/30 and 30, another one for every string."""
    return Penalty(
        "rugged",
        lambda generators: 30 ** np.random.default_rng(seed).uniform(-1, 1, len(generators)),
    )


METRICS = {
    "rugged-1": PauliMetric(1, rugged(0)),
    "rugged-2": PauliMetric(2, rugged(1)),
    "rugged-3": PauliMetric(3, rugged(2)),
    "cliff-4": PauliMetric(4, nielsen(256.0)),
    "cliff-6": PauliMetric(6, nielsen(4096.0)),
}
every_metric = pytest.mark.parametrize("name", METRICS)


def planes(metric: PauliMetric, count: int) -> Real:
    normal = np.random.default_rng(3).standard_normal((count, 2, metric.dim))
    return normal / np.sqrt(metric.inertia)


def expected(metric: PauliMetric, pairs: Real) -> Real:
    return sectional_curvature(metric, pairs[:, 0], pairs[:, 1])


def assert_matches_formula(metric: PauliMetric, pairs: Real, tolerance: float = ROUNDING) -> None:
    """The curvatures are those of the general formula."""
    assert_close(plane_curvatures(metric, pairs), expected(metric, pairs), tolerance)


# ---- second routes


@every_metric
@every_backend
def test_the_general_formula_gives_the_same(name: str, backend: str) -> None:
    metric = METRICS[name]
    pairs = planes(metric, 5)
    found = fetch(plane_curvatures(metric, place(pairs, backend)), backend)
    assert_close(found, expected(metric, pairs))


@pytest.mark.parametrize("name", ["rugged-1", "rugged-2", "rugged-3"])
def test_brute_force_gives_the_same(name: str) -> None:
    metric = METRICS[name]
    constants = oracle.structure_constants(oracle.pauli_basis(metric.n_qubits))
    pairs = planes(metric, 3)
    dense = [oracle.sectional(constants, metric.inertia, x, y) for x, y in pairs]
    assert_close(plane_curvatures(metric, pairs), dense)


def test_a_wrong_cost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    metric, other = METRICS["rugged-2"], PauliMetric(2, nielsen(1.0001, locality=0))
    with pytest.raises(AssertionError):
        assert_close(
            plane_curvatures(other, planes(metric, 5)), expected(metric, planes(metric, 5))
        )


@every_backend
def test_planes_of_two_strings_have_a_closed_form(backend: str) -> None:
    metric = PauliMetric(3, nielsen(10.0))
    s, t = np.triu_indices(metric.dim, 1)
    basis = np.eye(metric.dim)
    pairs = np.stack([basis[s], basis[t]], axis=1)
    found = fetch(plane_curvatures(metric, place(pairs, backend)), backend)
    assert_close(found, pauli_sectional(metric, s, t), EXACT)


# ---- what must not matter


@every_backend
def test_batches_do_not_matter(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    metric = METRICS["rugged-3"]
    pairs = planes(metric, 23)
    whole = fetch(plane_curvatures(metric, place(pairs, backend)), backend)
    for room in (1, 7 * 16 * batched_curvature.SCRATCH * 64):  # one plane, and seven
        monkeypatch.setattr(batched_curvature, "HOST_BYTES", room)
        monkeypatch.setattr(batched_curvature, "CARD_BYTES", room)
        assert_close(fetch(plane_curvatures(metric, place(pairs, backend)), backend), whole, EXACT)


def test_input_is_not_changed_and_no_planes_are_no_curvatures() -> None:
    metric = METRICS["rugged-2"]
    pairs = planes(metric, 4)
    before = pairs.copy()
    plane_curvatures(metric, pairs)
    np.testing.assert_array_equal(pairs, before)
    assert plane_curvatures(metric, pairs[:0]).shape == (0,)


def test_a_plane_has_one_curvature_whatever_spans_it() -> None:
    metric = METRICS["rugged-3"]
    pairs = planes(metric, 4)
    reference = plane_curvatures(metric, pairs)
    turned = np.einsum("ij,bja->bia", np.array([[2e6, -3e6], [5e-7, 1e-7]]), pairs)
    assert_close(plane_curvatures(metric, turned), reference)
    # Rounding of x + 1e-6 y alone turns a plane by EXACT / 1e-6.
    thin = pairs.copy()
    thin[:, 1] = pairs[:, 0] + 1e-6 * pairs[:, 1]
    assert_close(plane_curvatures(metric, thin), reference, 1e6 * EXACT)


def test_views_are_read_as_they_are() -> None:
    metric = METRICS["rugged-2"]
    stacked = np.stack([planes(metric, 6)] * 2)[1]
    strided = np.asfortranarray(stacked)
    assert_close(plane_curvatures(metric, strided[::2]), expected(metric, stacked[::2]))
    tensor = torch.as_tensor(stacked).transpose(0, 1).contiguous().transpose(0, 1)
    assert_close(plane_curvatures(metric, tensor).numpy(), expected(metric, stacked))


def test_without_costs_no_plane_is_negative() -> None:
    metric = PauliMetric(3, nielsen(1.0))
    assert (plane_curvatures(metric, planes(metric, 200)) > -EXACT).all()


# ---- the door

X, Y, Z = np.eye(3)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (np.ones((2, 3)), r"`pairs` must have shape \(planes, 2, 3\), but has shape \(2, 3\)"),
        (np.ones((1, 2, 4)), r"but has shape \(1, 2, 4\)"),
        (np.array([[X, Y]], dtype=np.float32), "be in double precision, but is float32"),
        (torch.ones((1, 2, 3)), "be in double precision, but is torch.float32"),
        (np.array([[X, Y * np.nan]]), "be finite, but has entries"),
        (np.array([[X, Y], [Z, 0 * Z]]), "span planes, but a vector is zero"),
        (np.array([[X, -2 * X]]), "span planes, but the sine of an angle is 0"),
        (torch.as_tensor(np.array([[X + Y, X + Y]])), "span planes, but the sine"),
    ],
)
def test_bad_planes_are_refused(pairs: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plane_curvatures(PauliMetric(1, custom({"Z": 5.0})), pairs)


def test_infinite_costs_are_refused() -> None:
    with pytest.raises(ValueError, match="`metric` must have finite costs"):
        plane_curvatures(PauliMetric(3, draconian()), np.ones((1, 2, 63)))
