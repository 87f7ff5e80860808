"""Turning Django's validation of a row into our error, and the few rules about texts and dates."""

import datetime

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid


def check(row: Model, *, exclude: tuple[str, ...] = ()) -> None:
    """Run `full_clean` on a row. Raises: Invalid with the messages per field."""
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        fields = {
            name if name != "__all__" else "non_field_errors": messages
            for name, messages in error.message_dict.items()
        }
        first = next(iter(fields.values()))[0]
        raise Invalid(first, fields=fields) from None


def text(value: str, *, one_line: bool = True) -> str:
    """Return a text as we keep it: no NUL, no blanks around it, a title on one line."""
    value = value.replace("\x00", "")
    return " ".join(value.split()) if one_line else value.strip()


def check_dates(starts_on: datetime.date | None, ends_on: datetime.date | None) -> None:
    """Check that a period does not end before it starts. Raises: Invalid."""
    if starts_on and ends_on and ends_on < starts_on:
        message = _("The end cannot be before the start.")
        raise Invalid(message, "dates", fields={"ends_on": [message]})


def check_start(day: datetime.date | None) -> None:
    """Check that a plan starts in a year that plans are made for, so that adding its lengths cannot run out of
    dates. Raises: Invalid.
    """
    if day is not None and not 1990 <= day.year <= 2200:
        message = _("Choose a year between 1990 and 2200.")
        raise Invalid(message, "dates", fields={"starts_on": [message]})
