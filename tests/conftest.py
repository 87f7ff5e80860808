"""What every test has: a clean set-up, jobs that run at once, an in-memory channel layer, frozen passwords."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _quick_and_apart(settings, tmp_path):
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
    from cocreation.celery import app

    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = True
    # A worker imports the jobs by itself; here nobody else does.
    app.loader.import_default_modules()
