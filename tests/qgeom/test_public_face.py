"""`qgeom` itself: its names, what they cost, and the one version."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qgeom

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "scipy", "torch", "qiskit", "matplotlib", "networkx", "sklearn")
CORE_FREE = ("torch", "qiskit", "matplotlib", "networkx", "sklearn")


def loaded(code: str, modules: tuple[str, ...]) -> str:
    """Which of the modules a fresh interpreter has loaded after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*({set(modules)} & set(sys.modules)))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def declared() -> dict[str, str]:
    """Name -> module of the imports that type checkers see."""
    tree = ast.parse((ROOT / "qgeom" / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {
        alias.name: str(node.module)
        for node in imports
        for alias in node.names
        if str(node.module).startswith("qgeom")
    }


@pytest.mark.parametrize("name", qgeom.__all__)
def test_every_name_is_what_type_checkers_see(name: str) -> None:
    home = importlib.import_module(declared()[name])
    assert getattr(qgeom, name) is getattr(home, name)


def test_names_are_few_and_agree() -> None:
    assert len(qgeom.__all__) <= 30
    assert sorted(qgeom.__all__) == qgeom.__all__ == sorted(declared())
    assert set(dir(qgeom)) == {*qgeom.__all__, "__version__"}


def test_star_import_gives_the_public_names() -> None:
    scope: dict[str, object] = {}
    exec("from qgeom import *", scope)
    assert set(qgeom.__all__) <= set(scope)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'qgeom' has no attribute 'geodesics'"):
        _ = qgeom.geodesics


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert qgeom.__version__ == project["version"]


@pytest.mark.parametrize("code", ["import qgeom", "import qgeom.cli", "import qgeom._progress"])
def test_import_costs_nothing(code: str) -> None:
    assert loaded(code, HEAVY) == ""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_nothing(arguments: list[str]) -> None:
    code = f"from qgeom.cli import main\nmain({arguments}, standalone_mode=False)"
    assert loaded(code, HEAVY) == ""


def test_using_the_core_loads_no_networks_and_no_figures() -> None:
    """Circuits are Qiskit's, and their layers are graphs; geometry needs neither."""
    core = [name for name in qgeom.__all__ if name not in ("compile_geodesic", "synthesize")]
    code = f"import qgeom\nfor name in {core}: getattr(qgeom, name)"
    assert loaded(code, CORE_FREE) == ""


def test_loaded_modules_are_seen() -> None:
    assert loaded("import numpy", HEAVY) == "numpy"
