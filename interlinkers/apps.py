"""The app of the catalogue."""

from django.apps import AppConfig


class InterlinkersConfig(AppConfig):
    name = "interlinkers"
