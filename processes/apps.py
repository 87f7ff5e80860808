"""The app of processes."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "processes"

    def ready(self):
        """Register the sentences of our notifications, what is work for a person, and our system checks."""
        from processes import checks, work_kinds  # noqa: F401 - checks register themselves
        from processes.notification_kinds import register_kinds
        from processes.selectors.work import own_work

        register_kinds()
        work_kinds.register(own_work)
