"""Modules stay under 400 lines (plan the split; 500 is the bound), functions under 60 (style guide of the house)."""

import ast
from pathlib import Path

from tests.architecture.test_imports import ROOT, modules

MODULE_LINES = 400
FUNCTION_LINES = 60
TEST_MODULE_LINES = 700
# Why each may be longer.
EXCEPTIONS: dict[str, str] = {
    "frontend/editor_strings.py": "one table of texts, compared with the editor's own by a test",
}


def written_by_us():
    return [
        path
        for path in modules()
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in EXCEPTIONS
    ]


def too_long(path):
    """Return what of a module is too long: the module itself, its functions."""
    source = path.read_text()
    name = path.relative_to(ROOT).as_posix()
    if len(source.splitlines()) > MODULE_LINES:
        yield f"{name}: {len(source.splitlines())} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}: {node.name} has {lines} lines"


def test_modules_and_functions_are_of_readable_size():
    assert not [fault for path in written_by_us() for fault in too_long(path)]


def test_test_modules_and_scripts_of_the_editor_are_of_readable_size():
    for path in [
        *sorted((ROOT / "tests").rglob("*.py")),
        *sorted((ROOT / "frontend/editor/src").rglob("*.ts")),
    ]:
        limit = TEST_MODULE_LINES if path.suffix == ".py" else MODULE_LINES
        assert len(path.read_text().splitlines()) <= limit, f"{path.relative_to(ROOT)}: split it"


def test_exceptions_are_still_needed():
    for name in EXCEPTIONS:
        assert Path(ROOT / name).is_file(), f"{name} is gone: take it off the list"
