"""Starting background jobs: the only door, and only after commit."""

import logging

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue_on_commit(name: str, **kwargs: object) -> None:
    """Queue the job `name` (for example "community.mail_send") once the transaction is committed.

    Arguments are ids and plain values only. A broker that is down is logged: jobs that must not be lost are
    also found by a periodic sweep of their table.
    """
    arguments = {key: _plain(value) for key, value in kwargs.items()}
    transaction.on_commit(lambda: _send(name, arguments), robust=True)


def _send(name: str, arguments: dict) -> None:
    try:
        if current_app.conf.task_always_eager:
            if name not in current_app.tasks:
                current_app.loader.import_default_modules()
            current_app.tasks[name].apply(kwargs=arguments)
        else:
            current_app.send_task(name, kwargs=arguments)
    except Exception:
        logger.warning("job %s could not be queued", name, exc_info=True)


def _plain(value: object) -> object:
    return value if isinstance(value, (int, float, bool, list, dict, type(None))) else str(value)
