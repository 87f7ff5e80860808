"""The doors (REST, HTML, sockets) fetch through selectors and write through services, never by themselves."""

import re

from tests.architecture.test_imports import ROOT, modules

DOORS = re.compile(
    r"^(\w+/api/|frontend/(views|forms|templatetags|middleware|context_processors)|realtime/)"
)
# An empty queryset is how a view tells the API description its model: it reads nothing.
FORBIDDEN = re.compile(
    r"\.objects\b(?!\.none\(\))|\.save\(|\.delete\(\)|\.bulk_create\(|\.update_or_create\(|\.get_or_create\("
)
ANYWHERE = re.compile(r"\.delay\(|\.apply_async\(|group_send\)?\(")
# The only modules that may start a job or write to the channel layer.
KERNEL = {"cocreation/kernel/events.py", "cocreation/kernel/jobs.py", "cocreation/health.py"}


def code_lines(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        yield number, line.split("#")[0] if "noqa" not in line else line


def name_of(path) -> str:
    return path.relative_to(ROOT).as_posix()


def doors():
    return [
        path for path in modules() if DOORS.match(name_of(path)) and "management" not in path.parts
    ]


def others():
    """Return the modules that are not themselves the way to jobs and events."""
    return [
        path
        for path in modules()
        if name_of(path) not in KERNEL and not name_of(path).startswith("realtime/")
    ]


def faults(paths, pattern):
    """Return each line that a pattern finds, so that one run names them all."""
    return [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in paths
        for number, line in code_lines(path)
        if pattern.search(line)
    ]


def test_doors_leave_the_tables_alone():
    assert not faults(doors(), FORBIDDEN)


def test_jobs_and_events_go_through_the_kernel():
    assert not faults(others(), ANYWHERE)


def test_only_ydoc_imports_pycrdt():
    for path in modules():
        if path.relative_to(ROOT).as_posix() != "documents/ydoc.py":
            assert not re.search(r"^\s*(import|from) pycrdt", path.read_text(), re.M), path
