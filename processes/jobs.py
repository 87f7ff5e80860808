"""The jobs of this app. Each calls one service; all may run twice without harm."""

from celery import shared_task

from processes.services import phases


@shared_task(name="processes.phase_tell")
def phase_tell(**what: str) -> None:
    """Tell everybody who takes part that a phase opened, closed or was extended."""
    phases.phase_tell(**what)
