"""The app of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self):
        """Tell the lower apps what we add to them."""
        from community import personal_data
        from documents.archive_part import register_part
        from documents.asset_kind import DocumentKind
        from documents.contributions import register_kinds as register_contributions
        from documents.notification_kinds import register_kinds
        from documents.places import document_places
        from documents.record_numbers import document_numbers
        from documents.selectors.personal import personal_export
        from documents.services.leaving import person_forget
        from documents.services.versions import phase_freeze
        from documents.work import answers_due, mentions_waiting
        from processes import asset_kinds, news_places, phase_hooks, record_numbers, work_kinds

        asset_kinds.register(DocumentKind())
        phase_hooks.register_closing(phase_freeze)
        record_numbers.register(document_numbers)
        news_places.register(document_places)
        work_kinds.register(answers_due)
        work_kinds.register(mentions_waiting)
        register_kinds()
        register_contributions()
        register_part()
        personal_data.register(
            personal_data.Holder("documents", personal_export, forget=person_forget)
        )
