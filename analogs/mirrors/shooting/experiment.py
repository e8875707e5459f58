"""Q6: whether the work of the solver depends on the curvature; Q8: whether by way of instability."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from analogs.evidence import Evidence, Reading, Repeated, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.reading import dependence_reading
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import Correlation, spearman
from analogs.mirrors.shooting.families import FAMILIES, Family, measure
from analogs.mirrors.shooting.problems import Problems, shoot_often, shoot_once
from qgeom._typing import Real

# Of a rank correlation, fixed beforehand (CLAIMS.md 1.1, Q6).
LEAST_CORRELATION = 0.3
RESAMPLES = 5000
# Random starts a problem.
STARTS = 4

_TAILS: dict[int, Literal["less", "greater"]] = {-1: "less", 1: "greater"}


class Link(NamedTuple):
    """Two columns of the table and the sign of their correlation."""

    words: str
    first: str
    second: str
    sign: int


# Curvature -> instability -> difficulty, and the cost that stands for all of it.
LINKS = (
    Link("mean K on the path and growth of Jacobi fields, given d", "curvature", "growth", -1),
    Link("growth of Jacobi fields and share of starts that arrive, given d", "growth", "share", -1),
    Link("cost or width and share of starts that arrive, given d", "knob", "share", -1),
)


def shots(trial: Trial) -> dict[str, list[Row]]:
    """Solve the problems of one seed by one shot each, for every family."""
    return {"shots": measure(FAMILIES, trial, _one_shot)}


def starts(trial: Trial) -> dict[str, list[Row]]:
    """Solve the problems of one seed from several random starts each, for every family."""
    return {"starts": measure(FAMILIES, trial, _many_shots)}


def work_and_curvature(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Correlate the steps of one shot with the mean curvature along the path, for every family."""
    rows = tables["shots"]
    rng = setting.resampling_generator()
    found = {family: tuple(_work(family, _own(rows, family), rng)) for family in FAMILIES}
    pairs = [f"{f.group} {own[0].value:.2f}, {own[1].value:.2f}" for f, own in found.items()]
    return Evidence(
        tuple(itertools.chain.from_iterable(found.values())),
        tables,
        note=f"Correlation of mean K and steps given d, and at equal cost or width: "
        f"{'; '.join(pairs)}. {_summary(rows, 'success')}",
    )


def instability(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Test each link from negative curvature to the failure of random starts, for every family."""
    rows = tables["starts"]
    rng = setting.resampling_generator()
    readings = [
        _link(family, _own(rows, family), link, rng) for family in FAMILIES for link in LINKS
    ]
    return Evidence(tuple(readings), tables, note=_summary(rows, "share"))


WORK = Repeated(shots, work_and_curvature)
INSTABILITY = Repeated(starts, instability)


def _one_shot(problems: Problems, rng: np.random.Generator) -> dict[str, np.ndarray]:
    found = shoot_once(problems)
    return {"steps": found.steps, "success": found.success}


def _many_shots(problems: Problems, rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"share": shoot_often(problems, STARTS, rng)}


def _work(family: Family, rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    """The decisive correlation, and around it what a reader would ask next."""
    steps, curvature, growth = (numbers(rows, name) for name in ("steps", "curvature", "growth"))
    length, knob = numbers(rows, "length"), numbers(rows, "knob")
    strata = tuple((knob == value).astype(np.float64) for value in family.knobs[1:])
    asked: tuple[tuple[str, Real, Real | tuple[Real, ...] | None], ...] = (
        ("mean K on the path and steps of the solver, given d", curvature, length),
        ("mean K and steps at equal cost or width, given d", curvature, (length, *strata)),
        ("growth of Jacobi fields and steps, given d", growth, length),
        ("d and steps", length, None),
    )
    for number, (words, cause, given) in enumerate(asked):
        found = spearman(cause, steps, given=given, rng=rng, resamples=RESAMPLES)
        yield dependence_reading(
            f"rank correlation of {words}",
            family.side,
            family.definition,
            found.interval,
            count=len(rows),
            smallest_effect=LEAST_CORRELATION,
            p_value=found.p_value,
            decisive=number == 0,
        )


def _link(family: Family, rows: Sequence[Row], link: Link, rng: np.random.Generator) -> Reading:
    found: Correlation = spearman(
        numbers(rows, link.first),
        numbers(rows, link.second),
        given=numbers(rows, "length"),
        alternative=_TAILS[link.sign],
        rng=rng,
        resamples=RESAMPLES,
    )
    return effect_reading(
        f"rank correlation of {link.words}",
        family.side,
        family.definition,
        found.interval,
        count=len(rows),
        smallest_effect=LEAST_CORRELATION,
        direction=link.sign,
        p_value=found.p_value,
        decisive=family.bends,
    )


def _own(rows: Sequence[Row], family: Family) -> list[Row]:
    return [row for row in rows if row["group"] == family.group]


def _summary(rows: Sequence[Row], column: str) -> str:
    """What arrived at the least and at the largest value of the knob, in words."""
    parts = []
    for family in FAMILIES:
        own = _own(rows, family)
        shares = [
            numbers([row for row in own if row["knob"] == knob], column).mean()
            for knob in (family.knobs[0], family.knobs[-1])
        ]
        negative = float(np.mean(numbers(own, "curvature") < 0))
        parts.append(f"{family.group} {shares[0]:.2f} to {shares[1]:.2f} (K < 0: {negative:.2f})")
    return (
        "Share of shots that arrive, at the least and at the largest cost or width, and share of "
        f"paths with negative mean K: {', '.join(parts)}."
    )
