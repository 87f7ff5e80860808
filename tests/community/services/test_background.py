"""Long work: done once, watched, called off, never lost without a word."""

import datetime
from pathlib import Path

import pytest
from django.db import transaction

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Invalid, NotFound
from community import background_kinds
from community.background_kinds import Kind, Outcome
from community.models import BackgroundWork, Group, Mail, Notification, Pace
from community.selectors.background import work_file_get_for, work_get_for, works_of
from community.services.background import (
    work_cancel,
    work_remove,
    work_run,
    work_start,
    works_sweep,
)
from community.services.notification_settings import preferences_set
from community.services.people import user_remove
from tests.factories import community as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    """Register a kind whose run a test gives."""

    def make(run, **options) -> str:
        background_kinds._kinds["test"] = Kind("test", "A test", run, **options)
        return "test"

    yield make
    background_kinds._kinds.pop("test", None)


def started(kind: str, actor=None, **options) -> BackgroundWork:
    return work_start(actor=actor or factory.user(), kind=kind, label="Some", **options)


def test_work_is_done_once_and_the_owner_is_told(kind):
    runs = []

    def run(work, progress):
        progress.total(2)
        progress.step()
        runs.append(work.pk)
        return Outcome(result_url="/there/", report={"found": 1})

    work = started(kind(run))
    assert work_run(work_id=work.pk).state == "done"
    assert work_run(work_id=work.pk) is None
    assert runs == [work.pk]
    work.refresh_from_db()
    assert (work.done, work.total, work.percent) == (2, 2, 100)
    assert (work.result_url, work.report) == ("/there/", {"found": 1})
    assert Notification.objects.get(user=work.owner).url == f"/works/{work.pk}/"


def test_the_end_of_work_is_mailed_as_the_owner_chose(kind):
    def refuse(work, progress):
        raise Invalid("The file is bad.", "bad_file")

    owners = [factory.user() for _pace in Pace.values]
    for owner, pace in zip(owners, [Pace.NOW, Pace.DAILY, Pace.WEEKLY, Pace.HERE], strict=False):
        preferences_set(actor=owner, groups={Group.ACCOUNT: pace})
        work_run(work_id=started(kind(refuse), owner).pk)
        work_run(work_id=started(kind(refuse, is_quiet=True), owner).pk)
    assert list(Mail.objects.values_list("to", "subject")) == [
        (owners[0].email, "A test: it failed (Some)")
    ]
    waiting = Notification.objects.filter(mail_waits=True).values_list("user", flat=True)
    assert set(waiting) == {owners[1].pk, owners[2].pk}
    assert Notification.objects.count() == 4


def test_what_the_work_refuses_is_said_and_what_breaks_is_no_secret(kind):
    def refuse(work, progress):
        raise Invalid("The file is bad.", "bad_file")

    def break_(work, progress):
        raise ZeroDivisionError("secret")

    refused = work_run(work_id=started(kind(refuse)).pk)
    assert (refused.state, refused.error_code, refused.error) == (
        "failed",
        "bad_file",
        "The file is bad.",
    )
    broken = work_run(work_id=started(kind(break_)).pk)
    assert (broken.state, broken.error_code) == ("failed", "broken")
    assert "secret" not in broken.error


def test_work_that_is_called_off_stops_at_its_next_step(kind):
    def run(work, progress):
        work_cancel(actor=work.owner, work=work)
        progress.total(9)
        raise AssertionError("it went on")

    work = work_run(work_id=started(kind(run)).pk)
    assert work.state == "cancelled"
    with pytest.raises(Conflict):
        work_cancel(actor=work.owner, work=work)


def test_work_that_is_called_off_while_it_waits_never_begins(kind):
    work = started(kind(lambda work, progress: Outcome()))
    work_cancel(actor=work.owner, work=work)
    assert work_run(work_id=work.pk) is None


def test_a_file_is_the_owners_alone_and_goes_when_it_expires(
    kind, tmp_path, django_capture_on_commit_callbacks
):
    def run(work, progress):
        path = tmp_path / "made.zip"
        path.write_bytes(b"content")
        return Outcome(file=path, file_name="made.zip")

    work = work_run(work_id=started(kind(run)).pk)
    assert not (tmp_path / "made.zip").exists()
    assert work_file_get_for(work.owner, work.pk).file.read() == b"content"
    with pytest.raises(NotFound):
        work_get_for(factory.user(), work.pk)
    with pytest.raises(NotFound):
        work_get_for(factory.operator(), work.pk)
    stored = Path(work.file.path)
    BackgroundWork.objects.update(expires_at=clock.now() - datetime.timedelta(minutes=1))
    assert not works_of(work.owner).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert works_sweep()["expired"] == 1
    assert not stored.exists()


