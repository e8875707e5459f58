"""One report of synthetic claims, drawn once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from analogs.report.document import write_report
from tests.analogs.report import synthetic


@pytest.fixture(scope="session")
def entries():
    """Return every claim with its cell."""
    return synthetic.entries()


@pytest.fixture(scope="session")
def written(entries, tmp_path_factory) -> Path:
    """Return the report that was written for them."""
    return write_report(entries, tmp_path_factory.mktemp("report"))
