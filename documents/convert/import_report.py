"""What an import says about itself: the notes, and the words that found no place."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

# Longest sample of one note, in characters; comments and headers are reported with their words.
SAMPLE_MAX_CHARS = 1000
_SEPARATOR = " · "
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class ImportNote:
    """One kind of thing that was lost or changed, how often, and what it said (for the reader).

    Kept in another form: tracked_changes (accepted), footnotes, equations, links (their words),
    superscript, list_numbering, unplaced_text. Form lost, words kept: formatting, colours, page_breaks.
    Not in the text, only in the sample: comments, headers_footers, drawings, images_missing,
    images_kind, embedded.
    """

    code: str
    count: int
    sample: str


@dataclass
class ReportBuilder:
    """Collects the notes while a file is read."""

    _counts: Counter[str] = field(default_factory=Counter)
    _samples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, code: str, sample: str = "", *, count: int = 1) -> None:
        """Count one more of a kind; `sample` is the text concerned."""
        self._counts[code] += count
        sample = " ".join(sample.split())
        known = self._samples.setdefault(code, [])
        if sample and sample not in known:
            known.append(sample)

    def notes(self) -> list[ImportNote]:
        """Return the notes in the order in which their kinds were first met."""
        return [
            ImportNote(code, count, _SEPARATOR.join(self._samples.get(code, []))[:SAMPLE_MAX_CHARS])
            for code, count in self._counts.items()
        ]


def words(text: str) -> list[str]:
    """Return the words of a text in the form in which they are compared."""
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def unplaced(source: Iterable[str], result: str) -> list[str]:
    """Return those paragraphs of `source` whose words are missing from `result`, and stray words.

    Compares how often each word occurs, so the order and the formatting do not matter.
    """
    paragraphs = [(paragraph, Counter(words(paragraph))) for paragraph in source]
    missing: Counter[str] = Counter()
    for _paragraph, counted in paragraphs:
        missing.update(counted)
    missing -= Counter(words(result))
    if not missing:
        return []
    found = []
    # first those that are missing altogether, then those of which most is
    for share in (1.0, 0.5):
        for paragraph, counted in paragraphs:
            lost = counted & missing
            if lost and lost.total() >= share * counted.total():
                found.append(paragraph.strip())
                missing -= lost
    if missing:
        found.append(" ".join(missing.elements()))
    return found
