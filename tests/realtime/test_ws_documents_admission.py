"""Who gets in, who may write, and who is sent out when rights, sessions or tickets end."""

import datetime
import uuid

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session

from cocreation.kernel import clock
from cocreation.kernel.events import publish_on_commit, topic
from community.services.tokens import token_create, token_revoke
from documents.models import Document, DocumentTicket, DocumentUpdate
from documents.schema import SCHEMA_VERSION
from documents.services.documents import document_create, document_remove
from documents.services.tickets import ticket_create
from processes.models import Process, ProcessRole, Role, Visibility
from realtime import protocol
from realtime.protocol import State
from tests.realtime.conftest import World, first_words, more_words
from tests.realtime.gate.handmade import update

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = b"origin"


async def rows(world):
    return await DocumentUpdate.objects.filter(document=world.document).acount()


@database_sync_to_async
def change_role(world, user, role):
    """Change a role and raise the epoch, as the service does."""
    if role is None:
        ProcessRole.objects.filter(pk=world.roles[user.pk].pk).delete()
    else:
        ProcessRole.objects.filter(pk=world.roles[user.pk].pk).update(role=role)
    process = Process.objects.get(pk=world.process.pk)
    Process.objects.filter(pk=process.pk).update(access_epoch=process.access_epoch + 1)


@pytest.mark.parametrize("who", [None, "stranger"])
async def test_a_private_document_does_not_exist_for_others(world, sockets, who):
    socket = await sockets(world, who and getattr(world, who), greet=False)
    assert await socket.closing() == 4404


@pytest.mark.parametrize("ident", [uuid.uuid4(), "no-uuid", "0"])
async def test_an_unknown_document_closes_with_4404(world, sockets, ident):
    socket = await sockets(world, world.writer, path=f"/ws/v1/documents/{ident}", greet=False)
    assert await socket.closing() == 4404


async def test_a_path_that_leads_nowhere_is_not_accepted(world, sockets):
    socket = await sockets(world, world.writer, path="/ws/v1/nothing", greet=False)
    assert socket.closed


async def test_an_anonymous_reader_of_a_public_document_reads_and_cannot_write(
    transactional_db, sockets
):
    world = await database_sync_to_async(World)(Visibility.PUBLIC)
    reader = await sockets(world)
    assert "paragraph" in await reader.text()
    await reader.send_update(first_words())
    refused = await reader.until(protocol.Frame.REFUSAL)
    assert (refused.uint(), refused.text()) == (1, "read_only")
    assert (await reader.until(protocol.Frame.STATE)).uint() == State.READ_ONLY
    assert await rows(world) == 1


WRITES = {
    "an update": protocol.sync_update(first_words()),
    "a step 2": protocol.sync_step_2(first_words()),
    "a delete": protocol.sync_update(update([], [(1, [(0, 1)])])),
    "hostile bytes": protocol.sync_update(b"\xff" * 40),
}


@pytest.mark.parametrize("name", WRITES)
async def test_a_reading_connection_cannot_write_whatever_it_sends(world, sockets, name):
    other = await sockets(world, world.writer)
    reader = await sockets(world, world.reader)
    before = await reader.text()
    await reader.send(WRITES[name])
    assert (await reader.until(protocol.Frame.REFUSAL)).uint() == 1
    assert await reader.text() == before
    assert await rows(world) == 1
    await other.nothing()


async def test_a_reader_is_told_what_the_server_has_so_that_its_editor_can_compare(world, sockets):
    reader = await sockets(world, world.reader)
    await reader.until((0, 0))


@pytest.mark.parametrize(
    "origin",
    [b"https://evil.example", b"http://testserver:9", b"null", b"http://testserver.evil.example"],
)
async def test_a_foreign_origin_is_refused_before_accepting(world, sockets, origin):
    socket = await sockets(world, world.writer, headers=[(ORIGIN, origin)], greet=False)
    assert socket.closed