def test_work_that_is_over_is_removed_by_its_owner_with_its_file(
    kind, tmp_path, django_capture_on_commit_callbacks
):
    path = tmp_path / "made.zip"

    def run(work, progress):
        path.write_bytes(b"content")
        return Outcome(file=path, file_name="made.zip")

    work = started(kind(run))
    with pytest.raises(Conflict):
        work_remove(actor=work.owner, work=work)
    work = work_run(work_id=work.pk)
    assert work.report == {"size_bytes": 7}
    with pytest.raises(Conflict):
        work_remove(actor=factory.user(), work=work)
    stored = Path(work.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        work_remove(actor=work.owner, work=work)
    assert not stored.exists()
    assert not BackgroundWork.objects.exists()


def test_a_file_that_came_too_late_or_could_not_be_noted_is_kept_nowhere(
    kind, tmp_path, settings, monkeypatch
):
    path = tmp_path / "made.zip"

    def late(work, progress):
        path.write_bytes(b"content")
        work_cancel(actor=work.owner, work=work)
        return Outcome(file=path)

    def stored() -> list[Path]:
        return [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]

    assert work_run(work_id=started(kind(late)).pk).state == "cancelled"
    assert not path.exists()
    assert not stored()

    def unnoted(work, progress):
        path.write_bytes(b"content")
        monkeypatch.setattr("community.services.background._tell", lambda *_known: 1 / 0)
        return Outcome(file=path)

    with pytest.raises(ZeroDivisionError):
        work_run(work_id=started(kind(unnoted)).pk)
    assert not path.exists()
    assert not stored()


def test_the_sweep_finds_the_dead_and_what_nobody_took_up(kind, django_capture_on_commit_callbacks):
    name = kind(lambda work, progress: Outcome())
    dead, lost = started(name), started(name)
    BackgroundWork.objects.filter(pk=dead.pk).update(
        state="running", beat_at=clock.now() - datetime.timedelta(hours=1)
    )
    BackgroundWork.objects.filter(pk=lost.pk).update(
        created_at=clock.now() - datetime.timedelta(hours=1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert works_sweep() == {"unclaimed": 1, "dead": 1, "expired": 0}
    dead.refresh_from_db()
    assert (dead.state, dead.error_code) == ("failed", "lost")
    lost.refresh_from_db()
    assert lost.state == "done"


def test_what_is_being_written_cannot_be_called_off_and_what_fails_then_can_be_said(kind):
    def run(work, progress):
        with transaction.atomic():
            progress.demand_running()
            with pytest.raises(Conflict):
                work_cancel(actor=work.owner, work=work)
        return Outcome()

    assert work_run(work_id=started(kind(run)).pk).state == "done"

    def fail(work, progress):
        with transaction.atomic():
            progress.demand_running()
            raise Invalid("No.", "no")

    work = work_run(work_id=started(kind(fail)).pk)
    assert (work.state, work.is_past_return) == ("failed", False)


def test_a_result_that_was_written_is_not_declared_dead(kind):
    work = started(kind(lambda work, progress: Outcome()))
    BackgroundWork.objects.update(
        state="running", is_past_return=True, beat_at=clock.now() - datetime.timedelta(hours=1)
    )
    works_sweep()
    work.refresh_from_db()
    assert work.state == "done"


def test_what_somebody_made_goes_with_them(kind, tmp_path, django_capture_on_commit_callbacks):
    def run(work, progress):
        path = tmp_path / "made.zip"
        path.write_bytes(b"addresses")
        return Outcome(file=path, file_name="made.zip", report={"people": ["x"]})

    name, user = kind(run), factory.user()
    done, waiting = work_run(work_id=started(name, user).pk), started(name, user)
    stored = Path(done.file.path)
    user_remove(actor=user, confirmation=user.email)
    assert work_run(work_id=waiting.pk) is None
    done.refresh_from_db()
    assert (done.report, done.label) == ({}, "")
    with django_capture_on_commit_callbacks(execute=True):
        works_sweep()
    assert not stored.exists()
    assert not BackgroundWork.objects.filter(owner=user).exists()


def test_a_kind_that_nobody_knows_is_not_begun():
    with pytest.raises(KeyError):
        started("unheard")
