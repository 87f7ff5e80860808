"""Which interlinkers fit a task: shared problem profiles first, then likeness of words, each with its reasons.

INTERLINK showed everything that shared any profile, unranked (up to 32 for one task). Here a profile counts the more
the fewer interlinkers have it, and every recommendation says why it is one.
"""

import math
import threading
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cocreation.kernel.markdown import plain_text
from interlinkers.models import Interlinker, InterlinkerTranslation
from interlinkers.search import folded
from interlinkers.selectors.catalogue import interlinkers_by_ids
from interlinkers.selectors.languages import content_language
from interlinkers.similarity import Likeness, TextIndex

NAME_WEIGHT, TAG_WEIGHT, TEXT_WEIGHT = 3, 2, 1
# Below this two texts share a word or two by chance (looked at with both catalogues).
LIKENESS_MIN = 0.08
QUERY_MAX_CHARACTERS = 20_000
REASON_MAX_PROFILES = 2
REASON_MAX_WORDS = 3


@dataclass(frozen=True)
class Recommendation:
    """An interlinker that fits, how well (only for comparing within one list), and why, as translated sentences."""

    interlinker: Interlinker
    score: float
    reasons: list[str]


@dataclass(frozen=True)
class _Snapshot:
    """What ranking needs of the whole catalogue in one language."""

    revision: tuple
    index: TextIndex
    names: dict[uuid.UUID, str]
    profiles: dict[uuid.UUID, frozenset[uuid.UUID]]
    rarity: dict[uuid.UUID, float]


@dataclass(frozen=True)
class _Rank:
    interlinker_id: uuid.UUID
    is_named: bool
    profile_score: float
    likeness: Likeness
    name: str

    @property
    def score(self) -> float:
        return 4.0 * self.is_named + 2.0 * self.profile_score + self.likeness.score

    @property
    def order(self) -> tuple:
        # Rounded, so that a profile that everything shares does not outweigh the words.
        return (
            not self.is_named,
            -round(self.profile_score, 1),
            -round(self.likeness.score, 6),
            self.name,
            str(self.interlinker_id),
        )


_snapshots: dict[str, _Snapshot] = {}
_building = threading.Lock()


def recommendations(
    *,
    profile_ids: Iterable[uuid.UUID],
    text: str,
    language: str | None = None,
    limit: int = 6,
    named_ids: Iterable[uuid.UUID] = (),
    without: Iterable[uuid.UUID] = (),
) -> list[Recommendation]:
    """Return the interlinkers that fit best, the best first, in an order that does not change between calls.

    `named_ids` are those that the template names for the task, `without` those not to recommend. `language` is the
    one that `text` and the compared texts are in. Queries: 6 (9 when the catalogue changed).
    """
    snapshot = _snapshot(content_language(language))
    wanted, named, left_out = set(profile_ids), set(named_ids), set(without)
    alike = snapshot.index.like(text[:QUERY_MAX_CHARACTERS])
    ranks = []
    for interlinker_id, profiles in snapshot.profiles.items():
        likeness = alike.get(interlinker_id, Likeness(0.0, ()))
        rank = _Rank(
            interlinker_id,
            interlinker_id in named,
            _profile_score(wanted, profiles & wanted, snapshot.rarity),
            likeness if likeness.score >= LIKENESS_MIN else Likeness(0.0, ()),
            snapshot.names[interlinker_id],
        )
        if rank.score > 0 and interlinker_id not in left_out:
            ranks.append(rank)
    best = sorted(ranks, key=lambda rank: rank.order)[: max(0, limit)]
    rows = interlinkers_by_ids(rank.interlinker_id for rank in best)
    return [
        Recommendation(row, round(rank.score, 4), _reasons(row, rank, wanted, snapshot))
        for rank in best
        if (row := rows.get(rank.interlinker_id))
    ]


def related(interlinker: Interlinker, *, limit: int = 4) -> list[Recommendation]:
    """Return interlinkers that help with the same, in the active language."""
    return recommendations(
        profile_ids=[profile.pk for profile in interlinker.problem_profiles.all()],
        text=f"{interlinker.text('name')}\n{interlinker.text('summary')}",
        limit=limit,
        without=[interlinker.pk],
    )


def _profile_score(wanted: set, shared: Iterable, rarity: dict[uuid.UUID, float]) -> float:
    """Return the part of the wanted profiles' weight that is shared, from 0 to 1."""
    total = sum(rarity[profile] for profile in wanted if profile in rarity)
    return sum(rarity[profile] for profile in shared) / total if total else 0.0


def _reasons(row: Interlinker, rank: _Rank, wanted: set, snapshot: _Snapshot) -> list[str]:
    reasons = []
    if rank.is_named:
        reasons.append(_("Named by the template"))
    shared = [profile for profile in row.problem_profiles.all() if profile.pk in wanted]
    if shared:
        shared.sort(key=lambda profile: (-snapshot.rarity.get(profile.pk, 0), profile.external_id))
        names = [profile.text("name") for profile in shared[:REASON_MAX_PROFILES]]
        joint = pgettext("between several problems", "; ")
        reasons.append(_("Helps with: %(problems)s") % {"problems": joint.join(names)})
    if rank.likeness.words:
        words = ", ".join(rank.likeness.words[:REASON_MAX_WORDS])
        reasons.append(_("Similar words: %(words)s") % {"words": words})
    return reasons


def _snapshot(language: str) -> _Snapshot:
    """Return the catalogue in one language, built again only when it has changed."""
    if language not in dict(settings.CONTENT_LANGUAGES):
        language = settings.LANGUAGE_CODE
    revision = tuple(
        Interlinker.objects.aggregate(number=Count("id"), changed=Max("updated_at")).values()
    )
    found = _snapshots.get(language)
    if found is None or found.revision != revision:
        with _building:
            found = _snapshots.get(language)
            if found is None or found.revision != revision:
                found = _snapshots[language] = _build(language, revision)
    return found


def _build(language: str, revision: tuple) -> _Snapshot:
    columns = InterlinkerTranslation.objects.only(
        "interlinker", "language", "name", "summary", "description", "tags"
    )
    rows = list(
        Interlinker.objects.filter(is_published=True)
        .only("id", "external_id")
        .prefetch_related(Prefetch("translations", queryset=columns), "problem_profiles")
    )
    texts, names, profiles = {}, {}, {}
    for row in rows:
        texts[row.pk] = _parts(row, language)
        names[row.pk] = folded(row.text("name", language))
        profiles[row.pk] = frozenset(profile.pk for profile in row.problem_profiles.all())
    found_in = Counter(profile for owned in profiles.values() for profile in owned)
    total = len(rows) + 1
    rarity = {profile: math.log(total / number) for profile, number in found_in.items()}
    return _Snapshot(revision, TextIndex(texts), names, profiles, rarity)


def _parts(row: Interlinker, language: str) -> list[tuple[int, str]]:
    best = row.translation(language)
    if best is None:
        return []
    tags = best.tags or row.text("tags", language) or []
    return [
        (NAME_WEIGHT, best.name),
        (TAG_WEIGHT, " ".join(tags)),
        (TEXT_WEIGHT, best.summary),
        (TEXT_WEIGHT, plain_text(best.description)),
    ]
