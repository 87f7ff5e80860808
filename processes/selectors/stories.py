"""Reading stories: published ones are everybody's, the others their coordinators'."""

import uuid

from django.db.models import Avg, Count, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Forbidden, NotFound
from interlinkers.search import query_words
from processes.models import Asset, AssetKind, Process, Story, StoryReview, StoryStatus
from processes.permissions import decide, table
from processes.selectors.fetching import fetch


def stories_list(*, search: str = "", language: str = "") -> QuerySet[Story]:
    """Return published stories with `rating` and `review_count`, newest first; all words of `search` in them.

    Queries: 1.
    """
    rows = (
        Story.objects.filter(status=StoryStatus.PUBLISHED)
        .select_related("process__organisation")
        .defer("materials", "context", "results", "lessons", "search")
        .annotate(rating=Avg("reviews__rating"), review_count=Count("reviews"))
        .order_by("-published_at", "pk")
    )
    if language:
        rows = rows.filter(language=language)
    for word in query_words(search):
        rows = rows.filter(search__contains=word)
    return rows


def story_get_for(user, story_id: uuid.UUID, *, need: str) -> Story:
    """Return a story to read (need "story_read") or to write ("story_write").

    Raises: NotFound for a draft that is not the person's, Forbidden. Queries: 2 at most.
    """
    rows = Story.objects.select_related("process__organisation", "process__picture").annotate(
        rating=Avg("reviews__rating"), review_count=Count("reviews")
    )
    story = fetch(rows, story_id)
    may_write = decide(user, "story_write", story.process)
    if story.status != StoryStatus.PUBLISHED and not may_write:
        raise _missing()
    if need != "story_read" and not may_write:
        # The story is there to read: what is refused is writing, also where the process itself is closed.
        is_hidden = may_write.code == "not_found"
        reason = str(table.REASONS["story_write"]) if is_hidden else may_write.reason
        raise Forbidden(reason, "role" if is_hidden else may_write.code)
    return story


def story_of(user, process: Process) -> Story | None:
    """Return the story of a process as far as the person may read it. 1 query."""
    story = Story.objects.filter(process=process).defer("materials").first()
    if story is None or story.status == StoryStatus.PUBLISHED:
        return story
    return story if decide(user, "story_write", process) else None


def reviews_of(story: Story) -> QuerySet[StoryReview]:
    """Return the reviews of a story, newest first. 1 query."""
    return StoryReview.objects.filter(story=story).select_related("author")


def review_of(user, story: Story) -> StoryReview | None:
    """Return the person's own review. 1 query at most."""
    if not user.is_authenticated:
        return None
    return StoryReview.objects.filter(story=story, author=user).first()


def material_get(story: Story, number: int) -> dict:
    """Return one material of a story by its place. Raises: NotFound."""
    if not 0 <= number < len(story.materials):
        raise _missing()
    return story.materials[number]


def material_file(story: Story, number: int) -> Asset:
    """Return the file of a material, which the story has made public. Raises: NotFound, also when it was removed."""
    material = material_get(story, number)
    asset = (
        Asset.objects.filter(
            pk=material.get("id"),
            kind=AssetKind.FILE,
            task__process_id=story.process_id,
            removed_at__isnull=True,
        ).first()
        if material.get("kind") == "file"
        else None
    )
    if asset is None or not asset.file or not asset.file.storage.exists(asset.file.name):
        raise _missing()
    return asset


def materials_to_choose(process: Process) -> QuerySet[Asset]:
    """Return what a story of the process could show. 1 query."""
    return Asset.objects.filter(
        task__process=process,
        removed_at__isnull=True,
        kind__in=[AssetKind.DOCUMENT, AssetKind.FILE, AssetKind.LINK],
    ).order_by("title", "pk")


def _missing() -> NotFound:
    return NotFound(_("There is no such thing here, or it is not open to you."))
