"""Builders of people, organisations and mails. Defaults are valid and minimal."""

import itertools

from community.models import Membership, Organisation, Territory, User
from community.models.organisations import MembershipRole, OrganisationKind
from community.services.mail import mail_write
from community.services.people import user_create

_count = itertools.count(1)
PASSWORD = "a long enough password"


def user(name: str = "", **fields) -> User:
    """Make a person with a confirmed address of their own and a password."""
    number = next(_count)
    fields.setdefault("email", f"user{number}@example.org")
    fields.setdefault("password", PASSWORD)
    return user_create(name=name or f"User {number}", **fields)


def operator() -> User:
    return user("Operator", is_staff=True, is_superuser=True)


def territory(name: str = "", parent: Territory | None = None) -> Territory:
    number = next(_count)
    return Territory.objects.create(
        code=f"T{number}", name=name or f"Territory {number}", parent=parent
    )


def organisation(name: str = "", *, kind: str = OrganisationKind.NGO, **fields) -> Organisation:
    """Make an organisation that nobody belongs to."""
    number = next(_count)
    return Organisation.objects.create(
        name=name or f"Organisation {number}", slug=f"organisation-{number}", kind=kind, **fields
    )


def membership(
    organisation: Organisation, person: User, role: str = MembershipRole.MEMBER
) -> Membership:
    return Membership.objects.create(organisation=organisation, user=person, role=role)


def administrator(organisation: Organisation) -> User:
    person = user("Administrator")
    membership(organisation, person, MembershipRole.ADMINISTRATOR)
    return person


def mail(**fields):
    """Write a mail to the outbox (it is sent only where callbacks after commit run)."""
    fields = {
        "key": f"test:{next(_count)}",
        "to": "reader@example.org",
        "subject": "Hello",
        "text": "A text",
        "language": "en",
    } | fields
    return mail_write(**fields)
