"""Claims whose experiments cost nothing and have tables of the real form."""

from __future__ import annotations

import dataclasses
from itertools import product
from typing import Any

import numpy as np

from analogs.evidence import (
    Cell,
    Claim,
    Evidence,
    Interval,
    Setting,
    configuration,
    effect_reading,
    evaluate,
    exact_reading,
    share_reading,
)
from analogs.evidence.provenance import Provenance, source_fingerprint
from analogs.report.page import Entry
from tests.analogs.report.synthetic_circuits import gate_counts, starts_of_fits
from tests.analogs.report.synthetic_minimality import ancilla, minimality, words

LAWS = ("metric", "local", "pauli", "coordinate")
COSTS = (1.0, 4.0, 16.0, 64.0, 256.0)
CREATED = "2026-11-21T12:00:00+00:00"


def planes(setting: Setting) -> Evidence:
    """EM1: an identity with rounding errors."""
    k = np.random.default_rng(1).normal(size=40)
    noise = np.random.default_rng(2).normal(scale=1e-16, size=40)
    rows = tuple(
        {"plane": i, "n_qubits": 3, "k_quantum": a + e, "k_network": a, "difference": e}
        for i, (a, e) in enumerate(zip(k, noise, strict=True))
    )
    error = float(np.abs(noise).max())
    identity = exact_reading("max |K_U - 8 K_F|", "network", "n = 3", error, tolerance=1e-12)
    control = dataclasses.replace(identity, name="control <b>", value=1.0, decisive=False)
    return Evidence((identity, control), {"planes": rows})


def quantum_shares(setting: Setting) -> Evidence:
    """Q7: shares on one group."""
    return shares("quantum", ("U(8)",))


def network_shares(setting: Setting) -> Evidence:
    """C7: shares on two groups."""
    return shares("network", ("SO(8)", "GL(7)"))


def shares(side: str, groups: tuple[str, ...]) -> Evidence:
    rows, readings = [], []
    for (i, group), q, law in product(enumerate(groups), COSTS, LAWS):
        share = (LAWS.index(law) + 1 + i / 4) / 5 * (1 - 1 / q)
        bar = Interval(share, max(share - 0.02, 0.0), min(share + 0.02, 1.0))
        rows.append(
            {
                "side": side,
                "group": group,
                "q": q,
                "planes": law,
                "count": 2000,
                "negative": int(2000 * share),
                "share": bar.estimate,
                "low": bar.low,
                "high": bar.high,
            }
        )
        readings.append(
            share_reading(
                f"share of planes with K < 0 at q = {q:g}",
                side,
                f"{group}, planes {law}",
                bar,
                count=2000,
                threshold=0.95,
                decisive=q == COSTS[-1],
            )
        )
    return Evidence(tuple(readings), {"shares": tuple(rows)})


def kernel_sizes(setting: Setting) -> Evidence:
    """C8: curvatures that turn back, and an algebra that is flat."""
    rows = [
        {
            "side": side,
            "algebra": algebra,
            "radius": radius,
            "q": q,
            "scalar": scale * (radius - 2.5) * radius,
            "local_mean": -scale / radius,
            "negative_share": 0.5,
        }
        for side, algebra, scale in (
            ("quantum", "U(8)", 100.0),
            ("network", "SO(8)", 10.0),
            ("network", "circulant C=1", 0.0),
        )
        for q in (4.0, 16.0)
        for radius in (1, 2, 3, 4)
    ]
    trend = effect_reading(
        "Kendall's tau",
        "network",
        "SO(8)",
        Interval(0.4, 0.1, 0.6),
        count=4,
        smallest_effect=0.5,
        direction=-1,
        p_value=0.8,
    )
    return Evidence((trend,), {"sweep": tuple(rows)}, note="Peaks at radius 2.")


def lengths(setting: Setting) -> Evidence:
    """EM2: lengths that meet the distance as 1 / L."""
    rows = [
        {
            "side": side,
            "group": group,
            "q": 1.0,
            "seed": seed,
            "layers": layers,
            "length": 1.5 + (seed + 1) / layers,
            "distance": 1.5,
            "constant_length": 1.7,
            "residual": 1e-9,
            "speed_cv": 1e-5,
        }
        for side, group in (("network", "GL+(3)"), ("network", "SO(3)"), ("quantum", "SU(4)"))
        for seed in range(3)
        for layers in (4, 8, 16)
    ]
    readings = tuple(
        effect_reading("slope", side, "L", Interval(-1.0, -1.1, -0.9), count=3, smallest_effect=0.5)
        for side in ("quantum", "network")
    )
    return Evidence(readings, {"lengths": tuple(rows)})


