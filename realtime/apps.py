"""The app of sockets."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self):
        from realtime import checks  # noqa: F401 - registers itself
        from realtime.foreign_log import register_check

        register_check()
