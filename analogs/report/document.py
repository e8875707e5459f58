"""The report: one self-contained HTML file, with every figure and table in a file beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup
from matplotlib.figure import Figure

from analogs.report.figures import DRAWINGS
from analogs.report.images import inline, svg
from analogs.report.page import (
    OUTCOMES,
    Entry,
    figure_file,
    page_claim,
    provenance,
    table_file,
)
from analogs.report.sections import columns, sections
from analogs.report.tables import csv_text
from analogs.report.typesetting import typeset

REPORT = "report.html"
_TEMPLATE = "template.html.j2"


def write_report(entries: Sequence[Entry], directory: Path) -> Path:
    """Write the report, figures and tables into `directory` and return the path of the report.

    The same entries give the same bytes.
    """
    figures = draw(entries)
    for entry in entries:
        for name, rows in entry.cell.evidence.tables.items():
            _write(directory / table_file(entry.claim.id, name), csv_text(rows))
    drawings = {claim_id: svg(figure) for claim_id, figure in figures.items()}
    for claim_id, drawing in drawings.items():
        _write(directory / figure_file(claim_id), drawing)
    images = {
        entry.claim.id: _image(entry, figures[entry.claim.id], drawings[entry.claim.id])
        for entry in entries
        if entry.claim.id in figures
    }
    return _write(directory / REPORT, html(entries, images))


def draw(entries: Sequence[Entry]) -> dict[str, Figure]:
    """Return the figures of all claims that have one, by id."""
    tables = {entry.claim.id: entry.cell.evidence.tables for entry in entries}
    return {
        entry.claim.id: DRAWINGS[entry.claim.id].figure(entry.claim, tables[entry.claim.id], tables)
        for entry in entries
        if entry.claim.id in DRAWINGS
    }


def html(entries: Sequence[Entry], images: Mapping[str, Markup]) -> str:
    """Return the page, which refers to nothing outside itself."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("analogs", "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = typeset
    pages = {
        entry.claim.id: page_claim(entry, images.get(entry.claim.id), _caption(entry))
        for entry in entries
    }
    return environment.get_template(_TEMPLATE).render(
        claims=list(pages.values()),
        sections=sections(entries, pages),
        sides=columns(entries),
        outcomes=OUTCOMES,
        provenance=provenance(entries),
    )


def _image(entry: Entry, figure: Figure, drawing: str) -> Markup:
    claim = entry.claim
    return inline(figure, drawing, claim.id, f"{claim.id}: {claim.title}. {_caption(entry)}")


def _caption(entry: Entry) -> str:
    drawing = DRAWINGS.get(entry.claim.id)
    return drawing.caption if drawing else ""


def _write(path: Path, text: str) -> Path:
    """Write a file in one step, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    staging.write_text(text, encoding="utf-8", newline="\n")
    os.replace(staging, path)
    return path
