"""The address under which a person's calendar program reads their tasks."""

from django.conf import settings
from django.db import models

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel


class CalendarAddress(UUIDModel):
    """That a person's calendar can be read by address. Renewing makes a new row, withdrawing deletes it.

    The secret in the address is not stored: it is this row's id with a keyed hash of it (selectors/calendars.py). So
    it can be shown again, which a calendar on a second device needs, and a copy of the database opens no calendar.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self):
        return f"calendar of {self.user}"
