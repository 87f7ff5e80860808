"""In which language a request wants the catalogue's texts: `?language=`, else Accept-Language, else the interface's."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

CODES = [code for code, _name in settings.CONTENT_LANGUAGES]
LANGUAGE_PARAMETER = OpenApiParameter(
    "language",
    OpenApiTypes.STR,
    enum=CODES,
    description="The language of the texts; without it Accept-Language decides. Where a text is missing in it, "
    "another language is shown: `language` of each item says which.",
)


def requested_language(request: Request) -> str:
    """Return a code of CONTENT_LANGUAGES. Raises: ValidationError (400) for an unknown `?language=`."""
    asked = request.query_params.get("language")
    if asked in CODES:
        return asked
    if asked is not None:
        raise ValidationError({"language": [_("There are no texts in this language.")]})
    # LocaleMiddleware looks at the interface's languages only; the catalogue has more.
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (short := code.split("-")[0]) in CODES:
            return short
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
