"""Each job that a service starts, and each in the schedule, exists under that name."""

import re

from django.conf import settings

from cocreation.celery import app
from tests.architecture.test_imports import modules

STARTED = re.compile(r"enqueue_on_commit\(\s*\"([\w.]+)\"")


def test_every_started_or_scheduled_job_exists():
    app.loader.import_default_modules()
    started = {name for path in modules() for name in STARTED.findall(path.read_text())}
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    missing = (started | scheduled) - set(app.tasks)
    assert not missing
