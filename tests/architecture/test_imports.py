"""Imports go one way (DESIGN §4): a lower app never knows a higher one, not even inside a function."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# From the lowest to the highest; apps on one level do not import each other.
LAYERS = [
    {"kernel"},
    {"community"},
    {"interlinkers"},
    {"processes"},
    {"documents"},
    {"realtime", "frontend"},
    {"wiring"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# realtime's `serve` command prints the demo's accounts; both are commands for operators, not code of the app.
EXCEPTIONS = {("realtime/management/commands/serve.py", "frontend")}


def app_of(module: str) -> str | None:
    """Return the layer that a dotted module name belongs to, or None for libraries."""
    first, _, rest = module.partition(".")
    if first == "cocreation":
        return "kernel" if rest.split(".")[0] == "kernel" else "wiring"
    return first if first in LEVEL else None


def modules():
    for top in (
        "cocreation",
        "community",
        "interlinkers",
        "processes",
        "documents",
        "realtime",
        "frontend",
    ):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


def imported(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def upward(path):
    """Return the imports of a module that lie above or beside its app."""
    name = path.relative_to(ROOT).as_posix()
    own = app_of(name.removesuffix(".py").replace("/", "."))
    for module in imported(ast.parse(path.read_text())):
        other = app_of(module)
        if other in (None, own) or (name, other) in EXCEPTIONS or module == "cocreation":
            continue
        if LEVEL[other] >= LEVEL[own]:
            yield f"{name} imports {module}"


def test_modules_import_only_what_lies_below_them():
    assert not [fault for path in modules() for fault in upward(path)]


def test_the_rule_finds_an_import_that_goes_up(tmp_path, monkeypatch):
    folder = tmp_path / "community"
    folder.mkdir()
    (folder / "bad.py").write_text("def late():\n    from documents import services\n")
    monkeypatch.setattr("tests.architecture.test_imports.ROOT", tmp_path)
    assert list(upward(folder / "bad.py")) == [
        "community/bad.py imports documents",
        "community/bad.py imports documents.services",
    ]
