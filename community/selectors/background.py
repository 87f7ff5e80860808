"""Reading long work: everybody sees their own, nobody else's."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import NotFound
from community.models import BackgroundWork


def works_of(user) -> QuerySet[BackgroundWork]:
    """Return a person's work that is still kept, newest first. 1 query."""
    if not user.is_authenticated:
        return BackgroundWork.objects.none()
    return BackgroundWork.objects.filter(owner=user, expires_at__gt=clock.now())


def work_get_for(user, work_id: uuid.UUID, *, kind: str = "") -> BackgroundWork:
    """Return work of the person's own (of one kind). Raises: NotFound, also when it has expired. 1 query."""
    rows = works_of(user).filter(pk=work_id)
    work = (rows.filter(kind=kind) if kind else rows).first()
    if work is None:
        raise NotFound(_("There is no such thing here, or it is not open to you."))
    return work


def work_file_get_for(user, work_id: uuid.UUID) -> BackgroundWork:
    """Return work with a file to fetch. Raises: NotFound."""
    work = work_get_for(user, work_id)
    if not work.file or not work.file.storage.exists(work.file.name):
        raise NotFound(_("The file is not kept any more. Make it again."))
    return work
