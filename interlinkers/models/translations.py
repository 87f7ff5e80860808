"""Catalogue content in many languages: one translation table per model (DESIGN §4.4)."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def words_in(texts: Mapping[str, str], language: str | None = None) -> str:
    """Return the best of {language: words}: in the language asked for (else the active one), the fallback chain,
    any.
    """
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    codes = [wanted, *settings.CONTENT_FALLBACK_LANGUAGES, *sorted(texts)]
    return next((str(texts[code]) for code in codes if texts.get(code)), "")


class Translation(models.Model):
    """One language of one object. `source_revision` is the revision of the object it was made from:
    a smaller number than the object's own means that it is stale.
    """

    language = models.CharField(_("language"), max_length=8, choices=settings.CONTENT_LANGUAGES)
    source_revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self):
        return self.language


class TranslatedModel(models.Model):
    """An object whose texts are in its `translations`. Prefetch them before reading in a list."""

    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def translation(self, language: str | None = None) -> Translation | None:
        """Return the best translation: the language asked for (else the active one), the fallback chain, any."""
        wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
        rows = {row.language: row for row in self.translations.all()}
        for code in [wanted, *settings.CONTENT_FALLBACK_LANGUAGES]:
            if code in rows:
                return rows[code]
        return rows[min(rows)] if rows else None

    def text(self, field: str, language: str | None = None) -> str:
        """Return one field in the best language that has it filled in."""
        wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
        rows = {row.language: row for row in self.translations.all()}
        for code in [wanted, *settings.CONTENT_FALLBACK_LANGUAGES, *sorted(rows)]:
            if code in rows and getattr(rows[code], field):
                return getattr(rows[code], field)
        return ""

    @property
    def languages(self) -> list[str]:
        """The languages there really are texts in, sorted."""
        return sorted(row.language for row in self.translations.all())
