"""A right that ends is felt within a second on every worker: one look is enough, and looks come often enough.

Workers here share the database only. Nothing is measured with a clock: the looks are counted.
"""

import asyncio
import datetime
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session

from cocreation.kernel import clock
from community.models import AccessToken
from community.services.tokens import token_create, token_revoke
from documents.models import DocumentTicket
from documents.services.documents import document_remove
from documents.services.tickets import ticket_create
from processes.models import Process, ProcessRole, Role, Visibility
from processes.services.changes import access_changed
from processes.services.phases import phase_close, phase_rules_set
from processes.services.processes import process_finish
from processes.services.tree import node_disable
from realtime import access, conf, watch
from realtime.access import Credentials, Turned
from realtime.clients import Proof
from realtime.database import in_thread
from realtime.protocol import State
from tests.factories.processes import person, role_row, team_row
from tests.realtime.conftest import World
from tests.realtime.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def workers(settings):
    settings.REALTIME_POLL_SECONDS = 3600
    both = [Worker(), Worker()]
    yield both
    for worker in both:
        await worker.close()


@dataclass
class Case:
    """What ends a right of `world.writer`; `code` closes the socket, without one it may only read on."""

    do: object
    code: int | None = None
    # Whether everybody is meant, or only the writer.
    is_for_all: bool = False
    brings: object = None


def observer(world):
    ProcessRole.objects.filter(user=world.writer).update(role=Role.OBSERVER)
    access_changed(world.process)


def no_role(world):
    ProcessRole.objects.filter(user=world.writer).delete()
    access_changed(world.process)


def phase_ended(world):
    node_disable(actor=world.coordinator, node=world.task.parent.parent)


def phase_closed(world):
    phase_close(actor=world.coordinator, phase=world.task.parent.parent)


def phase_for_comments(world):
    levels = dict.fromkeys(("leaders", "coauthors", "commenters", "visitors"), "comment")
    phase_rules_set(actor=world.coordinator, phase=world.task.parent.parent, **levels)


def signed_out(world):
    for session in Session.objects.all():
        if session.get_decoded()["_auth_user_id"] == str(world.writer.pk):
            session.delete()


def password_changed(world):
    world.writer.set_password("another long password")
    world.writer.save()


def account_closed(world):
    world.writer.is_active = False
    world.writer.save()


def with_token(world):
    _token, secret = token_create(user=world.writer, name="t", scope="write", days=1)
    return Credentials(token=secret)


def with_ticket(world):
    secret, _ = ticket_create(actor=world.writer, document=world.document)
    # Nobody waits ten minutes in a test: it ends soon, and later the test says that it has ended.
    return Credentials(ticket=secret)


def ended_proof(member):
    """Let the ticket of a member end now."""
    past = clock.now() - datetime.timedelta(seconds=1)
    member.client.proof = Proof(expires_at=past, password=member.client.proof.password)


CASES = {
    "a smaller role": Case(observer),
    "a role taken away": Case(no_role, 4403),
    "a phase switched off": Case(phase_ended, is_for_all=True),
    "the end of a phase": Case(phase_closed, is_for_all=True),
    "a phase for comments only": Case(phase_for_comments, is_for_all=True),
    "the end of the process": Case(
        lambda w: process_finish(actor=w.coordinator, process=w.process), is_for_all=True
    ),
    "a removed document": Case(
        lambda w: document_remove(actor=w.coordinator, document=w.document), 4404, is_for_all=True
    ),
    "signing out": Case(signed_out, 4401),
    "a changed password": Case(password_changed, 4401),
    "a closed account": Case(account_closed, 4401),
    "a revoked token": Case(
        lambda w: token_revoke(actor=w.writer, token=AccessToken.objects.get(user=w.writer)),
        4401,
        brings=with_token,
    ),
    "an expired token": Case(
        lambda w: AccessToken.objects.update(expires_at=clock.now()), 4401, brings=with_token
    ),
    "a ticket's owner changed the password": Case(password_changed, 4401, brings=with_ticket),
}


async def test_one_look_of_each_worker_ends_a_right_and_leaves_the_others(
    transactional_db, workers
):
    # One test for all cases, each with a process of its own: emptying the tables is what costs time.
    for name, case in CASES.items():
        world = await database_sync_to_async(World)()
        brings = await database_sync_to_async(case.brings)(world) if case.brings else None
        pairs = [
            (
                await worker.join(world, world.writer, credentials=brings),
                await worker.join(world, world.second),
            )
            for worker in workers
        ]
        await database_sync_to_async(case.do)(world)
        for worker, (affected, other) in zip(workers, pairs, strict=True):
            await worker.registry.watch.look()
            for member in (affected, other) if case.is_for_all else (affected,):
                if case.code:
                    await member.until(lambda m, case=case: m.closed == case.code)
                else:
                    await member.until(lambda m: State.READ_ONLY in m.states)
                    assert not member.client.can_write, name
            if not case.is_for_all:
                assert other.client.is_open, name
                assert other.client.can_write, name


