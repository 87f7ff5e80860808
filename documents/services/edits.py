"""Edits that the server makes in a live text, as a careful person would: the smallest ones (DESIGN §5)."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Conflict
from community.models import User
from documents import ydoc
from documents.models import Document, DocumentHead, UpdateKind
from documents.selectors import updates as update_selectors
from documents.services import updates
from documents.services.documents import SERVER_CLIENT_ID


@transaction.atomic
def words_replace(*, actor: User, document: Document, block_id: str, old: str, new: str) -> int:
    """Make `old` into `new` in one block and return the sequence of the edit.

    Raises Conflict when the words are not there any more. Locks the head, so that the server's own client id is never
    used by two at once; rooms that have the document open find the row by polling.
    """
    DocumentHead.objects.select_for_update().get(document_id=document.pk)
    state = ydoc.encode_state(update_selectors.document_load(document.pk))
    update = ydoc.words_replace_update(
        state, block_id=block_id, old=old, new=new, client_id=SERVER_CLIENT_ID
    )
    if update is None:
        raise Conflict(_("These words are not in the text any more."), "words_gone")
    return updates.server_update_append(
        document=document, user=actor, kind=UpdateKind.EDIT, data=update, client_id=SERVER_CLIENT_ID
    )
