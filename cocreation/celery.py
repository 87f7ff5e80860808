"""The Celery application. Celery functions are called jobs here and live in each app's jobs.py."""

import os

from celery import Celery, Task

from cocreation.kernel.door import JOB, through

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cocreation.settings")


class Job(Task):
    """A Celery function: what it changes says in the activity log that a job did it."""

    abstract = True

    def __call__(self, *args, **kwargs):
        """Run the job."""
        with through(JOB):
            return super().__call__(*args, **kwargs)


app = Celery("cocreation", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
