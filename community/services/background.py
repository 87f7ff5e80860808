"""Long work: starting it, running it as a job, calling it off, finding the dead."""

import datetime
import logging
import time
import uuid
from contextlib import contextmanager

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, DomainError
from cocreation.kernel.jobs import enqueue_on_commit
from cocreation.kernel.limits import limit_hit
from cocreation.kernel.storing import file_drop
from community import background_kinds
from community.background_kinds import Cancelled, Kind, Outcome
from community.models import BackgroundState, BackgroundWork, User
from community.services.maintenance import heartbeat_record
from community.services.notifications import notify

logger = logging.getLogger(__name__)

# Fetching a file may wait over a weekend, not longer: it may hold people's addresses.
KEPT = datetime.timedelta(days=3)
# A job that says nothing for so long is dead: the machine went down, or it was killed.
SILENT = datetime.timedelta(minutes=15)
# A job that nobody took up is asked for again.
UNCLAIMED = datetime.timedelta(minutes=2)
STARTS_PER_HOUR = 60
WRITE_EVERY_SECONDS = 0.5
OVER = (BackgroundState.DONE, BackgroundState.FAILED, BackgroundState.CANCELLED)


@transaction.atomic
def work_start(
    *,
    actor: User,
    kind: str,
    label: str = "",
    data: dict | None = None,
    upload: File | None = None,
    upload_name: str = "",
    process_id: uuid.UUID | None = None,
) -> BackgroundWork:
    """Ask for long work of a registered kind and return its row; a job takes it up after commit.

    `upload` is stored for it, or `upload_name` names a file stored for earlier work of the same owner.
    Raises: TooMany beyond 60 an hour; KeyError for an unknown kind. Emits the job community.background_run.
    """
    if background_kinds.get(kind) is None:
        raise KeyError(kind)
    limit_hit(f"background:{actor.pk}", limit=STARTS_PER_HOUR, seconds=3600)
    work = BackgroundWork(
        owner=actor,
        kind=kind,
        label=label[:200],
        data=data or {},
        process_id=process_id,
        expires_at=clock.now() + KEPT,
    )
    if upload is not None:
        work.upload.save(uuid.uuid4().hex, upload, save=False)
    elif upload_name:
        work.upload.name = upload_name
    work.save(force_insert=True)
    enqueue_on_commit("community.background_run", work_id=work.pk)
    return work


def work_run(*, work_id: uuid.UUID | str) -> BackgroundWork | None:
    """Do the work and note what came of it; None when another job has it or it was called off.

    Idempotent: one statement takes it from waiting to running. Never raises for what the work itself refuses.
    """
    taken = BackgroundWork.objects.filter(pk=work_id, state=BackgroundState.WAITING).update(
        state=BackgroundState.RUNNING, beat_at=clock.now()
    )
    if not taken:
        return None
    work = BackgroundWork.objects.select_related("owner").get(pk=work_id)
    kind = background_kinds.get(work.kind)
    with translation.override(work.owner.language):
        try:
            if kind is None:
                raise DomainError(_("This kind of work is not known any more."), "unknown_kind")
            _end(work, kind, BackgroundState.DONE, kind.run(work, _Counter(work)))
        except Cancelled:
            _end(work, kind, BackgroundState.CANCELLED)
        except DomainError as error:
            _end(work, kind, BackgroundState.FAILED, error=error)
        except Exception:
            logger.exception("background work %s (%s) broke", work.pk, work.kind)
            broken = DomainError(_broken(), "broken")
            _end(work, kind, BackgroundState.FAILED, error=broken)
    work.refresh_from_db()
    return work


@transaction.atomic
def work_cancel(*, actor: User, work: BackgroundWork) -> BackgroundWork:
    """Call off the actor's own work. What runs stops at its next step and takes back what it began.

    Raises: Conflict when it is over already, or its result is being written.
    """
    called_off = BackgroundWork.objects.filter(
        pk=work.pk, owner=actor, is_past_return=False
    ).exclude(state__in=OVER)
    if not called_off.update(state=BackgroundState.CANCELLED, finished_at=clock.now()):
        raise Conflict(_("This is over already."), "over")
    work.refresh_from_db()
    return work


@transaction.atomic
def work_remove(*, actor: User, work: BackgroundWork) -> None:
    """Delete the actor's own work that is over, with its file. Raises: Conflict while it is under way."""
    row = BackgroundWork.objects.select_for_update().filter(pk=work.pk, owner=actor).first()
    if row is None or not row.is_over:
        raise Conflict(_("It is still under way. Call it off first."), "running")
    # Nobody can fetch what is gone; a check's file stays as long as an import of it is under way.
    _delete(row)


@transaction.atomic
def works_forget(*, user: User) -> None:
    """Call off and empty everything of a person who leaves; the sweep deletes rows and files within minutes."""
    rows = BackgroundWork.objects.filter(owner=user)
    rows.exclude(state__in=OVER).update(state=BackgroundState.CANCELLED, finished_at=clock.now())
    rows.update(label="", data={}, report={}, file_name="", error="", expires_at=clock.now())


