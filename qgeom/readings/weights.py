r"""Ricci and scalar curvature for costs of the weight alone, on any number of qubits, in exact rationals.

With ``Ric(s)`` as in `qgeom.readings.ricci`, a string of weight k has

    Ric(k) = 4^n / q_k + sum_{b, c} m_k(b, c) [q_k / (q_b q_c) - 2 q_b / (q_k q_c)],

where ``m_k(b, c)`` of its anticommuting partners have weight b and a product of weight c.

Any costs.  On a site the weights of a string, its partner and their product add up to 0, 2, or 3
where the letters differ: they anticommute if ``k + b + c`` is odd.  Over all partners such a sum is a
convolution, diagonal in the Fourier transform of functions of the weight,

    f^(i) = sum_b f(b) [x^b] (1 + 3 x)^(n-i) (1 - x)^i,

and ``(-1)^(k+b+c)`` factors, so that the sum over odd ones is half the difference of two.

Geometric costs ``q_w = q_1 a^(w-1)`` turn both sums into values of the generating function of MATH.md
section 4, the part of ``(x + y + 2 e x y)^k (1 + 3 x y)^(n-k)`` that is odd in e: with x = y = 1/a, and
with x = a, y = 1/a.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import accumulate, pairwise, repeat
from operator import mul

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Real
from qgeom.metric.penalties import Penalty, costs_by_weight

# Time grows like n^3: seconds on 1000 qubits.
MAX_WEIGHT_QUBITS = 2000
# Significant digits of a decimal: a double has 15 to 17.
DIGITS = 17


@dataclass(frozen=True, eq=False)
class WeightCurvature:
    """Exact Ricci curvature ``numerators[k - 1] / denominator`` of strings of each weight k.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> found = curvature_by_weight(3, nielsen(10))
    >>> [str(ricci) for ricci in found.ricci]
    ['709/50', '-184', '3077/25']
    >>> found.scalar, 1638 - 324 * 10 + Fraction(864, 10) - Fraction(162, 100)
    (Fraction(-75861, 50), Fraction(-75861, 50))
    """

    numerators: tuple[int, ...]
    denominator: int  # positive, not in lowest terms

    @property
    def n_qubits(self) -> int:
        """Number of qubits."""
        return len(self.numerators)

    @cached_property
    def ricci(self) -> tuple[Fraction, ...]:
        """Ricci curvature of weights 1 to n in lowest terms."""
        return tuple(Fraction(value, self.denominator) for value in self.numerators)

    @cached_property
    def least(self) -> Fraction:
        """Least Ricci curvature of a unit vector: that of a string, since Ricci is diagonal."""
        return Fraction(min(self.numerators), self.denominator)

    @cached_property
    def scalar(self) -> Fraction:
        """Scalar curvature ``sum_k C(n, k) 3^k Ric(k)``."""
        counts = strings_by_weight(self.n_qubits)[1:]
        return Fraction(sum(map(mul, counts, self.numerators)), self.denominator)

    @property
    def floats(self) -> Real:
        """Ricci curvature of weights 1 to n, (n,), each the nearest double.

        Raises
        ------
        ValueError
            If one is beyond 1e308.
        """
        try:
            return np.array([value / self.denominator for value in self.numerators])
        except OverflowError:
            must = "keep curvatures below 1e308 as doubles"
            raise fail("penalty", must, "does not: see `curvature_by_weight`") from None

    @property
    def decimals(self) -> tuple[Decimal, ...]:
        """Ricci curvature of weights 1 to n to 17 digits, with exponents of any size."""
        return tuple(_quotient(value, self.denominator) for value in self.numerators)

    @property
    def diameter_bound(self) -> float | None:
        """Bonnet and Myers: the diameter is at most ``pi / sqrt(min Ric / (D - 1))``, D = 4^n - 1.

        None unless all Ricci curvatures are positive.

        Examples
        --------
        >>> from qgeom.metric.penalties import nielsen
        >>> round(curvature_by_weight(1, nielsen(1)).diameter_bound / math.pi, 12)  # S^3
        1.0
        """
        if self.least <= 0:
            return None
        ratio = (4**self.n_qubits - 2) / self.least
        # The root of a number beyond the doubles may be a double.
        halves = max(0, ratio.numerator.bit_length() - ratio.denominator.bit_length()) // 2
        return math.pi * math.ldexp(math.sqrt(ratio / 4**halves), halves)


def curvature_by_weight(n_qubits: int, penalty: Penalty) -> WeightCurvature:
    """Exact Ricci and scalar curvature for costs that depend on the weight alone; no matrix is made.

    It takes O(n^2) additions of integers of O(n) digits, and O(n) products if the costs are
    geometric: seconds on 1000 qubits.  A cost that is a double is the rational number it is.

    Raises
    ------
    ValueError
        Unless ``1 <= n_qubits <= 2000``, if two strings of one weight are seen to differ in cost, or
        if a cost is infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> from qgeom.metric.schedules import exponential
    >>> f"{decimal(curvature_by_weight(100, nielsen(64)).scalar):.9e}"
    '2.017382717e+118'
    >>> f"{decimal(curvature_by_weight(1000, exponential(4)).least):.9e}"
    '-3.229117580e+601'
    """
    n_qubits = check_integer("n_qubits", n_qubits, 1, MAX_WEIGHT_QUBITS)
    costs = costs_by_weight(n_qubits, penalty)
    ratio = costs[1] / costs[0] if n_qubits > 1 else Fraction(1)
    if all(after == ratio * before for before, after in pairwise(costs)):
        return _geometric(n_qubits, costs[0], ratio)
    return _convolved(n_qubits, costs)


def ricci_by_weight(n_qubits: int, penalty: Penalty) -> Real:
    """Ricci curvature of a string of each weight: `curvature_by_weight` rounded to doubles.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    penalty
        A cost of the weight, e.g. ``nielsen(10.0)``.

    Returns
    -------
    (n,), for weights 1 to n.

    Raises
    ------
    ValueError
        As `curvature_by_weight`, and if a curvature is beyond 1e308.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> ricci_by_weight(3, nielsen(10.0))
    array([  14.18, -184.  ,  123.08])
    """
    return curvature_by_weight(n_qubits, penalty).floats


def sign_change(
    n_qubits: int,
    family: Callable[[Fraction], Penalty],
    low: float | Fraction,
    high: float | Fraction,
    *,
    tolerance: float = 1e-12,
) -> Fraction:
    """Parameter at which the scalar curvature changes sign, by bisection on exact signs.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    family
        Penalties of one parameter, e.g. `nielsen` or ``lambda odd: parity(odd, 1)``.
    low, high
        Parameters between which it changes sign, ``0 < low < high``.
    tolerance
        Relative accuracy.

    Raises
    ------
    ValueError
        If the signs at both ends agree, or as `curvature_by_weight`.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> round(float(sign_change(3, nielsen, 1, 100)), 5)
    5.52207
    """

    def negative(parameter: Fraction) -> bool:
        return curvature_by_weight(n_qubits, family(parameter)).scalar < 0

    below, above = Fraction(low), Fraction(high)
    if not 0 < below < above:
        raise fail("low, high", "obey 0 < low < high", f"are {low} and {high}")
    start = negative(below)
    if start == negative(above):
        sign = "negative" if start else "positive"
        raise fail("low, high", "give scalar curvatures of both signs", f"both are {sign}")
    while above - below > Fraction(tolerance) * below:
        middle = _between(below, above)
        if negative(middle) == start:
            below = middle
        else:
            above = middle
    return below


@cache
def strings_by_weight(n_qubits: int) -> tuple[int, ...]:
    """Numbers ``C(n, k) 3^k`` of strings of weight 0 to n.

    Examples
    --------
    >>> strings_by_weight(2)
    (1, 6, 9)
    """
    return tuple(math.comb(n_qubits, k) * 3**k for k in range(n_qubits + 1))


def decimal(value: Fraction) -> Decimal:
    """Round a rational number to 17 digits, with an exponent of any size.

    Examples
    --------
    >>> decimal(Fraction(1, 3)), decimal(Fraction(2) ** -3000)
    (Decimal('0.33333333333333333'), Decimal('8.1285486255577354E-904'))
    """
    return _quotient(value.numerator, value.denominator)


def _quotient(numerator: int, denominator: int) -> Decimal:
    # Decimals of integers are exact, and slow beyond what 17 digits need.
    spare = max(0, min(abs(numerator), denominator).bit_length() - 4 * DIGITS - 64)
    context = Context(prec=DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)
    return context.divide(Decimal(numerator >> spare), Decimal(denominator >> spare))


def _between(low: Fraction, high: Fraction) -> Fraction:
    """The mean, or where an end is far from the other a power of two near the geometric mean."""
    if high <= 4 * low:
        return (low + high) / 2
    bits = [x.numerator.bit_length() - x.denominator.bit_length() for x in (low, high)]
    return min(max(Fraction(2) ** (sum(bits) // 2), 2 * low), high / 2)


def _geometric(n_qubits: int, first: Fraction, ratio: Fraction) -> WeightCurvature:
    """Costs ``first * ratio^(w - 1)``.

    With ``ratio = p / q``, ``u = p + q`` and ``v = p - q``, ``Ric(k) first q p^(2n-1)`` is the integer
    ``4^n q^k p^(2n-k) + [u^k - v^k] {2^(k-1) p^k (p^2 + 3 q^2)^(n-k) - 4^(n-k) p^(2n-2k) [u^k + v^k]}``.
    """
    p, q = ratio.numerator, ratio.denominator
    powers_p, powers_q = _powers(p, 2 * n_qubits), _powers(q, n_qubits)
    sums, differences = _powers(p + q, n_qubits), _powers(p - q, n_qubits)
    outside = _powers(p * p + 3 * q * q, n_qubits)
    numerators = []
    for k in range(1, n_qubits + 1):
        rest = n_qubits - k
        both = (powers_p[k] * outside[rest]) << (k - 1)
        one = (powers_p[2 * rest] * (sums[k] + differences[k])) << (2 * rest)
        alone = (powers_q[k] * powers_p[2 * n_qubits - k]) << (2 * n_qubits)
        numerators.append(alone + (sums[k] - differences[k]) * (both - one))
    scaled = tuple(first.denominator * value for value in numerators)
    return WeightCurvature(scaled, first.numerator * q * powers_p[2 * n_qubits - 1])


def _powers(base: int, most: int) -> list[int]:
    return list(accumulate(repeat(base, most), mul, initial=1))


def _convolved(n_qubits: int, costs: Sequence[Fraction]) -> WeightCurvature:
    """Any costs, as integers ``a = D q`` and ``g = H / a`` of common denominators D and H.

    ``Ric(k) H^2 / D = 4^n H g_k + a_k A_k - 2 g_k B_k`` with the sums A of ``g_b g_c`` and B of
    ``a_b g_c`` over anticommuting partners.
    """
    common = math.lcm(*(cost.denominator for cost in costs))
    scaled = [0, *(int(cost * common) for cost in costs)]  # the identity commutes with everything
    top = math.lcm(*scaled[1:])
    inverse = [0, *(top // cost for cost in scaled[1:])]
    direct, cheap = _waves(scaled), _waves(inverse)
    sums = zip(
        scaled, inverse, _partner_sums(cheap, cheap), _partner_sums(direct, cheap), strict=True
    )
    numerators = tuple(
        common * ((top * g << 2 * n_qubits) + a * both - 2 * g * ratio)
        for a, g, both, ratio in sums
    )
    return WeightCurvature(numerators[1:], top * top)


def _waves(values: list[int]) -> tuple[list[int], list[int]]:
    """Fourier transforms of a function f of the weight w and of ``(-1)^w f``."""
    return _fourier(values), _fourier([_signed(w, value) for w, value in enumerate(values)])


def _partner_sums(first: tuple[list[int], ...], second: tuple[list[int], ...]) -> list[int]:
    """``sum_{b, c} m_k(b, c) f_b g_c`` for k = 0 to n, from the waves of f and g."""
    bits = 2 * (len(first[0]) - 1)
    plain, turned = (_fourier(list(map(mul, f, g))) for f, g in zip(first, second, strict=True))
    pairs = enumerate(zip(plain, turned, strict=True))
    return [(of_all - _signed(k, of_signed)) >> (bits + 1) for k, (of_all, of_signed) in pairs]


def _fourier(values: list[int]) -> list[int]:
    """``f^`` of the head of this file; twice applied it multiplies by 4^n.

    Strings s and t have as many signs in common as t and s: with ``N_i`` strings of weight i,
    ``N_i f^(i) = [z^i] sum_b N_b f(b) (1 + 3 z)^(n-b) (1 - z)^b``.
    """
    counts = strings_by_weight(len(values) - 1)
    waves = _substituted(list(map(mul, counts, values)))
    return [wave // count for wave, count in zip(waves, counts, strict=True)]


def _substituted(values: list[int]) -> list[int]:
    """Coefficients of ``sum_b values[b] (1 + 3 z)^(n-b) (1 - z)^b``, lowest first.

    ``(1 + 3 z)^(n-b) (1 - z)^b = sum_j C(n-b, j) (4 z)^j (1 - z)^(n-j)``: two Taylor shifts by one.
    """
    shifted = _shifted(values)
    back = _shifted([_signed(j, value) << 2 * j for j, value in enumerate(shifted)])
    return [_signed(i, value) for i, value in enumerate(reversed(back))]


def _signed(weight: int, value: int) -> int:
    return -value if weight % 2 else value


def _shifted(row: list[int]) -> list[int]:
    """Coefficients of ``sum_b row[b] (1 + v)^(n-b)``, lowest first, by repeated synthetic division."""
    coefficients = []
    while row:
        row = list(accumulate(row))
        coefficients.append(row.pop())
    return coefficients
