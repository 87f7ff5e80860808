"""The app of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self):
        """Tell the lower apps what we add to them."""
        from documents.notification_kinds import register_kinds

        register_kinds()
