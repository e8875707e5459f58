"""Geodesics of every metric obey the laws; those of a corrupted metric do not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.laws import corruptions, flow_checkers
from tests.laws.cases import CASES
from tests.laws.corruptions import Corrupted, Corruption, Law

LAWS: dict[Law, Corruption] = {
    flow_checkers.check_velocity_obeys_euler_arnold: corruptions.wrong_transport,
    flow_checkers.check_curve_has_its_velocity: corruptions.wrong_raise,
    flow_checkers.check_energy_is_conserved: corruptions.wrong_transport,
    flow_checkers.check_duration_scales_velocity: corruptions.wrong_transport,
    flow_checkers.check_geodesic_continues_itself: corruptions.wrong_transport,
    flow_checkers.check_geodesic_runs_backwards: corruptions.wrong_inverse,
    flow_checkers.check_batches_are_independent: corruptions.batch_dependent_transport,
    flow_checkers.check_group_is_kept: corruptions.wrong_element,
    flow_checkers.check_endpoint_derivative: corruptions.halved_coadjoint,
}


@pytest.mark.parametrize("check", LAWS)
@pytest.mark.parametrize("name", CASES)
def test_law_holds(name: str, check: Law, rng: np.random.Generator) -> None:
    check(CASES[name], rng)


@pytest.mark.parametrize("check", LAWS)
@pytest.mark.parametrize("name", ["so4-band", "gl3-band"])
def test_law_refuses_a_corrupted_metric(name: str, check: Law, rng: np.random.Generator) -> None:
    with pytest.raises(AssertionError):
        check(Corrupted(CASES[name], LAWS[check]), rng)
