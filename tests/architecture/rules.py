"""The rules of the design as functions from source text to the list of what breaks them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

import networkx

FILE_LINES = 400
BODY_LINES = 60
PUBLIC_NAMES = 30
INTERNAL = ("qgeom", "analogs")

PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
# A comparison that returns its verdict instead of raising it.
SILENT = {"allclose", "isclose", "array_equal", "array_equiv", "equal"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|tmp|home|root|Users|mnt|scratch)/\w")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield node


def imports(tree: ast.AST) -> Iterator[tuple[str, str | None, int]]:
    """Every absolute import below a node: module, imported name or None, line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield "." * node.level + (node.module or ""), alias.name, node.lineno


def called_name(call: ast.Call) -> str:
    """Last part of the name of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def long_file(source: str) -> list[str]:
    """More than 400 lines."""
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines > FILE_LINES else []


def long_functions(source: str) -> list[str]:
    """A body of more than 60 lines, docstring not counted."""
    broken = []
    for function in functions(source):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        if lines > BODY_LINES:
            broken.append(f"{function.name} has a body of {lines} lines")
    return broken


def crowded_init(source: str) -> list[str]:
    """More than 30 public names at the top of an `__init__`, listed or bound."""
    bound: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, Function | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            bound |= set(names)
            if names == ["__all__"]:
                bound |= set(ast.literal_eval(node.value))
    public = {name for name in bound if not name.startswith("_")} - {"annotations"}
    return [f"{len(public)} public names"] if len(public) > PUBLIC_NAMES else []


def deferred_internal_imports(source: str) -> list[str]:
    """An import of this project inside a function."""
    return [
        f"line {line}: {module} imported in {function.name}"
        for function in functions(source)
        for module, _, line in imports(function)
        if module.split(".")[0] in (*INTERNAL, "")
    ]


def relative_imports(source: str) -> list[str]:
    """An import that does not name its package: absolute ones alone make the layers visible."""
    found = imports(ast.parse(source))
    return [f"line {line}: {module}" for module, _, line in found if module.startswith(".")]


def matplotlib_imports(source: str) -> list[str]:
    """Any import of matplotlib."""
    found = imports(ast.parse(source))
    return [f"line {line}: {module}" for module, _, line in found if "matplotlib" in module]


def pyplot_imports(source: str) -> list[str]:
    """Any import of pyplot, which keeps global state."""
    found = imports(ast.parse(source))
    return [f"line {line}" for module, name, line in found if "pyplot" in f"{module}.{name}"]


def pickles(source: str) -> list[str]:
    """Anything that could run code from a data file."""
    tree = ast.parse(source)
    broken = [
        f"line {line}: imports {module}"
        for module, _, line in imports(tree)
        if module.split(".")[0] in PICKLES
    ]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if keywords.get("allow_pickle") == "True":
            broken.append(f"line {node.lineno}: {ast.unparse(node)}")
        if ast.unparse(node.func) == "torch.load" and keywords.get("weights_only") != "True":
            broken.append(f"line {node.lineno}: torch.load without weights_only=True")
    return broken


def machine_paths(text: str) -> list[str]:
    """An absolute path of somebody's machine."""
    return [
        f"line {number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]


def tests_without_assertion(source: str) -> list[str]:
    """A test that neither asserts, nor expects an error, nor calls `assert...` or `check...`."""
    broken = []
    for function in functions(source):
        if not function.name.startswith("test_"):
            continue
        nodes = list(ast.walk(function))
        calls = {called_name(node) for node in nodes if isinstance(node, ast.Call)}
        if not (
            any(isinstance(node, ast.Assert) for node in nodes)
            or calls & {"raises", "warns"}
            or any(name.startswith(("assert", "check")) for name in calls)
        ):
            broken.append(function.name)
    return broken


def dropped_verdicts(source: str) -> list[str]:
    """A comparison such as `np.allclose(...)` whose result nobody reads."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and called_name(node.value) in SILENT
    ]


def import_cycles(sources: Mapping[str, str]) -> list[str]:
    """Sets of modules that import one another, of sources by dotted module name."""
    graph = networkx.DiGraph()
    for name, source in sources.items():
        for module, member, _ in imports(ast.parse(source)):
            imported = f"{module}.{member}" if f"{module}.{member}" in sources else module
            if imported in sources:
                graph.add_edge(name, imported)
    loops = [{node} for node in networkx.nodes_with_selfloops(graph)]
    knots = [knot for knot in networkx.strongly_connected_components(graph) if len(knot) > 1]
    return [" <-> ".join(sorted(knot)) for knot in loops + knots]
