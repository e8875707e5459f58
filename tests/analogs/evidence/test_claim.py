"""Claims, settings and evidence validate themselves."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Evidence, Outcome, Setting


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "c8"}, '`id` must look like "C8"'),
        ({"id": "C8/.."}, "`id` must look like"),
        ({"aliases": ("EM1", "x")}, "`id` must look like .* is 'x'"),
        ({"title": ""}, "`title` must say something"),
        ({"quote": " "}, "`quote` must say something"),
        ({"kind": "curvatur"}, "`kind` must be one of complexity, diameter, curvature"),
        ({"smallest_effect": float("nan")}, "`smallest_effect` must be finite"),
        ({"smallest_effect": -1.0}, "`smallest_effect` must be at least zero"),
        ({"experiment": None}, "`experiment` must be a function"),
        ({"seeds_quick": 0}, "`seeds_quick` must be at least 1"),
        ({"seeds_full": 2}, "`seeds_full` must be at least 3"),
        ({"repair": "Compare like ones."}, "`repair` must come with a reason"),
    ],
)
def test_wrong_claim_is_refused(make_claim, change, message):
    with pytest.raises(ValueError, match=message):
        make_claim(**change)


def test_decidable(make_claim):
    assert make_claim().decidable
    assert not make_claim(malformed="Unlike objects.").decidable
    assert make_claim(malformed="Unlike objects.", repair="Compare like ones.").decidable


@pytest.mark.parametrize("seeds", [(), (0, 0), (-1,), (0.5,)])
def test_wrong_seeds_are_refused(seeds):
    with pytest.raises(ValueError, match="Argument `seeds` must"):
        Setting(True, seeds)


def test_generators_are_reproducible_and_independent():
    setting = Setting(True, (3, 4))
    draws = [rng.random() for rng in (*setting.generators(), setting.resampling_generator())]
    again = [rng.random() for rng in (*setting.generators(), setting.resampling_generator())]
    assert draws == again
    assert len(set(draws)) == 3
    one = Setting(True, (3,))
    assert one.generators()[0].random() != one.resampling_generator().random()


def test_tables_become_plain_and_tidy():
    table = Evidence(
        (),
        tables={
            "t": (
                {"n": np.int64(1), "x": np.float64(0.5), "z": 1 + 2j, "o": Outcome.EXACT},
                {"n": 2, "x": 1, "z": np.complex128(3), "o": None},
            )
        },
    ).tables["t"]
    assert table == (
        {"n": 1, "x": 0.5, "z_re": 1.0, "z_im": 2.0, "o": "exact"},
        {"n": 2, "x": 1, "z_re": 3.0, "z_im": 0.0, "o": None},
    )
    assert type(table[0]["n"]) is int
    assert type(table[0]["x"]) is float
    assert type(table[0]["o"]) is str


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"a b": ()}, "`tables` must consist of letters"),
        ({"..": ()}, "`tables` must consist of letters"),
        ({"t": ({"a": 1}, {"b": 1})}, "same columns in every row"),
        ({"t": ({"a": 1}, {"a": "x"})}, "one type a column.*int and str in 'a'"),
        ({"t": ({"a": 1}, {"a": True})}, "bool and int"),
        ({"t": ({"a": ""},)}, "texts that are not empty"),
        ({"t": ({"a": [1]},)}, "has \\[1\\] in 'a'"),
    ],
)
def test_untidy_tables_are_refused(tables, message):
    with pytest.raises(ValueError, match=message):
        Evidence((), tables=tables)


def test_object_arrays_and_strangers_are_refused():
    with pytest.raises(ValueError, match="hold numbers or texts, but has dtype object"):
        Evidence((), arrays={"a": np.array([None])})
    with pytest.raises(ValueError, match="`readings` must hold readings, but holds str"):
        Evidence(("supported",))
