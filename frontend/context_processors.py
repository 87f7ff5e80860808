"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cocreation.kernel.ws_paths import events_socket_path
from community.selectors import notifications_unread_count
from frontend.strings import site_strings


def site(request: HttpRequest) -> dict:
    """Return the name of the installation, whether it is the demo, and what the site's script needs.

    Queries: one for signed-in people, when the page shows the number of unread notifications.
    """
    return {
        "site_name": settings.SITE_NAME,
        "is_demo": settings.DEMO,
        "events_socket": events_socket_path(),
        "site_strings": site_strings,
        "unread_count": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return notifications_unread_count(user) if user is not None else 0
