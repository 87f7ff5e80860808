"""What happens to drafts and tickets of a person who closes their account. What they wrote stays."""

from django.db import transaction

from community.models import User
from documents.models import AuthorCount, AuthorDay, CommentDraft, DocumentTicket


@transaction.atomic
def person_forget(user: User) -> None:
    """Delete what still carries the person's address, and their leave to open sockets."""
    CommentDraft.objects.filter(email__iexact=user.email).delete()
    DocumentTicket.objects.filter(user=user).delete()
    # From now on these words are of "others", as everybody's who is gone.
    AuthorCount.objects.filter(user=user).update(user=None)
    AuthorDay.objects.filter(user=user).delete()
