"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    """Return the name of the installation and whether it is the demo."""
    return {"site_name": settings.SITE_NAME, "is_demo": settings.DEMO}
