"""The jobs of this app. Each calls one service; all may run twice without harm."""

from celery import shared_task
from celery.signals import worker_ready

from community.services import background, digest_mails, mail, maintenance


@shared_task(name="community.heartbeat")
def heartbeat() -> None:
    """Say that a job worker is alive (scheduled)."""
    maintenance.heartbeat_record()


@worker_ready.connect
def _alive(**_kwargs: object) -> None:
    """Beat as soon as a worker is up: /healthz need not wait for the first scheduled one."""
    maintenance.heartbeat_record()


@shared_task(name="community.mail_send")
def mail_send(mail_id: str) -> None:
    """Send one mail. Retries are the outbox's own, found again by the sweep."""
    mail.mail_send(mail_id=mail_id)


@shared_task(name="community.mail_sweep")
def mail_sweep() -> None:
    """Queue the mails that are due and whose job was lost (scheduled)."""
    mail.mail_sweep()


@shared_task(name="community.clean_up")
def clean_up() -> None:
    """Delete what has served its time (scheduled)."""
    maintenance.clean_up()


@shared_task(name="community.background_run")
def background_run(work_id: str) -> None:
    """Do one piece of long work. Taken up once; a second run finds nothing to do."""
    background.work_run(work_id=work_id)


@shared_task(name="community.background_sweep")
def background_sweep() -> None:
    """Ask again for work whose job was lost, and declare the silent dead (scheduled)."""
    background.works_sweep()


@shared_task(name="community.digests_send")
def digests_send() -> None:
    """Write the collected mails of the day and the week (scheduled)."""
    digest_mails.digests_send()
