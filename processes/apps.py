"""The app of processes."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "processes"

    def ready(self):
        """Register the sentences of our notifications, what is work for a person, and our system checks."""
        from community import notification_kinds, personal_data
        from processes import checks, work_kinds  # noqa: F401 - checks register themselves
        from processes.archive_part import register_part
        from processes.notification_kinds import register_kinds
        from processes.own_contributions import register_own
        from processes.selectors.notices import titles_readable
        from processes.selectors.personal import personal_export, personal_obstacles
        from processes.selectors.work import own_work
        from processes.services.archives import register_kinds as register_archive_kinds
        from processes.services.copying import register_kinds as register_copy_kinds
        from processes.services.leaving import person_forget
        from processes.services.people_import import register_kind as register_people_import

        register_kinds()
        register_own()
        register_people_import()
        register_part()
        register_archive_kinds()
        register_copy_kinds()
        notification_kinds.register_places(titles_readable)
        work_kinds.register(own_work)
        personal_data.register(
            personal_data.Holder("processes", personal_export, personal_obstacles, person_forget)
        )
