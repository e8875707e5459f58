"""What a claim is, how it is decided, and where its results live.

The statistics (bootstrap, permutation, trend and equivalence tests) are in
`analogs.evidence.statistics`, which loads `scipy.stats`.
"""

from analogs.evidence.claim import KINDS, Claim, Evidence, Setting
from analogs.evidence.configuration import configuration
from analogs.evidence.outcome import (
    Interval,
    Outcome,
    conjoin,
    decide_bound,
    decide_effect,
    decide_equivalence,
    decide_exact,
    decide_share,
)
from analogs.evidence.reading import (
    SIDES,
    Reading,
    bound_reading,
    effect_reading,
    equivalence_reading,
    exact_reading,
    hold_family,
    share_reading,
)
from analogs.evidence.repetition import Repeated, Trial
from analogs.evidence.run import evaluate, run
from analogs.evidence.store import Cell, DamagedCellError, RunDirectory
from analogs.evidence.verdict import Verdict, settle

__all__ = [
    "KINDS",
    "SIDES",
    "Cell",
    "Claim",
    "DamagedCellError",
    "Evidence",
    "Interval",
    "Outcome",
    "Reading",
    "Repeated",
    "RunDirectory",
    "Setting",
    "Trial",
    "Verdict",
    "bound_reading",
    "configuration",
    "conjoin",
    "decide_bound",
    "decide_effect",
    "decide_equivalence",
    "decide_exact",
    "decide_share",
    "effect_reading",
    "equivalence_reading",
    "evaluate",
    "exact_reading",
    "hold_family",
    "run",
    "settle",
    "share_reading",
]
