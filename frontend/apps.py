"""The app of pages."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "frontend"
