"""What catalogue pages show: facets with what is chosen, the texts of an interlinker, names of languages."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from interlinkers.models import Interlinker
from interlinkers.selectors import CatalogueChoices

PROFILES_SHOWN_AT_ONCE = 8


@dataclass(frozen=True)
class Choice:
    """One value of a facet."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One question the catalogue can be narrowed by."""

    name: str
    legend: str
    choices: list[Choice]

    @property
    def is_long(self) -> bool:
        return len(self.choices) > PROFILES_SHOWN_AT_ONCE

    @property
    def is_used(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


def facets(choices: CatalogueChoices, wanted: dict[str, list[str]]) -> list[Facet]:
    """Return the facets; those with nothing to choose between are left out."""
    profiles = [
        (str(profile.pk), profile.text("name"))
        for profile in choices.problem_profiles
        if profile.interlinker_count
    ]
    languages = list(zip(choices.languages, language_names(choices.languages), strict=True))
    found = [
        ("nature", _("Kind"), choices.natures),
        ("form", _("Form"), choices.forms),
        ("problem_profile", _("Helps with"), profiles),
        ("difficulty", _("Difficulty"), choices.difficulties),
        ("language", _("Language"), languages),
    ]
    return [
        Facet(
            name, legend, [Choice(value, label, value in wanted[name]) for value, label in values]
        )
        for name, legend, values in found
        if len(values) > 1
    ]


def language_names(codes: list[str]) -> list[str]:
    """Return the names of content languages in the reader's language."""
    names = {code: str(name) for code, name in settings.CONTENT_LANGUAGES}
    return [names.get(code, code) for code in codes]


@dataclass(frozen=True)
class InterlinkerTexts:
    """The texts of one interlinker in the best language for each."""

    name: str
    summary: str
    description: str
    instructions: str
    constraints: str
    regulations: str
    uri: str


def interlinker_texts(row: Interlinker) -> InterlinkerTexts:
    """Return the texts, each with the fallback chain of its own."""
    return InterlinkerTexts(
        **{name: row.text(name) for name in InterlinkerTexts.__dataclass_fields__}
    )
