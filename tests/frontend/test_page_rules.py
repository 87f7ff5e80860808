"""What every template holds to: strict content policy, one heading, translated words, both themes readable."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "frontend" / "templates").rglob("*.html"))
TOKENS = (ROOT / "frontend" / "styles" / "_tokens.scss").read_text()


def names(paths):
    return [str(path.relative_to(ROOT / "frontend" / "templates")) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_template_has_inline_styles_or_scripts(path):
    text = path.read_text()

    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    for tag in re.findall(r"<script[^>]*>", text):
        # Data for search engines is no script: browsers do not run it.
        assert "src=" in tag or 'type="application/ld+json"' in tag, tag


def _words_outside_tags(text: str) -> list[str]:
    text = re.sub(r"\{#.*?#\}", " ", text, flags=re.S)
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", " ", text, flags=re.S)
    text = re.sub(r"\{% blocktrans(late)?\b.*?\{% endblocktrans(late)? %\}", " ", text, flags=re.S)
    blocks = r"\{% block (\w+_class|topics) %\}.*?\{% endblock %\}"
    text = re.sub(blocks, " ", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.S)
    text = re.sub(r"<(style|script|svg).*?</\1>", " ", text, flags=re.S)
    text = re.sub(r"<kbd[^>]*>.*?</kbd>", " ", text, flags=re.S)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    text = re.sub(r"&[a-z]+;", " ", text)
    return re.findall(r"[^\W\d_]{2,}", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_all_words_of_a_template_can_be_translated(path):
    assert _words_outside_tags(path.read_text()) == []


def test_every_page_names_its_language():
    for name in ("base.html", "500.html"):
        text = (ROOT / "frontend" / "templates" / name).read_text()
        assert '<html lang="{{ LANGUAGE_CODE }}"' in text


# --- contrast (WCAG 2.2, 1.4.3 and 1.4.11) ---------------------------------------------------------


def _tokens(part: str) -> dict[str, str]:
    return dict(re.findall(r"--k-([a-z-]+):\s*(#[0-9a-f]{6})", part))


LIGHT = _tokens(TOKENS.partition("@mixin")[0])
DARK = LIGHT | _tokens(TOKENS.partition("@mixin")[2])


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(theme):
    grounds = ("paper", "ground", "accent-soft", "needs-soft", "wrong-soft")
    pairs = [(ink, ground) for ink in ("ink", "ink-soft") for ground in grounds]
    pairs += [("ink", name) for name in ("sunken", "mark", "added", "removed")]
    pairs += [
        (ink, ground) for ink in ("accent", "needs", "wrong") for ground in ("paper", "ground")
    ]
    pairs += [("on-accent", "accent"), ("on-needs", "needs"), ("accent", "accent-soft")]

    weak = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_fields_and_focus_can_be_seen(theme):
    for name in ("line-strong", "focus", "mark-line"):
        assert contrast(theme[name], theme["paper"]) >= 3


# --- texts for the scripts -------------------------------------------------------------------------


def _script_texts(path: str) -> dict[str, str]:
    source = (ROOT / "frontend" / "editor" / "src" / path).read_text()
    body = source[source.index("export const defaults = {") :].partition("\n}")[0]
    pairs = re.findall(r"^\s+(\w+): '((?:[^'\\]|\\.)*)'", body, re.M)
    return {key: text.replace("\\'", "'") for key, text in pairs}


def test_django_gives_every_text_of_the_editor():
    from frontend.editor_strings import editor_strings

    assert editor_strings() == _script_texts("strings.ts")


def test_django_gives_every_text_of_the_site_script():
    from frontend.strings import site_strings

    assert site_strings() == _script_texts("site/strings.ts")
