"""What a claim is, how it is decided, and where its results live.

The statistics (bootstrap, permutation, trend and equivalence tests) are in
`analogs.evidence.statistics`, which loads `scipy.stats`.
"""

from analogs.evidence.claim import KINDS, Claim, Evidence, Setting
from analogs.evidence.multiplicity import holm
from analogs.evidence.outcome import (
    Interval,
    Outcome,
    combine,
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
from analogs.evidence.run import configuration, evaluate, run
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
    "RunDirectory",
    "Setting",
    "Verdict",
    "bound_reading",
    "combine",
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
    "holm",
    "run",
    "settle",
    "share_reading",
]
