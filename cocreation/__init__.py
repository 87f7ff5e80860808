"""The project package: settings, URLs, ASGI, Celery and the kernel. Wiring may import every app."""

from cocreation.celery import app as celery_app

__all__ = ("celery_app",)
