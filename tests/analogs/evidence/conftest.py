"""A small claim, evidence and verdict that the evidence tests share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analogs.evidence import Claim, Evidence, Interval, Setting, effect_reading, evaluate


def measure(setting: Setting) -> Evidence:
    """Mean of a standard normal shifted by three, one draw a seed."""
    draws = np.array([3.0 + rng.normal() for rng in setting.generators()])
    spread = float(draws.std(ddof=1)) if draws.size > 1 else 0.0
    reading = effect_reading(
        "mean",
        "network",
        "one draw a seed",
        Interval(float(draws.mean()), float(draws.mean()) - spread, float(draws.mean()) + spread),
        count=draws.size,
        smallest_effect=0.5,
    )
    rows = tuple(
        {"seed": s, "draw": d, "large": bool(d > 3), "remark": None}
        for s, d in zip(setting.seeds, draws, strict=True)
    )
    return Evidence((reading,), {"draws": rows}, {"draws": draws, "phase": 1j * draws}, "toy")


@pytest.fixture
def make_claim() -> Callable[..., Claim]:
    """Return a claim in which single fields are overridden."""

    def make(**changes: object) -> Claim:
        fields: dict[str, object] = {
            "id": "C8",
            "title": "a title",
            "quote": "the words of the paper",
            "source": "P1 IIIA",
            "kind": "curvature",
            "definition": "which space",
            "statistic": "which number",
            "null": 0.0,
            "smallest_effect": 0.5,
            "experiment": measure,
            "seeds_quick": 3,
            "seeds_full": 5,
        }
        return Claim(**(fields | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def finished_pair(make_claim: Callable[..., Claim]) -> tuple:
    """Return the verdict and evidence of that claim."""
    return evaluate(make_claim(), Setting(quick=True, seeds=(0, 1, 2)))
