"""Importing the package is cheap: it loads no torch, qiskit, matplotlib or scipy.stats."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "qiskit", "matplotlib", "scipy.stats", "sklearn", "networkx")


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_import_is_light():
    assert not loaded_by("import analogs.evidence").intersection(HEAVY)


def test_provenance_imports_nothing_heavy():
    statement = "from analogs.evidence.provenance import current_provenance; current_provenance()"
    assert not loaded_by(statement).intersection(HEAVY)


def test_the_probe_sees_a_heavy_import():
    assert "scipy.stats" in loaded_by("import analogs.evidence.statistics")
