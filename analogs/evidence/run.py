"""Run one claim: build its setting, call its experiment, settle the verdict, store it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from analogs.evidence.claim import Claim, Evidence, Setting, silent
from analogs.evidence.configuration import configuration
from analogs.evidence.outcome import Outcome
from analogs.evidence.parts import Parts
from analogs.evidence.provenance import source_fingerprint
from analogs.evidence.reading import hold_family
from analogs.evidence.repetition import Repeated, join, trials
from analogs.evidence.store import RunDirectory
from analogs.evidence.verdict import Verdict, outcomes_by_definition, settle
from qgeom._checks import check_integer, fail

_STALE = " Computed by other source code than the present: use a new run directory to repeat it."


def run(
    claim: Claim,
    *,
    quick: bool = False,
    seeds: int | Sequence[int] | None = None,
    directory: str | Path | None = None,
    data: str | Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Verdict:
    """Test a claim and return the verdict.

    Parameters
    ----------
    claim : Claim
    quick : bool
        Smoke run with few seeds and small sizes.
    seeds : int or sequence of int, optional
        The seeds, or how many (0, 1, ...); the claim's own number if None.
    directory : path, optional
        Run directory. A cell that it holds with the same configuration (test, seeds, quick) is
        read back, and nothing is computed; so are finished repetitions of an unfinished one.
    data : path, optional
        A user's own arrays (.npz), for a claim that takes data.
    progress : callable, optional
        Receives `(message, fraction)`.

    Raises
    ------
    ValueError
        If an argument is out of range, or the experiment returns no decisive reading.
    DamagedCellError
        If the run directory holds this cell but cannot give it back.

    Examples
    --------
    >>> from analogs.evidence import Claim, Evidence, exact_reading, run
    >>> claim = Claim(
    ...     id="R2", title="Dimension of u(N)", quote="a smaller dimension than U(2^n)",
    ...     source="P1 IIIB", kind="structure", definition="real dimension of tangent spaces",
    ...     statistic="4^n - dim u(2^n)", null=0.0, smallest_effect=0.0,
    ...     experiment=lambda setting: Evidence((exact_reading(
    ...         "4^n - dim u(2^n)", "quantum", "n = 2", 4**2 - 16, tolerance=0.0),)),
    ...     seeds_quick=1, seeds_full=1)
    >>> run(claim, quick=True).label
    'exact'
    """
    setting = Setting(
        quick, _seeds(claim, quick, seeds), progress or silent, None if data is None else Path(data)
    )
    config = configuration(claim, setting)
    if directory is None:
        return evaluate(claim, setting)[0]
    store = RunDirectory(Path(directory))
    if store.finished(claim.id, config):
        cell = store.read_cell(claim.id, config)
        setting.report("read from the run directory", 1.0)
        fresh = cell.provenance.source == source_fingerprint()
        sentence = cell.verdict.sentence + ("" if fresh else _STALE)
        return dataclasses.replace(cell.verdict, sentence=sentence)
    verdict, evidence = evaluate(claim, setting, store.path)
    store.write_cell(claim.id, config, verdict, evidence)
    return verdict


def evaluate(
    claim: Claim, setting: Setting, directory: Path | None = None
) -> tuple[Verdict, Evidence]:
    """Run the experiment, correct its readings for multiplicity, and settle the verdict.

    Repetitions that the run directory holds are read back, and new ones are kept there.

    Raises
    ------
    ValueError
        If the experiment returns no evidence, or no decisive reading for a decidable claim.
    """
    evidence, runtime = _carry_out(claim, setting, directory)
    if not isinstance(evidence, Evidence):
        raise fail("experiment", "return Evidence", f"returns {type(evidence).__name__}")
    if claim.decidable and not any(reading.decisive for reading in evidence.readings):
        raise fail("experiment", "return a decisive reading", f"returns none for {claim.id}")
    readings = hold_family(evidence.readings)
    outcome = settle(readings) if claim.decidable else Outcome.MALFORMED
    verdict = Verdict(
        claim_id=claim.id,
        outcome=outcome,
        sentence="",
        readings=readings,
        seeds=setting.seeds,
        quick=setting.quick,
        runtime_s=runtime,
        malformed=claim.malformed,
        repair=claim.repair,
        data="" if setting.data is None else setting.data.name,
    )
    verdict = dataclasses.replace(verdict, sentence=_sentence(verdict))
    return verdict, dataclasses.replace(evidence, readings=readings)


def _carry_out(claim: Claim, setting: Setting, directory: Path | None) -> tuple[Evidence, float]:
    """Return the evidence and the seconds of work in it, those of an earlier run included."""
    experiment, earlier = claim.experiment, 0.0
    start = time.perf_counter()
    if directory is None or not isinstance(experiment, Repeated):
        evidence = experiment(setting)
    else:
        parts = [Parts(directory, claim, experiment).obtain(trial) for trial in trials(setting)]
        start, earlier = time.perf_counter(), sum(part.runtime_s for part in parts)
        tables = join(setting.seeds, [part.tables for part in parts])
        evidence = experiment.conclude(setting, tables)
    return evidence, earlier + time.perf_counter() - start


def _seeds(claim: Claim, quick: bool, seeds: int | Sequence[int] | None) -> tuple[int, ...]:
    if seeds is None:
        seeds = claim.seeds_quick if quick else claim.seeds_full
    if isinstance(seeds, Sequence):
        return tuple(check_integer("seeds", seed, least=0) for seed in seeds)
    return tuple(range(check_integer("seeds", seeds, least=1)))


def _sentence(verdict: Verdict) -> str:
    parts = "; ".join(
        f"{side} ({definition}): {part}"
        for (side, definition), part in outcomes_by_definition(verdict.readings).items()
    )
    if not verdict.malformed:
        return f"{str(verdict.outcome).capitalize()} ({verdict.basis}). {parts}."
    why = f"Malformed ({verdict.basis}): {verdict.malformed}"
    return f"{why} Repaired: {verdict.repair} {parts}." if verdict.repair else why