def counts(setting: Setting) -> Evidence:
    """C2: lengths beside counts of operations."""
    networks = [
        {
            "name": f"net {i}",
            "seed": 0,
            "layers": 1 + i % 3,
            "macs_paper": 1000 * 2**i,
            "macs_counted": 1000 * 2**i,
            "length": 3.0 + i % 4,
            "spectral_length": 5.0 - i % 3,
            "feature_length": None if i == 3 else 1.0,
            "scaled_length": 2.0 + i,
            "accuracy": 0.9,
        }
        for i in range(8)
    ]
    circuits = [
        {
            "name": f"circuit {i}",
            "qubits": 2,
            "two_qubit_gates": i,
            "gates": 2 * i,
            "path_length": 0.8 * i,
            "distance": 0.4 * i,
            "lower": None if i == 1 else 0.2 * i,
        }
        for i in range(1, 6)
    ]
    reading = effect_reading(
        "Spearman", "network", "digits", Interval(0.1, -0.5, 0.6), count=8, smallest_effect=0.5
    )
    return Evidence((reading,), {"networks": tuple(networks), "circuits": tuple(circuits)})


def diameters(setting: Setting) -> Evidence:
    """C12: exponential on one side, polynomial on the other."""
    families = (
        ("quantum", "SU(2^n)", "qubits", 16.0, (1, 2, 3), lambda n: 2.0**n),
        ("network", "SO(d)", "features", 16.0, (2, 4, 8, 16), lambda d: d**1.5),
        ("network", "reversible networks", "bits", None, (2, 3, 4), lambda n: n * 2.0**n),
    )
    rows = [
        {
            "side": side,
            "family": family,
            "size": size,
            "size_meaning": meaning,
            "q": q,
            "lower": law(size) / 2,
            "upper": law(size) * 2,
            "count": 10,
            "found": law(size) if q and size < 4 else None,
        }
        for side, family, meaning, q, sizes, law in families
        for size in sizes
    ]
    fits = [{"family": "SO(d)", "model": "power", "aic": -12.5, "exponent": 1.5}]
    reading = effect_reading(
        "AIC gain", "network", "SO(d)", Interval(20.0, 15.0, 25.0), count=4, smallest_effect=10.0
    )
    return Evidence((reading,), {"diameters": tuple(rows), "fits": tuple(fits)})


def signs(columns: dict[str, tuple[Any, ...]]) -> tuple[dict[str, Any], ...]:
    """Return rows of every sign, with an interval around the share of the negative planes."""
    curvatures = ((-3e4, -50.0, -2.0), (-1e-17, 0.0, 1e-17), (-1.0, 0.2, 30.0))
    shares = ((1.0, 0.0), (0.0, 0.0), (0.25, 0.5))
    return tuple(
        {
            **dict(zip(columns, values, strict=True)),
            "count": 400,
            "negative": negative,
            "low": max(negative - 0.04, 0.0),
            "high": min(negative + 0.04, 1.0),
            "positive": positive,
            "tenth": curvature[0],
            "median": curvature[1],
            "ninetieth": curvature[2],
        }
        for values, (negative, positive), curvature in zip(
            zip(*columns.values(), strict=True), shares, curvatures, strict=True
        )
    )


def fluids(setting: Setting) -> Evidence:
    """T1: negative on the torus, other signs on su(5)."""
    columns = {
        "side": ("template", "quantum", "quantum"),
        "group": ("SDiff(T^2)", "Zeitlin's su(N), all waves", "low waves of su(33)"),
        "size": (None, 5, 33),
        "most": (2, 2, 1),
        "planes": ("spanned by two single waves", *2 * ("uniform in the kinetic energy",)),
    }
    return sign_evidence("template", "shares", columns)


def coupled(setting: Setting) -> Evidence:
    """S4: a factor, mixed planes that are flat, and mixed planes of either sign."""
    columns = {
        "group": ("SO(4) x GL(3)", "SO(4) x GL(3)", "Aff(3)"),
        "planes": ("within SO(4)", "mixed", "mixed"),
    }
    return sign_evidence("network", "planes", columns)