async def test_our_own_origin_is_accepted(world, sockets, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    socket = await sockets(world, world.writer, headers=[(ORIGIN, b"http://testserver")])
    assert socket.closed is None


async def test_a_token_needs_no_origin_and_writes(world, sockets):
    _token, secret = await database_sync_to_async(token_create)(
        user=world.writer, name="t", scope="write", days=1
    )
    headers = [(b"authorization", f"Token {secret}".encode()), (ORIGIN, b"https://tool.example")]
    socket = await sockets(world, headers=headers)
    await socket.send_update(first_words())
    assert (await socket.receipt())[0] == 1


async def test_a_token_to_read_cannot_write(world, sockets):
    _token, secret = await database_sync_to_async(token_create)(
        user=world.writer, name="t", scope="read", days=1
    )
    socket = await sockets(world, headers=[(b"authorization", f"Token {secret}".encode())])
    await socket.send_update(first_words())
    assert (await socket.until(protocol.Frame.REFUSAL)).uint() == 1
    assert await rows(world) == 1


async def test_a_revoked_token_closes_the_socket(world, sockets):
    token, secret = await database_sync_to_async(token_create)(
        user=world.writer, name="t", scope="write", days=1
    )
    socket = await sockets(world, headers=[(b"authorization", f"Token {secret}".encode())])
    await database_sync_to_async(token_revoke)(actor=world.writer, token=token)
    assert await socket.closing() == 4401


@pytest.mark.parametrize("header", [b"Token nonsense", b"Token kpr_0000000000000000"])
async def test_an_unknown_token_closes_with_4401(world, sockets, header):
    socket = await sockets(world, headers=[(b"authorization", header)], greet=False)
    assert await socket.closing() == 4401


async def test_a_ticket_opens_its_document(world, sockets):
    secret, _expires_at = await database_sync_to_async(ticket_create)(
        actor=world.writer, document=world.document
    )
    socket = await sockets(world, query=f"receipts=1&ticket={secret}")
    await socket.send_update(first_words())
    assert (await socket.receipt())[0] == 1


async def test_a_ticket_of_another_document_an_expired_and_an_unknown_one_close_with_4401(
    world, sockets
):
    other = await database_sync_to_async(World)()
    secret, _ = await database_sync_to_async(ticket_create)(
        actor=other.writer, document=other.document
    )
    socket = await sockets(world, query=f"ticket={secret}", greet=False)
    assert await socket.closing() == 4401
    await DocumentTicket.objects.aupdate(expires_at=clock.now() - datetime.timedelta(seconds=1))
    socket = await sockets(other, query=f"ticket={secret}", greet=False)
    assert await socket.closing() == 4401
    socket = await sockets(world, query="ticket=nonsense", greet=False)
    assert await socket.closing() == 4401


async def test_a_ticket_that_expires_closes_the_socket(world, sockets):
    secret, _ = await database_sync_to_async(ticket_create)(
        actor=world.writer, document=world.document
    )
    soon = clock.now() + datetime.timedelta(seconds=1)
    await DocumentTicket.objects.aupdate(expires_at=soon)
    socket = await sockets(world, query=f"receipts=1&ticket={secret}")
    assert await socket.closing() == 4401


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("schema=0", 4409),
        (f"schema={SCHEMA_VERSION - 1}", 4409),
        (f"generation={uuid.uuid4()}", 4409),
        ("schema=x", 4400),
    ],
)
async def test_an_older_editor_or_another_generation_is_told_to_reload(world, sockets, query, code):
    socket = await sockets(world, world.writer, query=query, greet=False)
    assert await socket.closing() == code


async def test_the_present_schema_and_generation_are_let_in(world, sockets):
    query = f"receipts=1&schema={SCHEMA_VERSION}&generation={world.document.generation}"
    assert (await sockets(world, world.writer, query=query)).closed is None


async def test_too_many_connections_of_one_person_close_with_4503(world, sockets, settings):
    settings.REALTIME_CONNECTIONS_PER_USER = 2
    kept = [await sockets(world, world.writer) for _ in range(2)]
    socket = await sockets(world, world.writer, greet=False)
    assert await socket.closing() == 4503
    await kept[0].leave()
    assert (await sockets(world, world.writer)).closed is None


async def test_who_loses_the_right_to_write_is_told_and_cannot_write(world, sockets):
    socket = await sockets(world, world.writer)
    await change_role(world, world.writer, Role.OBSERVER)
    assert (await socket.until(protocol.Frame.STATE)).uint() == State.READ_ONLY
    await socket.send_update(first_words())
    assert (await socket.until(protocol.Frame.REFUSAL)).uint() == 1
    assert await rows(world) == 1


