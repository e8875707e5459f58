"""The report is one file that stands alone, is the same in every run, and says what it must."""

from __future__ import annotations

import csv
import dataclasses
import re

import pytest
from markupsafe import escape

from analogs.evidence import Evidence
from analogs.report.document import html, write_report
from tests.analogs.report import synthetic
from tests.analogs.report.webpage import Webpage, faults


@pytest.fixture(scope="module")
def text(written):
    return written.read_text(encoding="utf-8")


def test_page_stands_alone(text, written):
    assert faults(text, written.parent) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("</main>", "", "tag body"),
        ("<main>", '<main id="EM1">', "repeated id EM1"),
        ("<main>", '<main><script src="#EM1"></script>', "element script"),
        ("<main>", "<main>http", "http"),
        ("<main>", '<main style="background: url(a.png)">', "url()"),
        ('href="#EM1"', 'href="#EM7"', "dangling #EM7"),
        ("figures/C8.svg", "figures/C88.svg", "dangling figures/C88.svg"),
        (' role="img" aria-label="', ' aria-hidden="', "svg without words"),
    ],
)
def test_checker_finds_what_is_wrong(text, written, old, new, fault):
    assert old in text
    assert fault in faults(text.replace(old, new, 1), written.parent)


def test_same_entries_give_the_same_bytes(entries, written, tmp_path):
    again = write_report(synthetic.entries(), tmp_path)
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    tables = sum(len(entry.cell.evidence.tables) for entry in entries)
    assert len(files) == 1 + len(entries) + tables
    for file in files:
        assert (tmp_path / file).read_bytes() == (written.parent / file).read_bytes(), file
    assert again.name == written.name == "report.html"


def test_sections_come_in_order(text):
    found = re.findall(r'<h2 id="\w+">(\w+)</h2>', text)
    expected = ["Summary", "Complexity", "Diameter", "Curvature", "Geodesic", "Provenance"]
    assert found == expected


@pytest.mark.parametrize("names", [["EM1"], ["EM1", "T1"]])
def test_summary_has_a_column_for_templates_where_they_are_read(entries, names):
    table = html([entry for entry in entries if entry.claim.id in names], {})
    table = table.partition('<table class="summary">')[2].partition("</table>")[0]
    found = re.findall(r'<th scope="col">(\w[\w ]*)</th>', table)
    sides = ["Quantum", "Network", *["Template"][: len(names) - 1]]
    assert found == ["Claim", *sides, "Verdict", "Rests on"]
    rows = table.split("<tr>")[2:]
    assert [row.count("<td") for row in rows] == [len(sides) + 2] * len(names)


@pytest.mark.parametrize("claim", synthetic.CLAIMS, ids=lambda claim: claim.id)
def test_every_claim_says_what_it_must(text, entries, claim):
    article = text.partition(f'<article id="{claim.id}">')[2].partition("</article>")[0]
    [entry] = [entry for entry in entries if entry.claim is claim]
    for words in (claim.title, claim.quote, claim.source, claim.definition, claim.statistic):
        assert str(escape(words)) in article
    assert "1 seed, quick run, 1.2 s" in article
    assert entry.cell.verdict.label in article
    assert article.count("<figure>") == article.count("<figcaption>") == 1
    for reading in entry.cell.verdict.readings:
        assert f"{reading.outcome}" in article
    for table in entry.cell.evidence.tables:
        assert f"tables/{claim.id}-{table}.csv" in article


def test_what_comes_from_outside_is_escaped(entries):
    evil = "<script>alert(1)</script>"
    entry = entries[0]
    claim = dataclasses.replace(entry.claim, title=evil, quote=evil, source=evil, definition=evil)
    evidence = Evidence(entry.cell.evidence.readings, {"t": ({evil: evil},)}, note=evil)
    cell = dataclasses.replace(entry.cell, evidence=evidence)
    page = html([dataclasses.replace(entry, claim=claim, cell=cell)], {})
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 7


def test_repair_is_shown(text):
    article = text.partition('<article id="C8">')[2]
    assert "<dt>Malformed</dt><dd>Unlike objects.</dd>" in article
    assert "<dt>Repaired claim</dt><dd>Linear layers.</dd>" in article


def test_claim_without_figure_and_table(tmp_path):
    entry = synthetic.entry(synthetic.claim("C99", "stability", synthetic.bare))
    path = write_report([entry], tmp_path)
    text = path.read_text(encoding="utf-8")
    assert faults(text, tmp_path) == []
    assert "<figure>" not in text
    assert '<h2 id="Stability">' in text


def test_stale_results_are_marked(entries):
    old = synthetic.entry(synthetic.CLAIMS[0], source="0" * 64)
    assert "Computed by other source code" not in html(entries[1:], {})
    assert "Computed by other source code than the present: EM1." in html([old, *entries[1:]], {})


def test_csv_files_hold_the_tables(entries, written):
    for entry in entries:
        for name, rows in entry.cell.evidence.tables.items():
            path = written.parent / "tables" / f"{entry.claim.id}-{name}.csv"
            with path.open(newline="", encoding="utf-8") as stream:
                stored = list(csv.DictReader(stream))
            expected = [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
            assert stored == expected


def test_page_fits_a_narrow_screen(text):
    page = Webpage(text)
    metas = [attributes for tag, attributes in page.elements if tag == "meta"]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas
    for rule in ("@media print", "@media (max-width: 40rem)", "overflow-x: auto"):
        assert rule in text
