"""Who may come in, and who may stay. The only module of realtime that knows how people prove who they are.

Everything here is synchronous and asks the database: call it through `realtime.database.in_thread`.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cocreation.kernel import clock
from cocreation.kernel.decisions import Decision, Denied
from cocreation.kernel.errors import DomainError, NotFound, SignInNeeded
from community.models.access import TokenScope
from community.selectors import people, standing
from documents.permissions import decide_document
from documents.schema import SCHEMA_VERSION
from documents.selectors.documents import document_get_for, document_rights
from documents.selectors.tickets import ticket_check
from documents.selectors.updates import closings_of
from realtime.clients import Person, Proof
from realtime.protocol import Close


class Turned(Exception):
    """Not let in, or not any more; `code` closes the connection."""

    def __init__(self, code: Close):
        super().__init__(code.name)
        self.code = code


@dataclass(frozen=True)
class Credentials:
    """What a connection brought: an access token, a ticket, or a session's cookie; in this order, one counts."""

    token: str | None = None
    ticket: str | None = None
    session_key: str | None = None


@dataclass(frozen=True)
class Wish:
    """What a connection to a document says about itself: the schema that its editor knows, the text it has."""

    document_id: uuid.UUID
    schema_version: int | None = None
    generation: str | None = None


@dataclass(frozen=True)
class Admission:
    """Somebody who was let in."""

    document_id: uuid.UUID
    process_id: uuid.UUID
    access_epoch: int
    closings: int
    person: Person
    proof: Proof
    can_write: bool


@dataclass(frozen=True)
class Rights:
    """What one person may do with one document at the moment. `code` says why not even read, `why` (in their language)
    why not write."""

    can_read: bool
    can_write: bool
    code: Close = Close.RIGHTS_LOST
    why: str = ""


def identify(credentials: Credentials, document_id: uuid.UUID | None = None):
    """Return (user, proof). Nothing brought: the anonymous user. Raises Turned for what is unknown or has ended."""
    if credentials.token is not None:
        found = people.user_by_token(credentials.token)
        if found is None:
            raise Turned(Close.SIGN_IN)
        user, token = found
        read_only = token.scope == TokenScope.READ
        return user, Proof(
            token_id=token.pk, is_read_only_token=read_only, expires_at=token.expires_at
        )
    if credentials.ticket is not None:
        checked = ticket_check(document_id, credentials.ticket) if document_id else None
        if checked is None:
            raise Turned(Close.SIGN_IN)
        return checked[0], Proof(expires_at=checked[1], password=checked[0].password)
    user = session_user(credentials.session_key)
    if not user.is_authenticated:
        return user, Proof()
    return user, Proof(session_key=credentials.session_key, password=user.password)


def session_user(session_key: str | None):
    """Return whose browser session this is, checked as Django checks it; the anonymous user if there is none."""
    if not session_key:
        return AnonymousUser()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(request)


def person_of(user, language: str = "") -> Person:
    """Return what others may know of somebody."""
    if not user.is_authenticated:
        return Person(None, "", "#455a64", language or settings.LANGUAGE_CODE)
    return Person(user.pk, user.display_name, user.colour, user.language)


def admit(wish: Wish, credentials: Credentials) -> Admission:
    """Decide whether a connection may open a document. Raises Turned with the close code."""
    user, proof = identify(credentials, wish.document_id)
    try:
        document = document_get_for(user, wish.document_id, need="document_read")
    except SignInNeeded:
        raise Turned(Close.SIGN_IN) from None
    except NotFound:
        raise Turned(Close.NOT_FOUND) from None
    except DomainError:
        raise Turned(Close.RIGHTS_LOST) from None
    if document.removed_at is not None:
        raise Turned(Close.NOT_FOUND)
    if wish.schema_version is not None and wish.schema_version < SCHEMA_VERSION:
        # An older editor would delete, for everybody, what it does not know.
        raise Turned(Close.RELOAD)
    if wish.generation is not None and wish.generation != str(document.generation):
        raise Turned(Close.RELOAD)
    return Admission(
        document_id=document.pk,
        process_id=document.process_id,
        access_epoch=document.process.access_epoch,
        # Read with the document, before the phase's rules were asked: a closing in between asks again.
        closings=document.head.closings,
        person=person_of(user),
        proof=proof,
        can_write=_may_write(user, document) and not proof.is_read_only_token,
    )


def _may_write(user, document) -> bool:
    return bool(user.is_authenticated and decide_document(user, "document_write", document))


Whom = tuple[uuid.UUID, uuid.UUID | None]


def rights(wanted: Mapping[uuid.UUID, Iterable[uuid.UUID | None]]) -> dict[Whom, Rights]:
    """Return what people (None: everybody else) may do with documents now: (document id, user id) -> rights.

    `wanted` has the people of each document. Queries: 2, and at most 4 for each process that documents belong to.
    """
    wanted = {document_id: set(user_ids) for document_id, user_ids in wanted.items()}
    users = standing.people_active(
        {user_id for user_ids in wanted.values() for user_id in user_ids if user_id}
    )
    known = {None: AnonymousUser(), **users}
    decided = document_rights(
        {
            document_id: [known[user_id] for user_id in user_ids if user_id in known]
            for document_id, user_ids in wanted.items()
        }
    )
    return {
        (document_id, user_id): _rights(
            user_id, is_open=user_id in known, decided=decided.get((document_id, user_id))
        )
        for document_id, user_ids in wanted.items()
        for user_id in user_ids
    }


def rights_as_of(
    document_id: uuid.UUID, user_ids: Iterable[uuid.UUID | None]
) -> tuple[int, dict[Whom, Rights]]:
    """Return the document's number of closings, and what people may do with it at least as late as that."""
    closings = closings_of(document_id)
    return closings, rights({document_id: user_ids})


def _rights(user_id, *, is_open: bool, decided: tuple[bool, Decision] | None) -> Rights:
    can_read, writing = decided or (False, Denied(""))
    if not is_open:
        return Rights(False, False, Close.SIGN_IN)
    if not can_read:
        return Rights(False, False, Close.RIGHTS_LOST if user_id else Close.NOT_FOUND)
    return Rights(True, bool(writing), why=getattr(writing, "reason", ""))


def ended(proofs: Iterable[tuple[uuid.UUID | None, Proof]]) -> set[tuple[uuid.UUID | None, Proof]]:
    """Return which of these (user id, proof) hold no more: signed out, expired, revoked, account closed. 3 queries
    for each 500 of them."""
    proofs = set(proofs)
    passwords = standing.people_passwords(user_id for user_id, _ in proofs if user_id)
    sessions = standing.sessions_alive(p.session_key for _, p in proofs if p.session_key)
    tokens = standing.tokens_alive(p.token_id for _, p in proofs if p.token_id)
    now = clock.now()

    def holds(user_id: uuid.UUID | None, proof: Proof) -> bool:
        if proof.expires_at is not None and proof.expires_at <= now:
            return False
        if user_id is not None and user_id not in passwords:
            return False
        if proof.password and passwords.get(user_id) != proof.password:
            return False
        if proof.session_key and proof.session_key not in sessions:
            return False
        return proof.token_id is None or proof.token_id in tokens

    return {item for item in proofs if not holds(*item)}
