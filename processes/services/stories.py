"""Writing, publishing and withdrawing the story of a finished process; reviewing one."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from cocreation.kernel.limits import limit_hit
from cocreation.kernel.markdown import plain_text
from community.models import User
from interlinkers.search import search_text
from processes import asset_kinds
from processes.models import (
    Asset,
    AssetKind,
    Process,
    ProcessStatus,
    Story,
    StoryReview,
    StoryStatus,
)
from processes.permissions import decide
from processes.record_numbers import numbers_of
from processes.services.changes import record
from processes.validation import check, text

EDITABLE = ("title", "summary", "context", "results", "lessons", "language", "shares_plan")
LONG_TEXTS = ("context", "results", "lessons")
MATERIALS_MAX = 30
REVIEWS_PER_HOUR = 20


@transaction.atomic
def story_begin(*, actor: User, process: Process) -> Story:
    """Return the story of a process, made as a draft with the title and summary of the process where there is none.

    Needs: ability story_write. Raises: Conflict (code "not_finished") while the process is under way.
    """
    row = Process.objects.select_for_update().get(pk=process.pk)
    _demand_finished(row)
    story = Story.objects.filter(process=row).first()
    if story is not None:
        return story
    story = Story(
        process=row,
        title=row.title,
        summary=row.summary,
        language=row.language,
        created_by=actor,
    )
    _store(story)
    record(actor, "story.created", row, story.title)
    return story


@transaction.atomic
def story_update(
    *, actor: User, story: Story, materials: list | None = None, links: str | None = None, **changes
) -> Story:
    """Change the texts of a story; `materials` are ids of assets of the process to show with it, `links` lines of
    "title https://…". A text comes as it is now, as a copy that later changes do not reach.

    Raises: Conflict "not_finished", Invalid (fields), ValueError for a field that is not editable.
    Emits: activity story.updated.
    """
    if unknown := changes.keys() - set(EDITABLE):
        raise ValueError(f"not editable: {sorted(unknown)}")
    row = Story.objects.select_for_update().select_related("process").get(pk=story.pk)
    _demand_finished(row.process)
    for name, value in changes.items():
        is_text = isinstance(value, str)
        setattr(row, name, text(value, one_line=name not in LONG_TEXTS) if is_text else value)
    if materials is not None or links is not None:
        row.materials = _materials(actor, row, materials, links)
    _store(row)
    record(actor, "story.updated", row.process, row.title)
    return row


@transaction.atomic
def story_publish(*, actor: User, story: Story) -> Story:
    """Show a story to everybody; the numbers of the record are taken now and stand from then on.

    Raises: Conflict (codes "not_finished", "published"), Invalid (fields) while results or lessons are not told.
    Emits: activity story.published.
    """
    row = Story.objects.select_for_update().select_related("process").get(pk=story.pk)
    _demand_finished(row.process)
    if row.status == StoryStatus.PUBLISHED:
        raise Conflict(_("This story is published already."), "published")
    message = _("Others learn from this: write a few sentences before you publish.")
    empty = {name: [message] for name in ("results", "lessons") if not getattr(row, name)}
    if empty:
        raise Invalid(message, "story_empty", fields=empty)
    row.status, row.published_by = StoryStatus.PUBLISHED, actor
    row.published_at = clock.now()
    row.numbers = numbers_of(row.process)
    _store(row)
    record(actor, "story.published", row.process, row.title)
    return row


@transaction.atomic
def story_withdraw(*, actor: User, story: Story) -> Story:
    """Take a story out of sight; its words and reviews stay, and it can be published again.

    Raises: Conflict (code "not_published"). Emits: activity story.withdrawn.
    """
    row = Story.objects.select_for_update().select_related("process").get(pk=story.pk)
    if row.status != StoryStatus.PUBLISHED:
        raise Conflict(_("This story is not published."), "not_published")
    row.status = StoryStatus.WITHDRAWN
    _store(row)
    record(actor, "story.withdrawn", row.process, row.title)
    return row


@transaction.atomic
def review_set(*, actor: User, story: Story, rating: int, body: str = "") -> StoryReview:
    """Say what one thinks of a published story; a second time changes the first.

    Raises: Forbidden (codes "sign_in", "own_story"), Conflict "not_published", Invalid, TooMany.
    """
    if not (actor.is_authenticated and actor.is_active):
        raise Forbidden(_("Sign in to do this."), "sign_in")
    if story.status != StoryStatus.PUBLISHED:
        raise Conflict(_("This story is not published."), "not_published")
    if decide(actor, "activity_read", story.process) and not actor.is_superuser:
        raise Forbidden(_("Reviews are for readers who did not take part themselves."), "own_story")
    limit_hit(f"story_review:{actor.pk}", limit=REVIEWS_PER_HOUR, seconds=3600)
    row = StoryReview.objects.select_for_update().filter(story=story, author=actor).first()
    row = row or StoryReview(story=story, author=actor)
    row.rating, row.body = rating, text(body, one_line=False)
    check(row)
    row.save()
    return row


@transaction.atomic
def review_remove(*, actor: User, story: Story) -> None:
    """Take the actor's own review back; without one nothing happens."""
    StoryReview.objects.filter(story=story, author=actor).delete()


