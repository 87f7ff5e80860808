"""Latvian and Ukrainian are whole: nothing missing, doubtful or out of step, and every place of a sentence is kept."""

import datetime
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils import translation

from cocreation.kernel import clock
from cocreation.kernel.quoting import quoted
from frontend.editor_strings import editor_strings
from frontend.strings import site_strings
from frontend.templatetags.koprade import day, short_day

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("lv", "uk")
# How Django counts: one form more than the languages' grammars, for zero and for fractions.
FORMS = {"lv": 3, "uk": 4}
PLACES = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")
TAGS = re.compile(r"</?[a-z][^>]*>")
ADDRESSES = re.compile(r"https?://\S*|\S+@\S+")
WORDS = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
# Names, formats and keys that Ukrainian writes in Latin letters.
FORMATS = {
    "ZIP",
    "zip",
    "API",
    "CSV",
    "DOCX",
    "GIF",
    "ICS",
    "JPEG",
    "JSON",
    "PDF",
    "PNG",
    "SVG",
    "UTF",
    "WebP",
    "XML",
    "doc",
    "docx",
}
NAMES = {"AA", "EN", "INTERLINK", "JavaScript", "Markdown", "WCAG", "Word", "pandoc"}
TYPED = {
    "Alt",
    "Enter",
    "Shift",
    "Ctrl",
    "F",
    "M",
    "catalogue",
    "data",
    "load",
    "manage",
    "py",
    "ref",
    "seed",
    "true",
    "false",
    "type",
    "uri",
}
FOREIGN_WORDS = FORMATS | NAMES | TYPED
# Quotation marks of other languages: Latvian writes „ and “, Ukrainian « and ».
FOREIGN_MARKS = {"lv": re.compile(r'[”«»"]|(^|[\s(])“'), "uk": re.compile('[„“”"]')}
SKIPPED_FOLDERS = shutil.ignore_patterns(
    ".*", "var", "tests", "node_modules", "staticfiles", "static", "locale", "docs", "__pycache__"
)
IS_GETTEXT_HERE = shutil.which("xgettext") and shutil.which("msguniq")


def catalogue(language):
    return polib.pofile(ROOT / "locale" / language / "LC_MESSAGES" / "django.po")


