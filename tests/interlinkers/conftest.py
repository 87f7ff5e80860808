"""What tests of the catalogue share."""

import pytest

from interlinkers.importers.interlink import import_interlink
from tests.factories.interlinkers import Seed


@pytest.fixture
def seed(tmp_path):
    """A directory to import, empty at first."""
    root = tmp_path / "seed"
    root.mkdir()
    return Seed(root)


@pytest.fixture
def imported(seed, db):
    """Import the directory of the test and return the report."""
    return lambda **options: import_interlink(seed.root, **options)
