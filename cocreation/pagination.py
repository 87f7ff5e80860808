"""How every list of the API is cut into pages."""

from rest_framework.pagination import PageNumberPagination


class PagePagination(PageNumberPagination):
    """Pages of 25, up to 100 when asked for (`?page=2&page_size=100`)."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
