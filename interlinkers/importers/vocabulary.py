"""The closed lists of the catalogue and the spellings of them met in the wild."""

from django.utils.translation import gettext as _

from interlinkers.importers.fields import Fields
from interlinkers.models import Difficulty, Nature

# Folder names of INTERLINK's seed; the nature of an interlinker is the folder that it lies in.
NATURES = {
    "knowledge": Nature.KNOWLEDGE,
    "software": Nature.SOFTWARE,
    "externalknowledge": Nature.EXTERNAL_KNOWLEDGE,
    "externalsoftware": Nature.EXTERNAL_SOFTWARE,
}
SPELLINGS = {
    "propietary": "proprietary",
    "sofware": "software",
    "enhancing_services:external_experts": "enhancing_services;external_experts",
}


def nature_of_folder(name: str) -> str | None:
    """Return the nature that a folder stands for, None for other folders."""
    key = "".join(char for char in name.casefold() if char.isalpha())
    key = key.removesuffix("s").removesuffix("interlinker")
    return NATURES.get(key)


def spelled(value: str) -> str:
    """Return a code as we spell it."""
    return SPELLINGS.get(value, value)


def licence_code(fields: Fields) -> str:
    """Return the licence of an entry as a code, "" when it says none."""
    return spelled(fields.code("licence"))


def difficulty_code(fields: Fields) -> str:
    """Return the difficulty of an entry; an unknown one is left out with a warning."""
    value = fields.code("difficulty")
    if value and value not in Difficulty.values:
        fields.warn(
            _("%(name)s: “%(value)s” is not a known value; left empty")
            % {"name": "difficulty", "value": value}
        )
        return ""
    return value
