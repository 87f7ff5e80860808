"""The app of people."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self):
        from community import notification_kinds
        from community.api import openapi  # noqa: F401 - drf-spectacular finds extensions once they are imported

        notification_kinds.register_own()
