"""How alike two texts are: TF-IDF cosine over crudely stemmed words, in plain Python. No queries here.

A catalogue has hundreds of entries of a few hundred words: an index of it is built in a fraction of a second, asked
in less than a millisecond, and needs no library.
Source: Salton & Buckley 1988, "Term-weighting approaches in automatic text retrieval" (log tf, idf, cosine).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from interlinkers.search import words
from interlinkers.stop_words import STOP_WORDS

WORD_MIN_CHARACTERS = 3
STEM_MAX_CHARACTERS = 7
STEM_MIN_CHARACTERS = 4
# Endings that are taken off one by one: vowels (also the Latvian long and the Ukrainian ones), s and soft signs. Crude,
# but the same for plāns/plāna/plānu, policy/policies and план/плани, without a dictionary for each language.
ENDINGS = frozenset("aeiouyāēīōūsšаеєиіїйоуюяьы")
ENDING_MAX_CHARACTERS = 2


def stem(word: str) -> str:
    """Return what a folded word has in common with its other forms."""
    short = word[:STEM_MAX_CHARACTERS]
    for _step in range(ENDING_MAX_CHARACTERS):
        if len(short) > STEM_MIN_CHARACTERS and short[-1] in ENDINGS:
            short = short[:-1]
    return short


def stems(text: str) -> list[tuple[str, str]]:
    """Return (stem, word) of each word that says something."""
    return [
        (stem(word), word)
        for word in words(text)
        if len(word) >= WORD_MIN_CHARACTERS and word not in STOP_WORDS and not word.isdigit()
    ]


@dataclass(frozen=True)
class Likeness:
    """How alike: `score` from 0 to 1, and the asked words that made it so, the most telling first."""

    score: float
    words: tuple[str, ...]


class TextIndex:
    """Texts to be compared with. Built once, then only asked; safe to share between threads."""

    def __init__(self, texts: Mapping[Hashable, Iterable[tuple[int, str]]]):
        """`texts` are (weight, text) pairs per key: a word of weight 3 counts as if it were there three times."""
        counts = {key: self._counts(parts) for key, parts in texts.items()}
        found_in = Counter(term for terms in counts.values() for term in terms)
        total = len(counts) + 1
        self.idf = {term: math.log(total / number) for term, number in found_in.items()}
        self.postings: dict[str, list[tuple[Hashable, float]]] = defaultdict(list)
        for key, terms in counts.items():
            weights = {term: self._weight(number, term) for term, number in terms.items()}
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            for term, weight in weights.items():
                self.postings[term].append((key, weight / length))

    @staticmethod
    def _counts(parts: Iterable[tuple[int, str]]) -> Counter:
        counts: Counter = Counter()
        for weight, text in parts:
            for term, _word in stems(text):
                counts[term] += weight
        return counts

    def _weight(self, number: int, term: str) -> float:
        return (1 + math.log(number)) * self.idf[term]

    def like(self, text: str) -> dict[Hashable, Likeness]:
        """Return how alike each text is that shares a word with `text`."""
        asked: Counter = Counter()
        surface: dict[str, str] = {}
        for term, word in stems(text):
            if term in self.idf:
                asked[term] += 1
                surface.setdefault(term, word)
        weights = {term: self._weight(number, term) for term, number in asked.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        if not length:
            return {}
        shares: dict[Hashable, list[tuple[float, str]]] = defaultdict(list)
        for term, weight in weights.items():
            for key, other in self.postings[term]:
                shares[key].append((weight * other / length, surface[term]))
        result = {}
        for key, parts in shares.items():
            parts.sort(key=lambda part: (-part[0], part[1]))
            telling = tuple(word for share, word in parts if share > 0)
            result[key] = Likeness(sum(share for share, _word in parts), telling)
        return result
