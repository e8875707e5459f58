"""Every notebook runs from start to end, and is committed as it ran."""

from __future__ import annotations

import importlib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
TIMEOUT_S = 300
BUDGET_BYTES = 1_000_000


def errors(notebook: nbformat.NotebookNode) -> list[str]:
    """Outputs that are errors, or text on the standard error stream (warnings land there)."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [
        str(output.get("evalue", output.get("text", "")))
        for output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def skipped(notebook: nbformat.NotebookNode) -> list[str]:
    """Code cells that were not run, in order, from the top of a fresh kernel."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.source for i, cell in enumerate(cells, start=1) if cell.execution_count != i]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.notebook
def test_notebook_runs(
    notebook: nbformat.NotebookNode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The kernel is a process of its own: it finds the packages of this checkout, does not touch the
    # user's history, and does not tell that matplotlib lists the fonts, which is done here.
    importlib.import_module("matplotlib.font_manager")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    assert errors(notebook) == []
    assert skipped(notebook) == []


def test_notebook_is_committed_as_it_ran(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    assert errors(notebook) == []
    assert skipped(notebook) == []
    assert len(nbformat.writes(notebook)) < BUDGET_BYTES


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero"},
        {"output_type": "stream", "name": "stderr", "text": "a warning"},
    ],
)
def test_errors_are_found(output: dict[str, str]) -> None:
    cell = nbformat.v4.new_code_cell("1 / 0", execution_count=1)
    cell.outputs = [nbformat.v4.new_output(**output)]
    assert len(errors(nbformat.v4.new_notebook(cells=[cell]))) == 1


@pytest.mark.parametrize("counts", [[None], [2], [1, 1], [1, 3]])
def test_skipped_cells_are_found(counts: list[int | None]) -> None:
    cells = [nbformat.v4.new_code_cell("x", execution_count=count) for count in counts]
    assert len(skipped(nbformat.v4.new_notebook(cells=cells))) == 1
