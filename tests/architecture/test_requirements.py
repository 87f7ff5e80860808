"""What tests are set up with holds what runs: pins of the two lists are made apart, and one is easily forgotten."""

import re

from tests.architecture.test_imports import ROOT


def pins(name: str) -> set[str]:
    return set(
        re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / "requirements" / name).read_text(), re.M)
    )


def test_what_runs_is_pinned_alike_for_tests():
    assert pins("base.txt") - pins("dev.txt") == set()


def test_what_is_asked_for_is_pinned():
    asked = re.findall(
        r"^([a-z0-9._-]+)", (ROOT / "requirements" / "base.in").read_text(), re.M | re.I
    )
    assert {name.lower() for name in asked} - {
        pin.split("==")[0] for pin in pins("base.txt")
    } == set()
