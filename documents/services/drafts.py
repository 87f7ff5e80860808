"""Comments written before signing in: kept, mailed a link for, published when the link is confirmed."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden, Invalid
from community.limits import limit
from community.models import User
from community.services.links import sign_in_link_create
from documents.models import Comment, CommentDraft, Document, Thread
from documents.selectors import texts
from documents.services import threads
from documents.services.anchors import anchor_fields

DRAFT_DAYS = 7
DRAFTS_PER_HOUR = 5


@transaction.atomic
def draft_create(
    *,
    document: Document,
    anchor: dict | None,
    body: str,
    email: str,
    name: str = "",
    language: str = "",
    thread: Thread | None = None,
) -> CommentDraft:
    """Keep a comment of somebody who is not signed in and mail them the link that publishes it.

    Raises Invalid (fields body, email), TooMany beyond 5 an hour for one address.
    """
    body = threads.body_checked(body)
    email = _email_checked(email)
    limit("draft", email, times=DRAFTS_PER_HOUR, seconds=3600)
    content, sequence = texts.document_content(document)
    draft = CommentDraft.objects.create(
        document=document,
        thread=thread,
        email=email,
        name=name.strip()[:120],
        body=body,
        language=language or get_language() or "en",
        expires_at=clock.now() + datetime.timedelta(days=DRAFT_DAYS),
        **anchor_fields(document, content, sequence, anchor),
    )
    sign_in_link_create(
        email=email,
        name=draft.name,
        next_url=f"/documents/{document.pk}/drafts/{draft.pk}/",
        language=draft.language,
        template="documents/mails/draft",
        context={"document": document.title, "body": body},
    )
    return draft


def _email_checked(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        message = _("Enter an e-mail address we can send the link to.")
        raise Invalid(message, "email", fields={"email": [message]}) from error
    return email


@transaction.atomic
def draft_publish(*, actor: User, draft: CommentDraft) -> Comment:
    """Publish a draft in the name of the person whose address it was written with. Twice gives the same comment.

    Raises Forbidden for anybody else, Conflict when it is too old. The caller has checked that `actor` may comment.
    """
    draft = CommentDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if actor.email != draft.email:
        raise Forbidden(
            _(
                "This comment was written with another e-mail address. Sign in with that one to publish it."
            )
        )
    if draft.comment_id:
        return draft.comment
    if draft.expires_at <= clock.now():
        raise Conflict(
            _("This comment waited for more than a week. Please write it again."), "expired"
        )
    if draft.thread_id:
        comment = threads.comment_create(actor=actor, thread=draft.thread, body=draft.body)
    else:
        thread = threads.thread_create(
            actor=actor, document=draft.document, anchor=_anchor(draft), body=draft.body
        )
        comment = thread.comments.get()
    draft.comment = comment
    draft.published_at = clock.now()
    draft.save(update_fields=["comment", "published_at"])
    return comment


def _anchor(draft: CommentDraft) -> dict:
    names = (
        "block_id",
        "start",
        "end",
        "quote",
        "prefix",
        "suffix",
        "relative_start",
        "relative_end",
    )
    return {name: getattr(draft, name) for name in names} | {"generation": str(draft.generation)}