async def test_who_gets_the_right_to_write_is_told_and_asked_for_its_edits(world, sockets):
    socket = await sockets(world, world.reader)
    await change_role(world, world.reader, Role.COAUTHOR)
    assert (await socket.until(protocol.Frame.STATE)).uint() == State.WRITING_ALLOWED
    await socket.until((0, 0))
    await socket.send(protocol.sync_step_2(first_words()))
    assert (await socket.receipt())[0] == 1


async def test_who_loses_all_rights_is_sent_out_with_4403_and_the_others_stay(world, sockets):
    out, other = await sockets(world, world.writer), await sockets(world, world.second)
    await change_role(world, world.writer, None)
    assert await out.closing() == 4403
    await other.send_update(first_words())
    assert (await other.receipt())[0] == 1


async def test_signing_out_closes_with_4401(world, sockets):
    socket = await sockets(world, world.writer)
    await Session.objects.all().adelete()
    assert await socket.closing() == 4401


async def test_a_closed_account_closes_with_4401(world, sockets):
    socket = await sockets(world, world.writer)
    world.writer.is_active = False
    await database_sync_to_async(world.writer.save)()
    assert await socket.closing() == 4401


async def test_a_changed_password_closes_with_4401(world, sockets):
    socket = await sockets(world, world.writer)
    world.writer.set_password("another long password")
    await database_sync_to_async(world.writer.save)()
    assert await socket.closing() == 4401


async def test_a_removed_document_closes_with_4404(world, sockets):
    socket = await sockets(world, world.writer)
    await database_sync_to_async(document_remove)(actor=world.coordinator, document=world.document)
    assert await socket.closing() == 4404


async def test_a_new_generation_closes_with_4409(world, sockets):
    socket = await sockets(world, world.writer)
    await Document.objects.filter(pk=world.document.pk).aupdate(generation=uuid.uuid4())
    assert await socket.closing() == 4409


async def test_a_new_generation_is_noticed_before_a_change_is_stored(world, sockets, settings):
    settings.REALTIME_POLL_SECONDS = 60
    socket = await sockets(world, world.writer)
    await Document.objects.filter(pk=world.document.pk).aupdate(generation=uuid.uuid4())
    await socket.send_update(first_words())
    assert await socket.closing() == 4409
    assert await rows(world) == 1


async def test_a_change_made_before_the_right_was_lost_stays(world, sockets):
    socket = await sockets(world, world.writer)
    await socket.send_update(first_words())
    await socket.receipt()
    await change_role(world, world.writer, Role.OBSERVER)
    await socket.until(protocol.Frame.STATE)
    await socket.send_update(more_words())
    await socket.until(protocol.Frame.REFUSAL)
    text = await socket.text()
    assert "hello" in text
    assert "hello!" not in text


async def test_a_change_of_rights_is_heard_at_once(world, sockets, settings):
    settings.REALTIME_POLL_SECONDS = 60
    socket = await sockets(world, world.writer)
    await change_role(world, world.writer, Role.OBSERVER)

    @database_sync_to_async
    def announce():
        name = topic("process", world.process.pk)
        publish_on_commit(name, "access.changed", {"process": world.process.pk})

    await announce()
    assert (await socket.until(protocol.Frame.STATE)).uint() == State.READ_ONLY


async def test_a_damaged_text_is_not_opened_and_everybody_is_told_what_to_do(
    world, sockets, caplog
):
    await database_sync_to_async(DocumentUpdate.objects.update)(data=b"\7\7")
    socket = await sockets(world, world.writer, greet=False)
    message = await socket.communicator.receive_output(5)
    assert (message["type"], message["code"]) == ("websocket.close", 4422)
    assert "damaged" in message["reason"]
    assert f"verify_documents --document {world.document.pk}" in caplog.text


async def test_a_damaged_text_takes_no_other_with_it(world, sockets):
    other = await database_sync_to_async(document_create)(
        actor=world.coordinator, task=world.task, title="Sound"
    )
    damaged = DocumentUpdate.objects.filter(document=world.document)
    await database_sync_to_async(damaged.update)(data=b"\7\7")
    broken = await sockets(world, world.writer, greet=False)
    assert await broken.closing() == 4422
    sound = await sockets(world, world.writer, path=f"/ws/v1/documents/{other.pk}")
    await sound.send_update(first_words())
    assert await sound.receipt() == (1, 2)
