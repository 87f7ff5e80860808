"""Choosing a language in the database the way `TranslatedModel.text` chooses it in memory."""

from django.conf import settings
from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import get_language

from interlinkers.models.translations import Translation


def content_language(language: str | None = None) -> str:
    """Return the language asked for, else the active one, as a code of two letters."""
    return (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]


def fallback_chain(language: str | None = None) -> list[str]:
    """Return the languages to try, in their order."""
    return list(dict.fromkeys([content_language(language), *settings.CONTENT_FALLBACK_LANGUAGES]))


def best_translation(
    model: type[Translation], owner: str, field: str, language: str | None = None
) -> Combinable:
    """Return an expression: `field` of the best translation of the outer row. `owner` names the foreign key."""
    whens = [
        When(language=code, then=Value(place))
        for place, code in enumerate(fallback_chain(language))
    ]
    place = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
    rows = model.objects.filter(**{owner: OuterRef("pk")}).order_by(place, "language")
    return Subquery(rows.values(field)[:1])
