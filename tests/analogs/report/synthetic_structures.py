"""Tables of the claims about MERA, flattening and structure search, of the real form, at no cost."""

from __future__ import annotations

from itertools import product

from analogs.evidence.claim import Row
from analogs.mirrors.flattening.experiment import CONTROLS, TRAINED
from analogs.mirrors.flattening.layers import CONVNET, MLP
from analogs.mirrors.mera.layouts import BRICKWORK, DEEP, MERA

SEEDS = (0, 1, 2)
Tables = dict[str, tuple[Row, ...]]


def graphs() -> Tables:
    """M1: one bounded family, one flat one."""
    rows = tuple(
        {"family": family, "side": side, "diameter": 4 * 2**k, "delta": 2.0 * growth**k}
        for (family, side, growth), k in product(
            (("tree", "network", 1.0), ("ring", "quantum", 2.0)), range(3)
        )
    )
    return {"graphs": rows}


def renormalisation() -> Tables:
    """M3: errors of 1, 10 and 100 times the number of sites; two levels."""
    energies = tuple(
        {"seed": seed, "layout": name, "qubits": ring, "relative_error": 1e-5 * 10**k * ring}
        for seed, (k, name), ring in product(SEEDS, enumerate((MERA, BRICKWORK, DEEP)), (8, 16))
    )
    entropies = tuple(
        {"seed": 0, "size": size, "start": start, "entropy": 0.5, "entropy_exact": 0.6}
        | {"min_cut": size + start}
        for size, start in product((1, 2), (0, 1))
    )
    levels = tuple(
        {"seed": seed, "conformal": c, "exact": c + 0.01, "mera": c + 0.02 + seed / 100}
        for seed, c in product(SEEDS, (0.0, 0.125, 1.0, 1.125))
    )
    return {"energies": energies, "entropies": entropies, "levels": levels}


def flattening() -> Tables:
    """C10: everything falls by one a layer, twice as fast after training."""
    rows = tuple(
        {"seed": seed, "network": network, "training": training, "layer": layer}
        | dict.fromkeys(("dimension", "detour", "residual"), -fall * layer + seed)
        | {"flow": None if layer == 4 else -0.1 * fall}
        for seed, network, (training, fall), layer in product(
            SEEDS, (CONVNET, MLP), [(TRAINED, 2.0), *((kind, 1.0) for kind in CONTROLS)], range(5)
        )
    )
    return {"layers": rows}


def structures() -> Tables:
    """C18, F6: a front of three structures of which two are reached, and one structure behind."""
    grid = tuple(
        {"seed": seed, "operations": count, "test_error": error, "train_error": error / 2}
        for seed, (count, error) in product(
            SEEDS, ((100, 0.9), (200, 0.85), (300, 0.1), (400, 0.5))
        )
    )
    cases = tuple(
        {"seed": seed, "case": case, "cost": cost, "error": 1.0 / (1 + cost) + case}
        for seed, case, cost in product(SEEDS, (0, 1), range(4))
    )
    searches = tuple(
        {"seed": seed, "trained": trained, "regret": 1 / trained, "random_regret": 2 / trained}
        for seed, trained in product(SEEDS, (8, 4))
    )
    return {"grid": grid, "gates": cases, "matches": cases, "searches": searches}
