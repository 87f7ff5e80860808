"""What every test has: a clean set-up, jobs that run at once, an in-memory channel layer, frozen passwords."""

import hypothesis
import pytest
from django.core.cache import cache

# A busy machine is no fault of what is tested.
hypothesis.settings.register_profile("koprade", deadline=None)
hypothesis.settings.load_profile("koprade")


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
