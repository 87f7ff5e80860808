"""What documents hold about a person, for their download."""

from community.models import User
from documents.models import Comment, CommentDraft


def personal_export(user: User) -> dict:
    """Return a person's comments and drafts as plain values. Texts written together are exported as documents."""
    comments = Comment.objects.filter(author=user, removed_at__isnull=True)
    return {
        "comments": list(
            comments.order_by("created_at").values(
                "thread__document__title", "thread__number", "body", "created_at", "edited_at"
            )
        ),
        "drafts": list(
            CommentDraft.objects.filter(email=user.email).values(
                "document__title", "body", "created_at", "published_at"
            )
        ),
    }
