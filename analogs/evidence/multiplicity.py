"""Holm's correction: p-values of one family, adjusted to keep the error of the family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qgeom._checks import check_finite_array, fail


def holm(p_values: Sequence[float]) -> np.ndarray:
    r"""Return Holm's step-down adjusted p-values, in the order given.

    With the p-values sorted, :math:`p_{(1)} \le \dots \le p_{(m)}`,

    .. math:: \tilde p_{(i)} = \min\bigl(1, \max_{j \le i} (m - j + 1)\, p_{(j)}\bigr) .

    Rejecting where :math:`\tilde p \le \alpha` keeps the chance of any false rejection below
    :math:`\alpha` whatever the dependence of the tests (Holm 1979, Scand. J. Statist. 6, 65).

    Parameters
    ----------
    p_values : sequence of float, shape (m,)
        Each in [0, 1].

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    ValueError
        If an entry is not a probability.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = check_finite_array("p_values", p_values).astype(np.float64)
    if p.ndim != 1:
        raise fail("p_values", "be one list of numbers", f"has shape {p.shape}")
    if ((p < 0) | (p > 1)).any():
        raise fail("p_values", "lie in [0, 1]", f"holds {p[(p < 0) | (p > 1)][0]}")
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
