"""Model validation for services: Django's ValidationError becomes our Invalid, with its fields."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid


def validate(instance: models.Model, *, only: Iterable[str] | None = None) -> None:
    """Check a row before it is saved, all of it or `only` some fields. Raises Invalid with the messages per field."""
    exclude = None
    if only is not None:
        exclude = {field.name for field in instance._meta.fields} - set(only)  # noqa: SLF001 - Django's documented API
    try:
        instance.full_clean(exclude=exclude)
    except ValidationError as error:
        raise Invalid(_("Some fields need your attention."), fields=error.message_dict) from error
