"""Rows as plain values, and back."""

import base64
import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db.models import Field, FileField, ForeignKey, Model

from community.models import User
from processes.archive.parts import Table

TEXTS = ("CharField", "TextField", "EmailField", "URLField", "SlugField", "FileField")


def plain(value: object) -> object:
    """Return a column's value as JSON can hold it, without loss."""
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool, list, dict)):
        return value
    return str(value)


def file_member(table: Table, row: Model, column: Field) -> str:
    """Return where the content of a row's file is in the archive."""
    return f"files/{table.name}/{row.pk}/{column.name}"


def target(column: Field) -> type[Model] | None:
    """Return the model that a column points to, or None."""
    return column.related_model if column.is_relation else None


def row_values(table: Table, row: Model) -> dict:
    """Return one row as plain values, with the ids of what it points to. Many-to-many fields want to be prefetched."""
    values = {}
    for column in table.fields():
        if isinstance(column, FileField):
            values[column.name] = (
                file_member(table, row, column) if getattr(row, column.name) else ""
            )
        else:
            values[column.name] = plain(getattr(row, column.attname))
    for field in table.many():
        values[field.name] = sorted(str(other.pk) for other in getattr(row, field.name).all())
    return values


def read_value(column: Field, value: object) -> object:
    """Return a plain value as the column holds it. Raises: ValueError, TypeError, ValidationError."""
    if isinstance(column, ForeignKey):
        return None if value is None else uuid.UUID(str(value))
    if value is None:
        if not column.null:
            raise ValueError("empty")
        return None
    kind = column.get_internal_type()
    if kind == "JSONField":
        return value
    if kind == "BinaryField":
        return base64.b64decode(_typed(value, str), validate=True)
    if kind == "BooleanField":
        return _typed(value, bool)
    if "Integer" in kind:
        return _number(value)
    if kind in TEXTS:
        return _words(value)
    return column.to_python(_typed(value, (str, float)))


def _number(value: object) -> int:
    if isinstance(value, bool):
        raise TypeError("a number was expected")
    return _typed(value, int)


def _words(value: object) -> str:
    if "\x00" in _typed(value, str):
        raise ValueError("a NUL sign")
    return value


def _typed(value: object, kind: type | tuple):
    if not isinstance(value, kind):
        raise TypeError(f"{kind} was expected")
    return value


def check_values(table: Table, row: Model) -> str:
    """Return what is wrong with an unsaved row (its columns one by one, then as the table says), or ""."""
    for column in table.fields():
        value = getattr(row, column.attname)
        if value == "" and column.choices and not column.blank:
            return f"{column.name}: empty"
        if column.is_relation or isinstance(column, FileField) or value in (None, ""):
            continue
        if column.get_internal_type() in ("BinaryField", "JSONField"):
            continue
        try:
            column.clean(value, row)
        except ValidationError as error:
            return f"{column.name}: {error.messages[0]}"
    return table.check(row)


def is_person(model: type[Model] | None) -> bool:
    """Tell whether a column points to people."""
    return model is User
