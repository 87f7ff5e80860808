"""What every REST door shares: reading the body of a request strictly, and only as much as we said we take."""

import io
from collections.abc import Iterable, Mapping
from typing import IO

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import parsers, serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from cocreation.kernel.errors import Invalid, TooLarge

# What a field takes when the body is JSON. REST framework alone would make "7" of 7 and true of "yes", and a program
# would learn about its mistake much later, from its readers.
JSON_TYPES: tuple[tuple[type[serializers.Field], type | tuple[type, ...]], ...] = (
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.FloatField, (int, float)),
    (serializers.ListField, list),
    (serializers.DictField, dict),
    (serializers.CharField, str),
    (serializers.ChoiceField, str),
    (serializers.UUIDField, str),
    (serializers.DateTimeField, str),
    (serializers.DateField, str),
)


class InputSerializer(serializers.Serializer):
    """A body that has to have the types that the description names. Forms (multipart) only know texts: as usual.

    Unknown fields are ignored, so that old servers understand new programs. `alternatives` goes into the description
    as it is: which fields need which others, as JSON Schema's `oneOf` or `anyOf`; `validate` enforces it.
    """

    alternatives: Mapping = {}

    def to_internal_value(self, data: Mapping) -> dict:
        wrong = {}
        if isinstance(data, Mapping) and not isinstance(data, QueryDict):
            wrong = {
                field.field_name: [message]
                for field in self._writable_fields
                if (message := _refusal(field, data.get(field.field_name)))
            }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **wrong}) from error
        if wrong:
            raise serializers.ValidationError(wrong)
        return values


def _refusal(field: serializers.Field, value: object) -> str:
    """Return why a JSON value is none for this field, or nothing."""
    if not fits(field, value):
        return _("This has the wrong type.")
    limit = getattr(field, "max_length", None)
    # REST framework counts after it has cut off spaces; the description knows only what was sent.
    if limit is not None and isinstance(value, str) and len(value) > limit:
        return field.error_messages["max_length"].format(max_length=limit)
    return ""


def missing(*names: str) -> Invalid:
    """Return the refusal of a body whose shape is right, but that lacks fields which what it says makes needed."""
    message = _("This field is required.")
    return Invalid(
        _("Some fields need your attention."), "missing", fields={name: [message] for name in names}
    )


def fits(field: serializers.Field, value: object) -> bool:
    """Say whether a JSON value has the type of a field. Null passes: the field itself says whether it may be."""
    if value is None:
        return True
    for kind, types in JSON_TYPES:
        if isinstance(field, kind):
            if isinstance(value, bool) and types is not bool:
                return False
            return isinstance(value, types) and _children_fit(field, value)
    return True


def _children_fit(field: serializers.Field, value: object) -> bool:
    children: Iterable = ()
    if isinstance(field, serializers.ListField):
        children = value
    elif isinstance(field, serializers.DictField):
        children = value.values()
    return all(fits(field.child, child) for child in children)


class JsonParser(parsers.JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes.

    Raises: TooLarge (413), ParseError (400), the latter also for arrays nested so deep that Python gives up.
    """

    def parse(self, stream: IO[bytes], media_type=None, parser_context=None) -> object:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise _too_large(limit)
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This is nested too deep.")) from error


class UploadParser(parsers.MultiPartParser):
    """A form with a file. What says that it is larger than any file we take is refused unread: TooLarge (413)."""

    limit_setting = "UPLOAD_MAX_BYTES"

    def parse(self, stream: IO[bytes], media_type=None, parser_context=None):
        meta = (parser_context or {})["request"].META
        length = meta.get("CONTENT_LENGTH") or "0"
        largest = getattr(settings, self.limit_setting)
        limit = largest + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isdecimal() and int(length) > limit:
            raise _too_large(largest)
        return super().parse(stream, media_type, parser_context)


class ArchiveParser(UploadParser):
    """The same for the one door that takes a whole process."""

    limit_setting = "ARCHIVE_MAX_BYTES"


def _too_large(limit: int) -> TooLarge:
    megabytes = limit / 1_000_000
    return TooLarge(_("This is too large: at most %(size)g MB.") % {"size": megabytes})


def body_of(
    request: Request, shape: type[serializers.Serializer], *, partial: bool = False
) -> dict:
    """Return the checked body of a request. Raises: ValidationError (400)."""
    serializer = shape(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def query_of(request: Request, shape: type[serializers.Serializer]) -> dict:
    """Return the checked parameters of an address. Raises: ValidationError (400)."""
    # A plain dict: a QueryDict would be read as a form, where an empty value is the same as none.
    serializer = shape(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
