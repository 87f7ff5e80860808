"""Words as the catalogue compares them: for finding (a `search` column) and for likeness. No queries here."""

import re
import unicodedata
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
# A column of this many characters is enough to find an entry by any word that matters.
SEARCH_MAX_CHARACTERS = 20_000
QUERY_MAX_WORDS = 12


def folded(text: str) -> str:
    """Return text as it is compared: without upper case in any script, composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def bare(text: str) -> str:
    """Return folded text without accents, for people who type without them (vadlinijas for vadlīnijas)."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in decomposed if not unicodedata.combining(c))
    )


def words(text: str) -> list[str]:
    """Return the folded words of a text in their order, with repetitions."""
    return WORD.findall(folded(text))


def search_text(name: str, texts: Iterable[str]) -> str:
    """Return the `search` column: the folded name first (lists are sorted by it), then each other word once."""
    head = folded(name)
    seen = dict.fromkeys(word for text in (name, *texts) for word in words(text))
    seen.update(dict.fromkeys(bare(word) for word in list(seen)))
    column = head + "\n" + " ".join(seen)
    return column[:SEARCH_MAX_CHARACTERS]


def query_words(query: str) -> list[str]:
    """Return the words to look for, at most `QUERY_MAX_WORDS`."""
    return list(dict.fromkeys(words(query)))[:QUERY_MAX_WORDS]