def forms_of(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def keys_of(entries):
    return {
        (entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in entries if not entry.obsolete
    }


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def compiled(settings, tmp_path):
    """Compile the .po files as they are now, the way that set-up does, and let Django read them."""
    for code in LANGUAGES:
        folder = tmp_path / "locale" / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalogue(code).save_as_mofile(folder / "django.mo")
    settings.LOCALE_PATHS = [tmp_path / "locale"]


@pytest.fixture
def year_is(monkeypatch):
    """Return a function that sets the year in which pages say dates."""
    return lambda year: monkeypatch.setattr(clock, "today", lambda: datetime.date(year, 1, 1))


def test_everything_is_translated(language):
    entries = catalogue(language)
    assert [entry.msgid for entry in entries if "fuzzy" in entry.flags] == []
    assert [entry.msgid for entry in entries if not all(forms_of(entry))] == []
    assert [entry.msgid for entry in entries if entry.obsolete] == []


def test_plurals_have_the_forms_that_django_counts_with(language):
    entries = catalogue(language)
    assert f"nplurals={FORMS[language]};" in entries.metadata["Plural-Forms"]
    for entry in entries:
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(FORMS[language])), entry.msgid


def test_translations_keep_the_places_and_marks_of_a_sentence(language):
    for entry in catalogue(language):
        original = entry.msgid_plural or entry.msgid
        for text in forms_of(entry):
            for marks in (PLACES, TAGS):
                assert sorted(marks.findall(text)) == sorted(marks.findall(original)), entry.msgid
            edges = [len(part) - len(part.strip()) for part in (original, text)]
            assert edges[0] == edges[1], f"blanks around {entry.msgid!r}"
            assert text.count("\n") == original.count("\n"), entry.msgid


def test_quotation_marks_are_those_of_the_language(language):
    marks = FOREIGN_MARKS[language]
    texts = [text for entry in catalogue(language) for text in forms_of(entry)]
    assert [text for text in texts if marks.search(text)] == []


@pytest.mark.parametrize(("code", "words"), [("en", "“A”"), ("lv", "„A“"), ("uk", "«A»")])
def test_titles_stand_in_the_marks_of_the_language(code, words, compiled):
    with translation.override(code):
        assert quoted("A") == words


def test_languages_translate_the_same_texts():
    assert keys_of(catalogue("lv")) == keys_of(catalogue("uk"))


def test_ukrainian_uses_latin_letters_only_for_names():
    found = set()
    for entry in catalogue("uk"):
        if entry.msgctxt == "date format":
            continue
        for text in forms_of(entry):
            found |= set(WORDS.findall(ADDRESSES.sub(" ", PLACES.sub(" ", text))))
    mixed = {word for word in found if CYRILLIC.search(word) and LATIN.search(word)}
    assert mixed == set(), "letters of both alphabets in one word"
    assert {word for word in found if LATIN.search(word)} - FOREIGN_WORDS == set()


@pytest.mark.parametrize("strings", [editor_strings, site_strings])
def test_browser_texts_are_translated(strings, language):
    known = {entry.msgid: entry.msgstr for entry in catalogue(language) if not entry.msgctxt}
    with translation.override("en"):
        originals = strings()
    assert {key for key, text in originals.items() if not known.get(text)} == set()


@pytest.mark.parametrize(
    ("code", "words", "narrow", "other_year"),
    [
        ("en", "Thursday 11 March", "11 Mar", "11 March 2027"),
        ("lv", "ceturtdiena, 11. marts", "11.03.", "2027. g. 11. marts"),
        ("uk", "четвер, 11 березня", "11.03", "11 березня 2027 р."),
    ],
)
def test_dates_read_as_people_say_them(code, words, narrow, other_year, compiled, year_is):
    thursday = datetime.date(2027, 3, 11)
    with translation.override(code):
        year_is(2027)
        assert day(thursday).endswith(f">{words}</time>")
        assert short_day(thursday) == narrow
        year_is(2026)
        assert day(thursday).endswith(f">{other_year}</time>")
        assert "2027" in short_day(thursday)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/catalogue/", "/processes/", "/organisations/", "/accounts/login/"]
)
def test_pages_speak_the_language_that_the_browser_asks_for(client, compiled, language, path):
    page = client.get(path, headers={"accept-language": language}).content.decode()
    messages = {entry.msgid: entry.msgstr for entry in catalogue(language) if not entry.msgctxt}
    assert f'<html lang="{language}"' in page
    for text in ("Skip to the content", "Catalogue", "Processes", "Privacy"):
        assert messages[text] in page
        assert f">{text}<" not in page


@pytest.mark.skipif(not IS_GETTEXT_HERE, reason="collecting texts needs the gettext tools")
def test_collecting_again_finds_nothing_new(tmp_path):
    """Collect in a copy of the sources: what `make messages` would add or drop is missing in locale/."""
    copy = tmp_path / "sources"
    shutil.copytree(ROOT, copy, ignore=SKIPPED_FOLDERS)
    (copy / "locale").mkdir()
    collect = [sys.executable, "-m", "django", "makemessages", "--locale", "lv", "--no-wrap"]
    subprocess.run(
        [*collect, "--add-location", "never", "--ignore", "locale"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    found = keys_of(polib.pofile(copy / "locale" / "lv" / "LC_MESSAGES" / "django.po"))
    kept = keys_of(catalogue("lv"))
    assert found - kept == set(), "run `make messages` and translate"
    assert kept - found == set(), "run `make messages`: these are used no more"
