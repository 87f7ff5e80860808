"""Time zones: what is no name of one means that of the installation, whatever it is."""

import pytest

from cocreation.kernel.zones import zone_of


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Phobos", "Europe", "America/Argentina", "../etc", "a\0b", "a" * 5000],
    ids=["empty", "unknown", "folder", "deep folder", "outside", "nul", "long"],
)
def test_what_is_no_zone_means_that_of_the_installation(name, settings):
    assert zone_of(name).key == settings.TIME_ZONE
    assert zone_of(name, "Europe/Kyiv").key == "Europe/Kyiv"
