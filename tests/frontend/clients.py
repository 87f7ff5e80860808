"""Browsers of people, without a sign-in form."""

from django.test import Client

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client
