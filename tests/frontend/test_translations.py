"""Latvian and Ukrainian are whole: nothing empty or doubtful, and every place of a sentence is kept."""

import re
from pathlib import Path

import polib
import pytest

LOCALE = Path(__file__).resolve().parents[2] / "locale"
PLACES = re.compile(r"%\(\w+\)[srd]|\{\w+\}")


@pytest.fixture(params=["lv", "uk"])
def messages(request):
    return [
        entry
        for entry in polib.pofile(LOCALE / request.param / "LC_MESSAGES" / "django.po")
        if not entry.obsolete
    ]


def test_everything_is_translated(messages):
    assert [entry.msgid for entry in messages if not entry.translated()] == []
    assert [entry.msgid for entry in messages if "fuzzy" in entry.flags] == []


def test_translations_keep_the_places_of_a_sentence(messages):
    for entry in messages:
        original = set(PLACES.findall(entry.msgid_plural or entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert set(PLACES.findall(text)) == original, entry.msgid
