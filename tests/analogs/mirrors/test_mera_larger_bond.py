"""Larger bonds by quimb, where it is installed; a sentence where it is not."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from analogs.mirrors.mera.ising import critical_ising
from analogs.mirrors.mera.larger_bond import (
    INSTALL,
    LargerBond,
    bond_hamiltonian,
    minimise_larger_bond,
)
from tests.closeness import EXACT, assert_close

MISSING = importlib.util.find_spec("quimb") is None


def test_bonds_add_up_to_the_ring() -> None:
    """On four sites, the last one joined to the first."""
    bond = bond_hamiltonian().reshape(2, 2, 2, 2)
    total = np.zeros((16, 16))
    for site in range(4):
        other = [k for k in range(4) if k not in (site, (site + 1) % 4)]
        order = [site, (site + 1) % 4, *other]
        whole = np.einsum("abcd,ef,gh->abegcdfh", bond, np.eye(2), np.eye(2))
        back = np.argsort(order)
        total += whole.transpose([*back, *(4 + back)]).reshape(16, 16)
    assert_close(total, critical_ising(4).toarray(), EXACT)


def test_relative_error_is_that_of_the_exact_energy() -> None:
    assert LargerBond(8, 2, 0, -10.0).relative_error == pytest.approx(0.02454839, rel=1e-6)


@pytest.mark.parametrize("options", [(6, 2), (2, 2), (8, 1)])
def test_sizes_out_of_range_are_refused(options: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must"):
        minimise_larger_bond(*options, seed=0)


@pytest.mark.skipif(not MISSING, reason="quimb is installed")
def test_what_is_missing_is_named() -> None:
    with pytest.raises(ImportError) as caught:
        minimise_larger_bond(4, 2, seed=0)
    assert str(caught.value) == INSTALL


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the dependencies of quimb
def test_four_sites_are_exact() -> None:
    pytest.importorskip("quimb")
    found = minimise_larger_bond(4, 2, seed=0, iterations=60)
    assert 0.0 < found.relative_error < 1e-6
