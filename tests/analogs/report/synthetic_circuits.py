"""Tables of the claims about circuits, of the real form, at no cost."""

from __future__ import annotations

from itertools import product

from analogs.evidence import Evidence, Interval, Setting, bound_reading, effect_reading

GROUPS = (("network", "SO(6)", 6, 7.0), ("quantum", "SU(8)", 3, 3.0), ("quantum", "SU(16)", 4, 6.0))


def gate_counts(setting: Setting) -> Evidence:
    """Q3: counts that grow like the length, and half as fast at the small error."""
    rows = [
        {
            "side": side,
            "group": group,
            "size": size,
            "error": error,
            "seed": seed,
            "length": length,
            "lower": 0.9 * length,
            "gates": int(first * (4 * length) ** (1.0 if error == 0.1 else 0.5)) + seed,
            "layers": 3,
        }
        for (side, group, size, first), error, seed, length in product(
            GROUPS, (0.1, 0.01), range(3), (0.25, 1.0, 4.0)
        )
    ]
    exponents = [
        {
            "side": side,
            "group": group,
            "error": error,
            "counted": counted,
            "against": against,
            "estimate": 1.0 + error,
            "low": 0.9,
            "high": 1.3,
        }
        for (side, group, _, _), error, counted, against in product(
            GROUPS, (0.1, 0.01), ("gates", "layers"), ("the length", "d_1")
        )
    ]
    reading = bound_reading(
        "exponent", "quantum", "SU(8)", Interval(1.0, 0.9, 1.3), count=3, bound=3.0, direction=-1
    )
    return Evidence((reading,), {"gates": tuple(rows), "exponents": tuple(exponents)})


def starts_of_fits(setting: Setting) -> Evidence:
    """EM12: the geodesic half a decade better than the second start, two better than the third."""
    families, starts = ("n = 3, line", "n = 3, geodesic"), ("geodesic", "Suzuki", "random")
    errors = [
        {
            "family": family,
            "n_qubits": 3,
            "seed": seed,
            "atoms": 5,
            "start": start,
            "before": -1.0,
            "after": -3.0 + starts.index(start) ** 2 / 2 + seed / 10,
        }
        for family, seed, start in product(families, range(3), starts)
    ]
    gains = [
        {
            "family": family,
            "moment": moment,
            "other": other,
            "estimate": -(starts.index(other) ** 2) / 2,
            "low": -2.5,
            "high": -0.25,
        }
        for family, moment, other in product(families, ("before", "after"), starts[1:])
    ]
    reading = effect_reading(
        "gain",
        "quantum",
        "n = 3",
        Interval(-0.5, -0.6, -0.4),
        count=3,
        smallest_effect=0.5,
        direction=-1,
    )
    return Evidence((reading,), {"errors": tuple(errors), "gains": tuple(gains)})
