"""Who the people of an archive are here.

An archive can say anything. So only an operator, who vouches for it, brings its people and their roles back: matched by
e-mail, the unknown as closed accounts. For anybody else, words stay under the names that they were written under, but
never under the account of somebody who lives here: each name gets a closed account of its own that cannot sign in, is
sent nothing, has no role, and is shown as somebody from an archive. The one exception is whoever imports, who is
recognised by their own address.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime

from cocreation.kernel import clock
from community.models import User
from community.models.users import ARCHIVE_DOMAIN
from processes.archive.container import Container
from processes.archive.problems import refusal

NAME_MAX = 120


@dataclass(frozen=True)
class Person:
    """One person as the archive tells."""

    id: str
    email: str
    name: str
    language: str
    created_at: object
    removed_at: object


def people_of(container: Container) -> list[Person]:
    """Return the people of an archive. Raises the refusals of `problems`."""
    rows = container.json("people.json") if "people.json" in container.members else []
    if not isinstance(rows, list):
        raise refusal("json_broken", name="people.json")
    try:
        people = [_person(row) for row in rows]
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError):
        raise refusal("json_broken", name="people.json") from None
    if len({person.id for person in people}) != len(people) or len(
        {person.email for person in people}
    ) != len(people):
        raise refusal("rows_conflict")
    return people


def _person(row: dict) -> Person:
    email, name = row["email"].strip().lower(), row["name"].replace("\x00", "")[:NAME_MAX]
    validate_email(email)
    created, removed = row.get("created_at"), row.get("removed_at")
    return Person(
        id=str(uuid.UUID(row["id"])),
        email=email,
        name=name,
        language=str(row.get("language") or "")[:8],
        created_at=(parse_datetime(created) if created else None) or clock.now(),
        removed_at=parse_datetime(removed) if removed else None,
    )


def people_here(
    people: list[Person], *, importer: User | None, vouched: bool, activate: bool
) -> tuple[Mapping[str, uuid.UUID], list[User]]:
    """Return {id in the archive: id here} and the accounts that are yet to be saved, all of them without a password."""
    emails = [person.email for person in people]
    known = {user.email.lower(): user for user in User.objects.filter(email__in=emails)}
    if not vouched:
        known = {email: user for email, user in known.items() if user == importer}
    taken = set(
        User.objects.filter(pk__in=[person.id for person in people]).values_list("pk", flat=True)
    )
    here: dict[str, uuid.UUID] = {}
    new = []
    for person in people:
        user = known.get(person.email)
        if user is None:
            user = _account(person, taken, vouched=vouched, activate=activate)
            new.append(user)
        here[person.id] = user.pk
    return here, new


def _account(person: Person, taken: set[uuid.UUID], *, vouched: bool, activate: bool) -> User:
    """Make an unsaved closed account; `activate` opens it to signing in by a link sent to its address."""
    ident = uuid.UUID(person.id)
    user = User(pk=ident if vouched and ident not in taken else uuid.uuid4())
    user.email = person.email if vouched else f"{uuid.uuid4().hex}@{ARCHIVE_DOMAIN}"
    user.name = person.name or ("" if vouched else person.email.partition("@")[0])
    if person.language in dict(User._meta.get_field("language").choices):  # noqa: SLF001
        user.language = person.language
    user.created_at, user.removed_at = person.created_at, person.removed_at
    user.is_active = activate and vouched and person.removed_at is None
    user.set_unusable_password()
    return user
