"""Fetching one row by an id from outside."""

import uuid
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)


def fetch(queryset: "QuerySet[Row]", ident: uuid.UUID | str) -> Row:
    """Return the row with this id. Raises: NotFound also for an id that is no UUID."""
    try:
        key = ident if isinstance(ident, uuid.UUID) else uuid.UUID(str(ident))
        return queryset.get(pk=key)
    except (ValueError, queryset.model.DoesNotExist):
        raise NotFound(_("There is no such thing here, or it is not open to you.")) from None
