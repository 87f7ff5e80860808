"""Showing and hiding what is in the catalogue, and keeping the search column true after an operator's edit."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models, transaction

from community.models import User
from community.services.activity import activity_record
from interlinkers.models import Interlinker, ProcessTemplate
from interlinkers.services.catalogue import search_column


@transaction.atomic
def interlinkers_publish(*, actor: User, ids: Iterable[UUID], is_published: bool) -> int:
    """Show interlinkers in the catalogue or hide them; what tasks hold stays there. Returns how many changed.

    Emits: activity interlinker.published or interlinker.hidden for each.
    """
    return _publish(Interlinker, "interlinker", actor, ids, is_published)


@transaction.atomic
def templates_publish(*, actor: User, ids: Iterable[UUID], is_published: bool) -> int:
    """Offer process templates or hide them; processes made from them stay. Returns how many changed.

    Emits: activity process_template.published or process_template.hidden for each.
    """
    return _publish(ProcessTemplate, "process_template", actor, ids, is_published)


def _publish(
    model: type[models.Model], noun: str, actor: User, ids: Iterable[UUID], is_published: bool
) -> int:
    rows = model.objects.select_for_update().filter(pk__in=list(ids), is_published=not is_published)
    number = 0
    for row in rows:
        row.is_published = is_published
        row.save(update_fields=["is_published", "updated_at"])
        activity_record(
            actor=actor,
            verb=f"{noun}.published" if is_published else f"{noun}.hidden",
            target_type=noun,
            target_id=row.pk,
            target_label=str(row),
        )
        number += 1
    return number


@transaction.atomic
def interlinker_edited(*, actor: User, interlinker: Interlinker) -> Interlinker:
    """Note that an operator edited an interlinker's texts: new revision, new search column, new recommendations.

    Emits: activity interlinker.edited.
    """
    row = Interlinker.objects.select_for_update().get(pk=interlinker.pk)
    row.revision += 1
    row.save(update_fields=["revision", "updated_at"])
    for text in row.translations.all():
        texts = {"name": text.name, "summary": text.summary, "description": text.description}
        text.search = search_column({**texts, "overview": text.overview, "tags": text.tags})
        text.save(update_fields=["search"])
    activity_record(
        actor=actor,
        verb="interlinker.edited",
        target_type="interlinker",
        target_id=row.pk,
        target_label=str(row),
    )
    return row