@transaction.atomic
def review_take_down(*, actor: User, review: StoryReview) -> None:
    """Remove somebody else's review for good, as an operator (abuse, a person's data).

    Raises: Forbidden for anybody else. Emits: activity story.review_removed.
    """
    if not actor.is_superuser:
        raise Forbidden(_("Only operators of this site may do this."), "operators_only")
    StoryReview.objects.filter(pk=review.pk).delete()
    record(actor, "story.review_removed", review.story.process, review.story.title)


@transaction.atomic
def story_reused(*, story: Story) -> None:
    """Count that somebody began a process from a story."""
    Story.objects.filter(pk=story.pk).update(reuse_count=F("reuse_count") + 1)


def _store(story: Story) -> None:
    words = [plain_text(getattr(story, name)) for name in LONG_TEXTS]
    story.search = search_text(story.title, [story.summary, *words])
    check(story)
    story.save()


def _demand_finished(process: Process) -> None:
    if process.status != ProcessStatus.FINISHED:
        raise Conflict(
            _("The story is told when the process is finished. Finish it first."), "not_finished"
        )


def _materials(actor: User, story: Story, ids: list | None, links: str | None) -> list[dict]:
    """Return the materials: those of `ids` frozen as they are now, kept where they were frozen before, then links."""
    known = {one.get("id"): one for one in story.materials if one.get("id")}
    if ids is None:
        chosen = list(known.values())
    else:
        assets = Asset.objects.filter(
            task__process=story.process, pk__in=ids, removed_at__isnull=True
        )
        chosen = [_frozen(actor, asset) for asset in assets.order_by("title", "pk")]
    old = [one for one in story.materials if one.get("kind") == "link" and not one.get("id")]
    new = old if links is None else [_link(line) for line in links.splitlines() if line.strip()]
    if len(chosen) + len(new) > MATERIALS_MAX:
        message = _("At most %(limit)s materials fit a story.") % {"limit": MATERIALS_MAX}
        raise Invalid(message, "materials", fields={"materials": [message]})
    return [one for one in chosen if one] + new


def _frozen(actor: User, asset: Asset) -> dict:
    base = {"id": str(asset.pk), "title": asset.title}
    if asset.kind == AssetKind.LINK:
        return base | {"kind": "link", "url": asset.url}
    if asset.kind == AssetKind.FILE:
        return base | {"kind": "file"}
    handler = asset_kinds.get(asset.kind)
    if handler is None or not asset.object_id:
        return {}
    try:
        return base | {"kind": "text"} | handler.frozen(actor=actor, object_id=asset.object_id)
    except NotFound:
        return {}


def _link(line: str) -> dict:
    title, _space, url = line.strip().rpartition(" ")
    if not url.lower().startswith(("http://", "https://")) or len(url) > 1000:
        message = _("Write one link a line: what it is, then its full address.")
        raise Invalid(message, "links", fields={"links": [message]})
    return {"kind": "link", "title": (title.strip() or url)[:200], "url": url}
