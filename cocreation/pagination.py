"""How every list of the API is cut into pages."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class PagePagination(PageNumberPagination):
    """Pages of 25, up to 100 when asked for (`?page=2&page_size=100`)."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        """Return how many rows a page has. Raises: ValidationError (400) for what is no number, instead of a guess."""
        wanted = _number(request, self.page_size_query_param)
        return self.page_size if wanted is None else min(wanted, self.max_page_size)

    def get_page_number(self, request: Request, paginator) -> int:
        """Return the number of the page. Raises: ValidationError (400) for what is no number."""
        return _number(request, self.page_query_param) or 1

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Describe both parameters with the bounds that count."""
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
        return parameters


def _number(request: Request, name: str) -> int | None:
    wanted = request.query_params.get(name)
    if wanted is None:
        return None
    if not (wanted.isascii() and wanted.isdecimal() and wanted.strip("0")):
        raise ValidationError({name: [_("Give a number from 1 on.")]})
    # No list is that long, and Python refuses to read numbers without end.
    return int(wanted) if len(wanted) < 10 else 10**9
