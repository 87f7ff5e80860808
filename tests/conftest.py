"""What every test has: a clean set-up, jobs that run at once, an in-memory channel layer, frozen passwords."""

import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.db import connection

# A busy machine is no fault of what is tested. `--hypothesis-profile=long` looks further, as one does before a release.
hypothesis.settings.register_profile("koprade", deadline=None, max_examples=50)
hypothesis.settings.register_profile("long", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("koprade")

# PostgreSQL need not wait for the disk: tests kill our servers, never the database.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")

# Conversions, bytes of updates, the benchmark's own server: no database or broker of ours has a part in them.
WITHOUT_DATABASE = ("architecture", "bench", "documents", "kernel", "locale", "realtime/gate")


def pytest_collection_modifyitems(config, items):
    """Leave to the embedded shape what does not depend on the shape; it takes minutes."""
    if not site.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    places = [Path(__file__).parent / name for name in WITHOUT_DATABASE]
    left = {
        item
        for item in items
        if any(place in item.path.parents for place in places)
        and not {"db", "transactional_db"} & set(item.fixturenames)
        and not item.get_closest_marker("django_db")
    }
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let tests with real transactions empty the tables row by row: PostgreSQL makes a new file of each it truncates."""
    with django_db_blocker.unblock():
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute("SHOW is_superuser")
            (is_superuser,) = cursor.fetchone()
    if is_superuser == "on":
        # The order of the tables and the log's guard do not matter for a moment.
        type(connection.ops).sql_flush = lambda self, style, tables, **_known: [
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {self.quote_name(table)}" for table in tables),
        ]


@pytest.fixture(autouse=True)
def _every_line_has_a_sentence():
    """Fail where something is written into the activity log that its page has no sentence for."""
    from django.db.models.signals import post_save

    from community.models import Activity
    from frontend.presenters.activity import is_known

    def check(instance, created, **_known):
        assert not created or is_known(instance.verb), f"no sentence for {instance.verb}"

    post_save.connect(check, sender=Activity, weak=False)
    yield
    post_save.disconnect(check, sender=Activity)


@pytest.fixture(scope="session")
def _jobs():
    """Import the jobs, as a worker does by itself. Once: with it Celery has Django check all models."""
    from cocreation.celery import app

    app.loader.import_default_modules()
    return app


@pytest.fixture(autouse=True)
def _quick_and_apart(settings, tmp_path, _jobs):
    """Run jobs at once, keep files in a temporary place, hash passwords quickly."""
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    _jobs.conf.task_always_eager = True
    _jobs.conf.task_eager_propagates = True
