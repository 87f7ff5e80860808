"""The jobs of this app. Each calls one service; all may run twice without harm."""

from celery import shared_task

from processes.services import deadlines, phases


@shared_task(name="processes.phase_tell")
def phase_tell(**what: str) -> None:
    """Tell everybody who takes part that a phase opened, closed or was extended."""
    phases.phase_tell(**what)


@shared_task(name="processes.deadlines_remind")
def deadlines_remind() -> None:
    """Remind people of days that come near, where it is day (scheduled hourly; each thing is said once)."""
    deadlines.deadlines_remind()
