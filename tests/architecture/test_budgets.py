"""Every file keeps the budgets of the design, with no list of exceptions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules

ROOT = Path(__file__).parents[2]
PACKAGES = [*sorted(ROOT.glob("qgeom/**/*.py")), *sorted(ROOT.glob("analogs/**/*.py"))]
TESTS = sorted(ROOT.glob("tests/**/*.py"))
PLOTTING = {"plots", "report"}
CORE = ("algebra", "metric", "geodesic", "readings")
FOLDERS = ("qgeom", "analogs", "tests", "notebooks", "docs", ".ci")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".ipynb", ".j2", ".html", ".css"}
TEXTS = [
    path
    for path in (*ROOT.glob("*"), *(file for name in FOLDERS for file in ROOT.glob(f"{name}/**/*")))
    if path.suffix in TEXT_SUFFIXES or path.name in {"Makefile", "run"}
]

Rule = Callable[[str], list[str]]


def broken(rule: Rule, files: list[Path]) -> list[str]:
    """What breaks the rule, one line for each violation."""
    return [
        f"{path.relative_to(ROOT)}: {problem}"
        for path in files
        for problem in rule(path.read_text(encoding="utf-8"))
    ]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def inits(files: list[Path]) -> list[Path]:
    return [path for path in files if path.name == "__init__.py"]


def without_plots(files: list[Path]) -> list[Path]:
    return [path for path in files if not PLOTTING & set(path.relative_to(ROOT).parts)]


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (rules.long_file, [*PACKAGES, *TESTS]),
        (rules.long_functions, [*PACKAGES, *TESTS]),
        (rules.crowded_init, inits(PACKAGES)),
        (rules.deferred_internal_imports, [*PACKAGES, *TESTS]),
        (rules.relative_imports, [*PACKAGES, *TESTS]),
        (rules.matplotlib_imports, without_plots(PACKAGES)),
        (rules.pyplot_imports, PACKAGES),
        (rules.pickles, [*PACKAGES, *TESTS]),
        (rules.machine_paths, TEXTS),
        (rules.tests_without_assertion, TESTS),
        (rules.dropped_verdicts, [*PACKAGES, *TESTS]),
    ],
)
def test_every_file_keeps_the_rule(rule: Rule, files: list[Path]) -> None:
    assert files
    assert broken(rule, files) == []


def test_no_import_cycles() -> None:
    sources = {module_name(path): path.read_text(encoding="utf-8") for path in PACKAGES}
    assert rules.import_cycles(sources) == []


def test_core_and_command_line_start_without_torch() -> None:
    """A fresh interpreter imports them all; torch costs two seconds, so only networks may pay."""
    light = [module_name(path) for path in PACKAGES if path.match("qgeom/cli.py")]
    core = [module_name(path) for name in CORE for path in sorted(ROOT.glob(f"qgeom/{name}/*.py"))]
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "qgeom", *light, *core],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


def test_tests_mirror_packages_that_exist() -> None:
    """A folder of tests/qgeom or tests/analogs is named after a package."""
    folders = [*ROOT.glob("tests/qgeom/*/"), *ROOT.glob("tests/analogs/*/")]
    names = [path.relative_to(ROOT / "tests") for path in folders if path.name != "__pycache__"]
    assert [str(name) for name in names if not (ROOT / name).is_dir()] == []


# ---- negative controls: each rule finds what it looks for, and nothing in a clean file

CLEAN = '''
"""A module."""

import qgeom.metric.pauli
from qgeom import _checks


def test_something():
    """The docstring of a function is not part of its body."""
    assert qgeom.metric.pauli.PauliMetric and _checks
'''
BAD: dict[Rule, list[str]] = {
    rules.long_file: ["x = 1\n" * 401],
    rules.long_functions: [
        "def f():\n    '''Doc.'''\n" + "    x = 1\n" * 61,
        "class A:\n    async def f(self):\n" + "        x = 1\n" * 61,
    ],
    rules.crowded_init: [
        "from a import " + ", ".join(f"x{i}" for i in range(31)),
        f"__all__ = {[f'x{i}' for i in range(31)]}",
    ],
    rules.deferred_internal_imports: [
        "def f():\n    from qgeom.metric import pauli\n",
        "class A:\n    def f(self):\n        import analogs.cli\n",
        "def f():\n    from . import x\n",
    ],
    rules.relative_imports: ["from . import x\n", "from ..metric import pauli\n"],
    rules.matplotlib_imports: ["def f():\n    import matplotlib.figure\n"],
    rules.pyplot_imports: ["import matplotlib.pyplot as plt\n", "from matplotlib import pyplot\n"],
    rules.pickles: [
        "import pickle\n",
        "from joblib import load\n",
        "np.load(path, allow_pickle=True)\n",
        "torch.load(path)\n",
        "torch.load(path, weights_only=False)\n",
    ],
    rules.machine_paths: ["path = '/" + "work/main'\n", "see (/" + "home/me/x)\n"],
    rules.tests_without_assertion: [
        "def test_f():\n    compute()\n",
        "def test_f():\n    np.allclose(1, 2)\n",
    ],
    rules.dropped_verdicts: ["def test_f():\n    assert x\n    np.allclose(1, 2)\n"],
}


@pytest.mark.parametrize(
    ("rule", "source"), [(rule, source) for rule, sources in BAD.items() for source in sources]
)
def test_rule_finds_what_breaks_it(rule: Rule, source: str) -> None:
    assert len(rule(source)) == 1


@pytest.mark.parametrize("rule", BAD)
def test_rule_passes_a_clean_file(rule: Rule) -> None:
    assert rule(CLEAN) == []


@pytest.mark.parametrize(
    "sources",
    [
        {"qgeom.a": "import qgeom.b", "qgeom.b": "from qgeom import a", "qgeom": ""},
        {"qgeom.a": "from qgeom.a import x"},
        {"qgeom": "import qgeom.a", "qgeom.a": "import qgeom.b", "qgeom.b": "from qgeom import x"},
    ],
)
def test_cycles_are_found(sources: dict[str, str]) -> None:
    assert len(rules.import_cycles(sources)) == 1
