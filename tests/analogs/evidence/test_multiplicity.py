"""Holm's correction against hand computation, its definition, and its guarantee."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analogs.evidence.multiplicity import holm

ROUNDING = 1e-15
FAMILIES = 4000
# Four standard deviations of a share near 0.05 among FAMILIES.
SHARE_TOLERANCE = 4 * np.sqrt(0.05 * 0.95 / FAMILIES)


def test_by_hand():
    # Sorted .005 .01 .03 .04 times 4 3 2 1 = .02 .03 .06 .04, the last raised to .06.
    np.testing.assert_allclose(
        holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02], rtol=0, atol=ROUNDING
    )


def test_caps_at_one_and_keeps_order_with_ties():
    assert holm([0.5, 0.5, 0.9]).tolist() == [1.0, 1.0, 1.0]
    assert holm([0.01, 0.01]).tolist() == [0.02, 0.02]
    assert holm([]).tolist() == []
    assert holm([0.3]).tolist() == [0.3]


def test_is_the_closed_test_of_bonferroni():
    """Holm rejects i exactly if Bonferroni rejects every subset that contains i."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = rng.random(4) ** 3
        adjusted = holm(p)
        for i in range(4):
            subsets = [
                s for k in range(1, 5) for s in itertools.combinations(range(4), k) if i in s
            ]
            closed = max(min(1.0, len(s) * p[list(s)].min()) for s in subsets)
            assert adjusted[i] == pytest.approx(closed, abs=ROUNDING)


def family_error(correct) -> float:
    """Return the share of null families with any rejection at 5 %."""
    p = np.random.default_rng(1).random((FAMILIES, 5))
    return float(np.mean([(correct(row) <= 0.05).any() for row in p]))


def test_keeps_the_family_error_and_the_raw_values_do_not():
    # Independent nulls: Holm's chance of any rejection is that of Bonferroni, 1 - (1 - .01)^5.
    assert abs(family_error(holm) - (1 - 0.99**5)) < SHARE_TOLERANCE
    assert family_error(lambda p: p) > 0.2  # negative control: 1 - .95^5 = .226


@pytest.mark.parametrize("p", [[-0.1], [1.1], [np.nan], [[0.1, 0.2]], ["x"]])
def test_wrong_arguments_are_refused(p):
    with pytest.raises(ValueError, match="Argument `p_values` must"):
        holm(p)
