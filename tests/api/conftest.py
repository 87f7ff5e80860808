"""One world for the whole folder; each test gives back what it changed."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from rest_framework.test import APIClient

from tests.api import world as worlds


@pytest.fixture(scope="package")
def _shared_world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Make the world once: a hundred operations look at it, and building it costs more than asking them."""
    from django.conf import settings
    from django.test import override_settings

    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    media = tmp_path_factory.mktemp("media")
    quick = override_settings(
        MEDIA_ROOT=media,
        STORAGES=storages,
        CELERY_TASK_ALWAYS_EAGER=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), transaction.atomic(), quick:
        yield worlds.build(), media
        transaction.set_rollback(True)


@pytest.fixture
def world(_shared_world, db, settings) -> worlds.World:
    """Return the world; what a test changes in it is rolled back (`db` begins inside the world's transaction)."""
    made, settings.MEDIA_ROOT = _shared_world
    return made


@pytest.fixture
def _kept_connection():
    """Keep the connection open after each answer, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def api(world) -> APIClient:
    """Return a program with the coordinator's token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {world.token}")
    return client


@pytest.fixture
def anonymous(world) -> APIClient:
    """Return a program of nobody."""
    return APIClient()