def works_sweep() -> dict[str, int]:
    """Ask again for work that nobody took up, declare the silent dead, delete what has served its time.

    For a job that comes round; returns how many of each.
    """
    now = clock.now()
    waiting = BackgroundWork.objects.filter(
        state=BackgroundState.WAITING, created_at__lt=now - UNCLAIMED
    )
    unclaimed = list(waiting.values_list("pk", flat=True)[:100])
    with transaction.atomic():
        for pk in unclaimed:
            enqueue_on_commit("community.background_run", work_id=pk)
    dead = BackgroundWork.objects.filter(
        state=BackgroundState.RUNNING, beat_at__lt=now - SILENT
    ).select_related("owner")
    silent = list(dead[:100])
    for work in silent:
        kind = background_kinds.get(work.kind)
        if work.is_past_return:
            # What it made was committed; only the last word got lost.
            _end(work, kind, BackgroundState.DONE)
            continue
        with translation.override(work.owner.language):
            lost = DomainError(
                _("It stopped without a word, and nothing of it was kept. Please start it again."),
                "lost",
            )
            _end(work, kind, BackgroundState.FAILED, error=lost)
    expired = _expired_delete(now)
    return {"unclaimed": len(unclaimed), "dead": len(silent), "expired": expired}


def _expired_delete(now: datetime.datetime) -> int:
    rows = list(BackgroundWork.objects.filter(expires_at__lt=now, state__in=OVER)[:500])
    for work in rows:
        with transaction.atomic():
            _delete(work)
    return len(rows)


def _delete(work: BackgroundWork) -> None:
    """Delete a row, and with the commit its files, unless later work still needs what was sent in."""
    others = BackgroundWork.objects.filter(upload=work.upload.name).exclude(pk=work.pk)
    file_drop(work.file)
    if work.upload and not others.exists():
        file_drop(work.upload)
    work.delete()


def _broken() -> str:
    return _("Something broke on our side. Nothing of it was kept; the operators can see why.")


def _end(
    work: BackgroundWork,
    kind: Kind | None,
    state: str,
    outcome: Outcome | None = None,
    error: DomainError | None = None,
) -> None:
    """Note the end once: whoever comes second (the sweep, a late job) changes nothing, and its file goes."""
    outcome = outcome or Outcome()
    is_kept = False
    try:
        if outcome.file is not None:
            # Outside of the transaction: copying a large file would keep everybody else from writing.
            with outcome.file.open("rb") as opened:
                work.file.save(f"{uuid.uuid4().hex}{outcome.file.suffix}", File(opened), save=False)
        is_kept = _end_write(work, kind, state, outcome, error)
    finally:
        if outcome.file is not None:
            outcome.file.unlink(missing_ok=True)
            if not is_kept and work.file:
                work.file.storage.delete(work.file.name)


@transaction.atomic
def _end_write(
    work: BackgroundWork,
    kind: Kind | None,
    state: str,
    outcome: Outcome,
    error: DomainError | None,
) -> bool:
    """Write the end into the row; return whether it was still open."""
    report = outcome.report
    if outcome.file is not None:
        report = report | {"size_bytes": outcome.file.stat().st_size}
    open_ = BackgroundWork.objects.filter(pk=work.pk, state=BackgroundState.RUNNING)
    ended = open_.update(
        state=state,
        finished_at=clock.now(),
        report=report,
        result_url=outcome.result_url[:500],
        error_code=error.code if error else "",
        error=error.message[:1000] if error else "",
    )
    if ended and state == BackgroundState.DONE:
        BackgroundWork.objects.filter(pk=work.pk).update(done=F("total"))
    if outcome.file is not None and ended:
        BackgroundWork.objects.filter(pk=work.pk).update(
            file=work.file.name, file_name=outcome.file_name[:200]
        )
    if ended and kind is not None and not kind.is_quiet and state != BackgroundState.CANCELLED:
        _tell(work, kind, state)
    return bool(ended)


def _tell(work: BackgroundWork, kind: Kind, state: str) -> None:
    notify(
        user=work.owner,
        kind=f"background.{state}",
        key=f"background:{work.pk}",
        data={"what": str(kind.title), "label": work.label},
        url=work_path(work),
        process_id=work.process_id,
    )


def work_path(work: BackgroundWork) -> str:
    """Return the page of a piece of work (named work)."""
    return f"/works/{work.pk}/"


class _Counter:
    """The progress of one run: counts in memory, writes now and then, notices when it was called off."""

    def __init__(self, work: BackgroundWork):
        self.work = work
        self._done = self._total = 0
        self._is_quiet = False
        self._written = 0.0

    def total(self, number: int) -> None:
        self._total = number
        self._write(at_once=True)

    def step(self, number: int = 1) -> None:
        self._done += number
        self._write()

    @contextmanager
    def quiet(self):
        self._is_quiet = True
        try:
            yield
        finally:
            self._is_quiet = False

    def demand_running(self) -> None:
        # The row stays locked until the result is committed: calling it off waits, and comes too late.
        running = BackgroundWork.objects.filter(pk=self.work.pk, state=BackgroundState.RUNNING)
        if not running.update(is_past_return=True, beat_at=clock.now()):
            raise Cancelled

    def _write(self, *, at_once: bool = False) -> None:
        if self._is_quiet or (
            not at_once and time.monotonic() - self._written < WRITE_EVERY_SECONDS
        ):
            return
        self._written = time.monotonic()
        running = BackgroundWork.objects.filter(pk=self.work.pk, state=BackgroundState.RUNNING)
        if not running.update(done=self._done, total=self._total, beat_at=clock.now()):
            raise Cancelled
        # Where one worker does everything, it is alive as long as this goes on.
        heartbeat_record()
