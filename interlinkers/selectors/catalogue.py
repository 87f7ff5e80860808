"""Reading interlinkers and problem profiles. The catalogue is public: only what is unpublished is not found."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound
from interlinkers.labels import form_label
from interlinkers.models import (
    Difficulty,
    FileRole,
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    Nature,
    ProblemProfile,
    ProblemProfileTranslation,
)
from interlinkers.search import bare, query_words
from interlinkers.selectors.languages import best_translation, fallback_chain

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Not shown in any list and long.
LONG_TEXTS = ("text", "instructions", "search")

OneOrMore = str | Iterable[str] | None


@dataclass(frozen=True)
class CatalogueChoices:
    """What the catalogue can be narrowed by: (code, label) pairs of what occurs in it, and problem profiles."""

    natures: list[tuple[str, str]]
    forms: list[tuple[str, str]]
    difficulties: list[tuple[str, str]]
    languages: list[str]
    problem_profiles: list[ProblemProfile]


def interlinkers_list(
    *,
    nature: OneOrMore = None,
    form: OneOrMore = None,
    difficulty: OneOrMore = None,
    problem_profile: OneOrMore | uuid.UUID = None,
    language: OneOrMore = None,
    search: str = "",
    shown_in: str | None = None,
) -> QuerySet[Interlinker]:
    """Return published interlinkers by name in the language they are shown in (`shown_in`, else the active one).

    Each filter takes one value or several (any of them fits); `language` keeps what has texts in it; all words of
    `search` must be found in one translation, in any case, with or without accents. Each row has `used_in_count`
    (processes that hold it) and `logos`. Queries: 5 however many rows.
    """
    rows = Interlinker.objects.filter(is_published=True)
    for field, wanted in (("nature", nature), ("form", form), ("difficulty", difficulty)):
        if values := _values(wanted):
            rows = rows.filter(**{f"{field}__in": values})
    if profiles := _values(problem_profile):
        through = Interlinker.problem_profiles.through
        shared = through.objects.filter(
            interlinker_id=OuterRef("pk"), problemprofile_id__in=profiles
        )
        rows = rows.filter(Exists(shared))
    texts = InterlinkerTranslation.objects.filter(interlinker=OuterRef("pk"))
    if languages := _values(language):
        rows = rows.filter(Exists(texts.filter(language__in=languages)))
    if search.strip():
        rows = rows.filter(Exists(texts.filter(_words_found(search))))
    return (
        rows.annotate(used_in_count=_used_in())
        .order_by(best_translation(InterlinkerTranslation, "interlinker", "search", shown_in), "id")
        .prefetch_related(*_shown_in_lists())
    )


def _values(wanted: object) -> list:
    if wanted is None or wanted == "":
        return []
    if isinstance(wanted, (str, uuid.UUID)):
        wanted = [wanted]
    # PostgreSQL takes no NUL; nothing in the catalogue has one, so such a value finds nothing anyway.
    return [str(value).replace("\x00", "\ufffd") for value in wanted if value]


def _words_found(search: str) -> Q:
    words = query_words(search)
    if not words:
        # Nothing but punctuation: nothing can be found by that.
        return Q(pk__in=[])
    found = Q()
    for word in words:
        found &= Q(search__contains=word) | Q(search__contains=bare(word))
    return found


def _used_in() -> Count:
    """Count processes by the names of relations that higher apps have made to interlinkers."""
    return Count("assets__task__process", filter=Q(assets__removed_at__isnull=True), distinct=True)


def _shown_in_lists() -> list:
    texts = InterlinkerTranslation.objects.defer(*LONG_TEXTS)
    logos = InterlinkerFile.objects.filter(role=FileRole.LOGO)
    return [
        Prefetch("translations", queryset=texts),
        "problem_profiles__translations",
        Prefetch("files", queryset=logos, to_attr="logos"),
    ]


def interlinkers_by_ids(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Interlinker]:
    """Return published interlinkers as lists show them, by id. Queries: 5."""
    rows = Interlinker.objects.filter(is_published=True, pk__in=list(ids))
    rows = rows.annotate(used_in_count=_used_in()).prefetch_related(*_shown_in_lists())
    return {row.pk: row for row in rows}


def interlinker_get(interlinker_id: uuid.UUID) -> Interlinker:
    """Return a published interlinker with everything its page shows. Queries: 5. Raises: NotFound."""
    rows = Interlinker.objects.filter(is_published=True, pk=interlinker_id)
    row = (
        rows.annotate(used_in_count=_used_in())
        .prefetch_related("translations", "files", "problem_profiles__translations")
        .first()
    )
    if row is None:
        raise NotFound(_("There is no such interlinker in the catalogue."))
    row.logos = [file for file in row.files.all() if file.role == FileRole.LOGO]
    return row


def interlinker_file_get(interlinker_id: uuid.UUID, file_id: uuid.UUID) -> InterlinkerFile:
    """Return a file of a published interlinker, to be served as an attachment.

    Raises: NotFound, also when the bytes are gone from the store.
    """
    file = InterlinkerFile.objects.filter(
        pk=file_id, interlinker_id=interlinker_id, interlinker__is_published=True
    ).first()
    if file is None or not file.file.storage.exists(file.file.name):
        raise NotFound(_("There is no such file in the catalogue."))
    return file


def interlinker_file_path(file: InterlinkerFile) -> str:
    """Return the address that the pages serve a file at (as an attachment, pictures inline)."""
    return f"/catalogue/{file.interlinker_id}/files/{file.pk}/"


def interlinker_document_file(
    interlinker: Interlinker, language: str | None = None
) -> InterlinkerFile | None:
    """Return the Word file that a document can start from, in the best language there is; None without one."""
    files = [
        file
        for file in interlinker.files.all()
        if file.role == FileRole.RESOURCE and file.content_type == DOCX
    ]
    order = {code: place for place, code in enumerate(fallback_chain(language))}
    files.sort(key=lambda file: (order.get(file.language, len(order)), file.language, file.name))
    return files[0] if files else None


def profiles_list(*, search: str = "", shown_in: str | None = None) -> QuerySet[ProblemProfile]:
    """Return all problem profiles by source and order, each with `interlinker_count`. Queries: 2."""
    rows = ProblemProfile.objects.annotate(
        interlinker_count=Count(
            "interlinkers", filter=Q(interlinkers__is_published=True), distinct=True
        )
    )
    if wanted := search.replace("\x00", "").strip():
        texts = ProblemProfileTranslation.objects.filter(
            Q(name__icontains=wanted) | Q(description__icontains=wanted)
        )
        rows = rows.filter(Exists(texts.filter(profile=OuterRef("pk"))))
    # Ours (K…) would come after INTERLINK's by source: what helps with something comes first instead.
    return rows.order_by("-source", "order", "external_id").prefetch_related("translations")


def profile_get(profile_id: uuid.UUID) -> ProblemProfile:
    """Return a problem profile with its texts. Raises: NotFound."""
    row = profiles_list().filter(pk=profile_id).first()
    if row is None:
        raise NotFound(_("There is no such problem profile."))
    return row


def catalogue_choices() -> CatalogueChoices:
    """Return what the catalogue can be narrowed by, in the active language. Queries: 6."""
    published = Interlinker.objects.filter(is_published=True).order_by()

    def used(field: str) -> set[str]:
        return set(published.values_list(field, flat=True).distinct()) - {""}

    natures, difficulties = used("nature"), used("difficulty")
    languages = InterlinkerTranslation.objects.filter(interlinker__is_published=True)
    return CatalogueChoices(
        natures=[(code, str(label)) for code, label in Nature.choices if code in natures],
        forms=sorted(((code, form_label(code)) for code in used("form")), key=lambda pair: pair[1]),
        difficulties=[
            (code, str(label)) for code, label in Difficulty.choices if code in difficulties
        ],
        languages=sorted(languages.order_by().values_list("language", flat=True).distinct()),
        problem_profiles=list(profiles_list().filter(interlinker_count__gt=0)),
    )
