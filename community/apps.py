"""The app of people."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
