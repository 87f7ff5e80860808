"""Time zones by their IANA names: which can be chosen, and what one that is missing or unknown means."""

import functools
import zoneinfo

from django.conf import settings

# Old names and bare offsets stand beside these for programs; nobody looks for them in a list.
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@functools.cache
def zone_names() -> frozenset[str]:
    """Return every name that a person can choose."""
    found = zoneinfo.available_timezones()
    return frozenset({name for name in found if name.partition("/")[0] in REGIONS} | {"UTC"})


@functools.cache
def zone_choices() -> list:
    """Return the names for a list to choose from, region by region."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(zone_names() - {"UTC"}):
        region, _slash, place = name.partition("/")
        groups[region].append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *((region, names) for region, names in groups.items() if names)]


def zone_of(*names: str) -> zoneinfo.ZoneInfo:
    """Return the zone of the first name that is given and known, else that of the installation."""
    for name in names:
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        # A name of a folder or a very long one is an OSError.
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return zoneinfo.ZoneInfo(settings.TIME_ZONE)
