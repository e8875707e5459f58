"""C5, C19: pieces and distances against brute force, growth against made-up tables."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.evidence.claim import Row
from analogs.evidence.repetition import join
from analogs.mirrors.expressivity import circles, curvature, depth
from analogs.mirrors.expressivity.circles import DEPTH, Ensemble, circle_rows, growth
from analogs.mirrors.expressivity.claims import C5, C19
from analogs.mirrors.expressivity.pieces import convolutions, dense_layers, pieces_along
from analogs.mirrors.expressivity.reach import (
    EPS,
    GROUPS,
    STRAIGHT_LAYERS,
    cheap_directions,
    reach_rows,
)
from qgeom.readings.distance import distance
from tests.closeness import assert_close

SEEDS = (0, 1, 2, 3, 4)
SETTING = Setting(True, SEEDS)


# ---- circles


def test_growth_is_the_slope_of_the_second_half() -> None:
    rows: list[Row] = [
        {"seed": seed, "ensemble": name, "layer": layer, "total": np.exp(seed * max(layer, 6))}
        for name, seeds in (("a", (1, 2)), ("b", (3,)))
        for seed in seeds
        for layer in range(DEPTH + 1)
    ]
    assert_close(growth(rows, Ensemble("a", 2.5, 9), "total"), np.array([1.0, 2.0]))


def test_rows_hold_the_simulation_beside_the_theory() -> None:
    rows = list(circle_rows(Ensemble("e", 2.5, 200), 7))
    assert [row["layer"] for row in rows] == list(range(DEPTH + 1))
    assert_close(rows[0]["total"], 2 * np.pi)
    for column in ("total", "curvature"):
        ratios = [row[column] / row[f"theory_{column}"] for row in rows]
        assert np.abs(np.log(ratios)).max() < 0.5
    field = Ensemble("e", 2.5, 200).field
    tail = np.log([row["theory_total"] for row in rows[-2:]])
    assert abs(tail[1] - tail[0] - field.length_rate) < 0.01


# ---- linear pieces


def brute_force(layers: list[np.ndarray], start: np.ndarray, stop: np.ndarray) -> int:
    """Patterns of open units at many points of the line, counted where they change."""
    x = start + np.linspace(0, 1, 200_001)[:, None] * (stop - start)
    patterns = []
    for layer in layers:
        x = x @ layer
        patterns.append(x > 0)
        x = np.maximum(x, 0)
    bits = np.concatenate(patterns, axis=1)
    return 1 + int((bits[1:] != bits[:-1]).any(axis=1).sum())


@pytest.mark.parametrize("kind", ["dense", "convolutional"])
def test_pieces_agree_with_brute_force(kind: str, rng: np.random.Generator) -> None:
    layers = dense_layers(12, 4, rng) if kind == "dense" else convolutions(4, 3, 2, 4, rng)
    start, stop = rng.standard_normal((2, 12))
    counts = list(pieces_along(layers, start, stop))
    assert counts[-1] == brute_force(layers, start, stop)
    assert counts[1] == brute_force(layers[:2], start, stop)
    assert counts == sorted(counts)


def test_convolutions_commute_with_shifts(rng: np.random.Generator) -> None:
    [layer] = convolutions(6, 2, 3, 1, rng)
    assert_close(np.roll(layer, (2, 2), axis=(0, 1)), layer)
    far = layer.reshape(6, 2, 6, 2)[3, :, 0]  # three sites away: outside the kernel
    assert not far.any()
    wide = np.array(convolutions(2, 40, 2, 4, rng))
    assert_close(wide.var() * 2 * 40, 2.0, 0.05)


# ---- reach


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.side)
def test_cheap_directions_are_of_unit_length_and_cheap(group, rng: np.random.Generator) -> None:
    x = cheap_directions(group.metric, 5, rng)
    assert_close(group.metric.norm(x), np.ones(5))
    assert not x[:, group.metric.inertia > group.metric.inertia.min()].any()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.side)
def test_equal_layers_reach_the_bound(group, rng: np.random.Generator) -> None:
    rows = list(reach_rows(group, rng))
    lower, upper = (np.array([row[end] for row in rows]) for end in ("lower", "upper"))
    equal = np.array([row["kind"] == "equal layers" for row in rows])
    assert_close(lower[equal], upper[equal])
    assert (lower <= upper * (1 + 1e-12)).all()
    assert (lower[~equal][2:] < 0.9 * upper[~equal][2:]).all()
    assert 2 * np.pi / np.sqrt(2 * group.metric.size) > EPS * STRAIGHT_LAYERS


def test_the_bracket_of_a_straight_line_is_that_of_the_search(rng: np.random.Generator) -> None:
    group = GROUPS[0]
    product = group.metric.exp(1.2 * cheap_directions(group.metric, 1, rng)[0])
    found = distance(group.metric, product, rng=rng, branches=1, starts=0)
    assert_close([found.lower, found.upper], [1.2, 1.2])


# ---- claims


def layer_rows(ensembles: tuple[Ensemble, ...], rates: dict[str, float], noise: float) -> list[Row]:
    """Total curvature and curvature that grow at given shares of the rate of each ensemble."""
    rng = np.random.default_rng(1)
    return [
        {
            "seed": seed,
            "ensemble": e.name,
            "weight_scale": e.weight_scale,
            "layer": layer,
            **{
                column: float(np.exp(share * layer))
                for column, share in (
                    ("total", rates["total"] * e.field.length_rate * (1 + jitter)),
                    ("curvature", rates["curvature"] * e.field.length_rate * (1 + jitter)),
                )
            },
        }
        for e in ensembles
        for seed in SEEDS
        for jitter in [noise * rng.standard_normal()]
        for layer in range(DEPTH + 1)
    ]


@pytest.mark.parametrize(
    ("total", "local", "noise", "outcome"),
    [
        (1.0, 1.0, 0.01, Outcome.SUPPORTED),
        (1.0, 0.0, 0.01, Outcome.DEFINITION_DEPENDENT),
        (0.5, 0.0, 0.01, Outcome.REFUTED),
        (1.0, 1.0, 0.5, Outcome.INCONCLUSIVE),
    ],
)
def test_growth_of_curvature(total: float, local: float, noise: float, outcome: Outcome) -> None:
    rates = {"total": total, "curvature": local}
    tables = {"layers": tuple(layer_rows(curvature.ensembles(True), rates, noise))}
    evidence = curvature.conclude(SETTING, tables)
    assert settle(evidence.readings) is outcome
    critical = evidence.tables["critical"]
    assert sum(bool(row["measured"]) for row in critical) == 1
    scales = {(r["activation"], r["bias_scale"]): r["weight_scale"] for r in critical}
    # CLAIMS.md 2.1; for the sigmoid its 10.129 is an error of Gauss-Hermite quadrature.
    assert_close(scales["tanh", 0.3], 1.39558, 1e-5)
    assert_close(scales["relu", 0.0], np.sqrt(2))
    assert_close(scales["sigmoid", 0.0], 10.1493, 1e-5)


def test_an_ordered_ensemble_is_no_vote() -> None:
    rates = {"total": 1.0, "curvature": 1.0}
    rows = layer_rows(curvature.ensembles(True), rates, 0.01)
    readings = curvature.conclude(SETTING, {"layers": tuple(rows)}).readings
    controls = [r for r in readings if not r.decisive]
    assert len(controls) == 2
    assert all("sw = 0.9" in r.name for r in controls)


def depth_tables(
    total: float = 1.0, last: int = depth.RELU_DEPTH, excess: float = 0.0, short: float = 0.0
) -> dict[str, tuple[Row, ...]]:
    """Tables of C5 with total curvature, pieces and distances of a known law."""
    rows = layer_rows(depth.ensembles(True), {"total": total, "curvature": 0.0}, 0.01)
    pieces: list[Row] = [
        {"seed": s, "network": name, "layer": n, "pieces": 10.0 * min(n, last) + s}
        for name in ("dense", "convolutional")
        for s in SEEDS
        for n in range(1, depth.RELU_DEPTH + 1)
    ]
    reach: list[Row] = [
        {"seed": s, "side": g.side, "group": g.name, "kind": kind, "layers": n} | ends
        for g in GROUPS
        for s in SEEDS
        for kind in ("equal layers", "random layers")
        for n in (1, 2, 4, 8)
        for lower in [EPS * n + excess - (short if kind == "equal layers" else 0.0)]
        for ends in [{"lower": lower + 1e-12 * s, "upper": EPS * n}]
    ]
    return {"layers": tuple(rows), "pieces": tuple(pieces), "reach": tuple(reach)}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, Outcome.SUPPORTED),
        ({"total": 0.5}, Outcome.DEFINITION_DEPENDENT),
        ({"last": depth.RELU_DEPTH // 2}, Outcome.DEFINITION_DEPENDENT),
        ({"excess": 1e-3}, Outcome.DEFINITION_DEPENDENT),
        ({"short": 1e-3}, Outcome.DEFINITION_DEPENDENT),
    ],
)
def test_depth_adds(change: dict[str, float], outcome: Outcome) -> None:
    readings = depth.conclude(SETTING, depth_tables(**change)).readings
    assert settle(readings) is outcome
    refuted = {r.definition for r in readings if r.decisive and r.outcome is Outcome.REFUTED}
    # Both architectures, or both groups.
    assert len(refuted) == (2 if change else 0)


def test_laws_are_told_apart() -> None:
    readings = depth.conclude(SETTING, depth_tables()).readings
    laws = {r.definition: r.value for r in readings if r.name.startswith("AIC")}
    assert all(not r.decisive for r in readings if r.name.startswith("AIC"))
    for definition, gap in laws.items():
        assert (gap > depth.DECISIVE) == ("total curvature" in definition)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curvature, "WIDTH_QUICK", 40)
    monkeypatch.setattr(depth, "CHANNELS_QUICK", 8)
    monkeypatch.setattr(circles, "POINTS", 32)


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("module", [curvature, depth])
def test_a_repetition_gives_what_is_concluded_from(module) -> None:
    tables = join((5, 6), [module.repeat(Trial(True, seed)) for seed in (5, 6)])
    evidence = module.conclude(Setting(True, (5, 6)), tables)
    assert any(reading.decisive for reading in evidence.readings)
    assert [*tables["layers"][0]][:3] == ["seed", "ensemble", "weight_scale"]
    again = module.repeat(Trial(True, 5))
    assert again["layers"] == [
        {k: v for k, v in row.items() if k != "seed"}
        for row in tables["layers"]
        if row["seed"] == 5
    ]


def test_claims_say_what_they_use() -> None:
    assert C19.kind == "curvature"
    assert C5.kind == "complexity"
    assert f"{DEPTH} layers" in C19.definition
    assert f"{depth.RELU_DEPTH} layers have" in C5.definition
    assert str(depth.UNITS) in C5.definition
