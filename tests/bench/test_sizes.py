"""The benchmark keeps to the sizes of the rest of the code."""

from tests.architecture.test_imports import ROOT
from tests.architecture.test_sizes import too_long


def test_modules_and_functions_of_the_benchmark_are_of_readable_size():
    modules = sorted((ROOT / "bench").glob("*.py"))

    assert modules
    assert not [fault for path in modules for fault in too_long(path)]