async def test_a_ticket_that_ends_by_the_clock_closes_at_the_next_look(world, workers):
    brings = await database_sync_to_async(with_ticket)(world)
    for worker in workers:
        guest = await worker.join(world, world.writer, credentials=brings)
        other = await worker.join(world, world.second)
        await worker.registry.watch.look()
        assert guest.client.is_open
        ended_proof(guest)
        await worker.registry.watch.look()
        await guest.until(lambda m: m.closed == 4401)
        assert other.client.is_open
    assert await DocumentTicket.objects.acount() == 1


async def test_a_process_that_becomes_private_is_closed_to_the_public(transactional_db, workers):
    world = await database_sync_to_async(World)(Visibility.PUBLIC)
    pairs = [
        (
            await worker.join(world, None, credentials=Credentials()),
            await worker.join(world, world.reader),
        )
        for worker in workers
    ]

    @database_sync_to_async
    def close():
        Process.objects.update(visibility=Visibility.PRIVATE)
        access_changed(world.process)

    await close()
    for worker, (guest, member) in zip(workers, pairs, strict=True):
        await worker.registry.watch.look()
        await guest.until(lambda m: m.closed == 4404)
        assert member.client.is_open


async def test_who_was_admitted_under_older_rights_than_the_rooms_is_asked_about_again(
    world, workers
):
    worker = workers[0]
    cookie = Credentials(session_key=await database_sync_to_async(_session_key)(world.writer))
    wish = access.Wish(world.document.pk)
    admission = await in_thread(access.admit, wish, cookie)
    await database_sync_to_async(observer)(world)
    await worker.join(world, world.second)
    await worker.registry.watch.look()
    # Let in with rights that ended while its text was loaded.
    late = await worker.enter(admission)
    assert late.client.can_write
    await worker.registry.watch.look()
    await late.until(lambda m: m.states == [State.READ_ONLY])


def _session_key(user):
    from tests.realtime.conftest import session_cookie

    return session_cookie(user).decode().partition("=")[2]


async def test_an_ended_proof_is_not_let_in(world, workers):
    brings = await database_sync_to_async(with_ticket)(world)
    await DocumentTicket.objects.aupdate(expires_at=clock.now())
    with pytest.raises(Turned):
        await workers[0].join(world, world.writer, credentials=brings)


def test_many_people_cost_as_many_questions_as_a_few(world, django_assert_num_queries):
    team = team_row(world.process, *(person() for _ in range(3)))
    role_row(world.process, Role.COAUTHOR, team=team)
    members = [row.user for row in team.members.all()]
    strangers = [person() for _ in range(5)]
    people = [world.writer, world.reader, world.stranger, *members, *strangers]
    for asked in (people[:1], people):
        ids = [user.pk for user in asked]
        with django_assert_num_queries(5):
            found = access.rights({world.document.pk: [*ids, None]})
    may_write = {user.pk for user in (world.writer, *members)}
    assert {key[1] for key, right in found.items() if right.can_write} == may_write
    may_read = may_write | {world.reader.pk}
    assert {key[1] for key, right in found.items() if right.can_read} == may_read
    proofs = {(user.pk, Proof(session_key=f"key{user.pk}", password="x")) for user in people}
    with django_assert_num_queries(2):
        assert access.ended(proofs) == proofs


def test_rights_of_many_are_those_that_admission_decides(world):
    """The question for many and the question at the door are one rule."""
    for user in (world.coordinator, world.writer, world.reader, world.stranger):
        (right,) = access.rights({world.document.pk: [user.pk]}).values()
        try:
            admission = access.admit(
                access.Wish(world.document.pk), Credentials(session_key=_session_key(user))
            )
        except Turned:
            assert not right.can_read
        else:
            assert (right.can_read, right.can_write) == (True, admission.can_write)


async def test_looks_begin_often_enough_for_a_second_however_long_each_takes(monkeypatch):
    assert conf.Conf.POLL_SECONDS <= 0.75
    waits = []

    class Waiting:
        async def wait(self):
            raise TimeoutError

    def timeout(seconds):
        waits.append(seconds)
        return asyncio.Timeout(None)

    monkeypatch.setattr(watch.asyncio, "timeout", timeout)
    looker = watch.Watch(SimpleNamespace(rooms={}, conf=conf.Conf()))
    looker._is_urgent = Waiting()
    for took in (0.0, 0.3, 5.0):
        await looker._pause(took)
    assert waits == pytest.approx([0.7, 0.4, 0.14])


async def test_a_look_that_is_called_for_comes_at_once(world, workers):
    worker = workers[0]
    member = await worker.join(world, world.writer)
    await database_sync_to_async(observer)(world)
    worker.registry.watch.hurry()
    await member.until(lambda m: m.states == [State.READ_ONLY])


def test_no_right_in_the_table_depends_on_the_clock():
    """Sockets rely on it: every change of state raises an epoch. Rights that end by a date would need a look then."""
    from pathlib import Path

    import processes.permissions

    for path in Path(processes.permissions.__file__).parent.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not {"clock", "timezone", "ends_on", "starts_on"} & set(
            source.replace(".", " ").split()
        )