def fisher(setting: Setting) -> Evidence:
    """A2: a family and a network."""
    columns = {
        "kind": ("known family", "network", "network"),
        "model": ("normal", "a tanh(w x)", "w x + b"),
        "planes": (None, "uniform in the metric", "spanned by two parameters"),
    }
    return sign_evidence("network", "signs", columns)


def sign_evidence(side: str, table: str, columns: dict[str, tuple[Any, ...]]) -> Evidence:
    rows = signs(columns)
    bar = Interval(*(rows[2][end] for end in ("negative", "low", "high")))
    reading = share_reading("K < 0", side, "planes", bar, count=400, threshold=0.5)
    return Evidence((reading,), {table: rows})


def shooting(setting: Setting, table: str, **measured: Any) -> Evidence:
    """Problems on all sides, with what was measured on them."""
    rows = [
        {
            "side": side,
            "group": group,
            "seed": 0,
            "knob": knob,
            "length": 1.0 + i / 8,
            "curvature": 1.0 - knob + i / 8,
            "growth": i / 8,
        }
        | {name: value(knob, i) for name, value in measured.items()}
        for side, group, knobs in (
            ("network", "SO(6)", (2.0, 4.0)),
            ("quantum", "SU(8)", (2.0, 4.0)),
            ("template", "4 landmarks", (0.25, 0.5)),
        )
        for knob in knobs
        for i in range(6)
    ]
    reading = effect_reading(
        "rank correlation",
        "network",
        "SO(6)",
        Interval(-0.5, -0.6, -0.4),
        count=12,
        smallest_effect=0.3,
        direction=-1,
    )
    return Evidence((reading,), {table: tuple(rows)})


def shots(setting: Setting) -> Evidence:
    """Q6: steps with a failure."""
    steps, success = (lambda knob, i: 60 if i == 5 else i), (lambda knob, i: i < 5)
    return shooting(setting, "shots", steps=steps, success=success)


def starts(setting: Setting) -> Evidence:
    """Q8: shares that fall with growth and with the knob."""
    return shooting(setting, "starts", share=lambda knob, i: (1.0 - i / 5) * (knob < 4.0))


def bare(setting: Setting) -> Evidence:
    """Return a reading and nothing else."""
    return Evidence((exact_reading("error", "quantum", "zero", 0.0, tolerance=0.0),))


def claim(name: str, kind: str, experiment: Any, **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "id": name,
        "title": f"Title of {name}",
        "quote": "the words of <the paper>",
        "source": "P1 IIIA",
        "kind": kind,
        "definition": "which space & which planes",
        "statistic": "which number",
        "null": 0.95,
        "smallest_effect": 0.0,
        "experiment": experiment,
        "seeds_quick": 1,
        "seeds_full": 2,
    }
    return Claim(**(fields | changes))


CLAIMS = (
    claim("EM1", "curvature", planes, aliases=("EM11",)),
    claim("Q7", "curvature", quantum_shares),
    claim("C12", "diameter", diameters),
    claim("C7", "curvature", network_shares),
    claim("C8", "curvature", kernel_sizes, malformed="Unlike objects.", repair="Linear layers."),
    claim("C2", "complexity", counts),
    claim("T1", "curvature", fluids, null=0.5),
    claim("S4", "curvature", coupled, null=0.5),
    claim("A2", "curvature", fisher),
    claim("EM2", "geodesic", lengths),
    claim("Q6", "geodesic", shots),
    claim("Q8", "geodesic", starts),
    claim("Q3", "complexity", gate_counts, null=3.0),
    claim("EM12", "geodesic", starts_of_fits, smallest_effect=0.5),
    claim("Q2", "complexity", minimality, smallest_effect=1e-8),
    claim("Q4", "complexity", words),
    claim("O1", "geodesic", ancilla),
)


def entry(claim: Claim, **provenance: str) -> Entry:
    """Return a claim with the cell that a quick run would store."""
    setting = Setting(quick=True, seeds=tuple(range(claim.seeds_quick)))
    verdict, evidence = evaluate(claim, setting)
    fields = {
        "created": CREATED,
        "python": "3.11.7",
        "platform": "a machine",
        "versions": {"numpy": "2.4.6", "torch": None},
        "revision": None,
        "source": source_fingerprint(),
    }
    origin = Provenance(**(fields | provenance))
    verdict = dataclasses.replace(verdict, runtime_s=1.25)
    return Entry(claim, Cell(claim.id, configuration(claim, setting), verdict, evidence, origin))


def entries() -> list[Entry]:
    return [entry(claim) for claim in CLAIMS]
