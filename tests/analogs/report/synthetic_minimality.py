"""Tables of Q2, Q4 and O1 that cost nothing."""

from __future__ import annotations

from analogs.evidence import Evidence, Interval, Setting, effect_reading

PLACES = (
    ("network", "SO(4), cost 16 beyond neighbours"),
    ("quantum", "SU(4), weight 2 at cost 16"),
    ("template", "4 landmarks, moves"),
)
READINGS = tuple(
    effect_reading("length", side, group, Interval(0.5, 0.4, 0.6), count=4, smallest_effect=0.1)
    for side, group in PLACES[:2]
)


def minimality(setting: Setting) -> Evidence:
    """Q2: exact errors, lines that are too long from some cost on, shares that fall."""
    equation = tuple(
        {"side": side, "group": group, "part": part, "error": error}
        for side, group in PLACES
        for part, error in (("equation", 1e-12), ("energy", 0.0), ("momentum", 1e-11))
    )
    lines = tuple(
        {
            "side": side,
            "group": group,
            "q": q,
            "length": q**0.5,
            "shortest": min(q**0.5, 2.0),
            "excess": max(q**0.5 / 2.0 - 1.0, 0.0),
        }
        for side, group in PLACES[:2]
        for q in (1.0, 4.0, 16.0)
    )
    shots = tuple(
        {
            "side": side,
            "group": group,
            "length": 2.0 * step,
            "typical": None if side == "template" else 2.0,
            "count": 16,
            "kept": 1.0 / step,
            "low": 0.5 / step,
            "high": 1.0,
            "least_ratio": 0.7,
        }
        for side, group in PLACES
        for step in (1, 2)
    )
    return Evidence(READINGS, {"equation": equation, "lines": lines, "shots": shots})


def words(setting: Setting) -> Evidence:
    """Q4: bounds that fall behind the sum, with a search on one group alone."""
    rows = tuple(
        {
            "side": side,
            "group": group,
            "steps": steps,
            "total": float(steps),
            "lower": steps**0.5,
            "found": None if side == "network" else steps**0.7,
        }
        for side, group in PLACES
        for steps in (1, 4, 16)
    )
    return Evidence(READINGS, {"words": rows})


def ancilla(setting: Setting) -> Evidence:
    """O1: a gain in one group, and networks of two kinds."""
    distances = tuple(
        {"side": side, "group": group, "element": element, "small": 2.0, "large": 1.9, "lower": 1.0}
        for side, group in PLACES
        for element in ("random", "cnot")
    )
    networks = tuple(
        {
            "network": name,
            "seed": seed,
            "width": width,
            "steps": 100 // width,
            "gap": 0.1 / width,
            "radius": 0.5 + seed / 10,
            "train_accuracy": 1.0,
            "test_accuracy": 0.9,
        }
        for name in ("perceptron, one hidden layer", "one convolution")
        for seed in (0, 1)
        for width in (1, 4, 16)
    )
    return Evidence(READINGS, {"distances": distances, "networks": networks})
