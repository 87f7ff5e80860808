"""The personal address of a calendar: made, renewed, withdrawn by its owner."""

from django.db import transaction
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Forbidden
from community.models import CalendarAddress, User
from community.services.activity import activity_record


@transaction.atomic
def calendar_renew(*, actor: User) -> CalendarAddress:
    """Give the actor's calendar an address, another one if it has one: the old one stops working at once.

    Raises: Forbidden when the account is closed. Emits: activity calendar.renewed.
    """
    if not actor.is_active:
        raise Forbidden(_("This account is closed."), "inactive")
    User.objects.select_for_update().get(pk=actor.pk)
    CalendarAddress.objects.filter(user=actor).delete()
    address = CalendarAddress.objects.create(user=actor)
    _said(actor, "calendar.renewed")
    return address


@transaction.atomic
def calendar_withdraw(*, actor: User) -> None:
    """Let the actor's calendar be read by nobody any more. Twice is the same as once.

    Emits: activity calendar.withdrawn.
    """
    removed, _rows = CalendarAddress.objects.filter(user=actor).delete()
    if removed:
        _said(actor, "calendar.withdrawn")


def _said(actor: User, verb: str) -> None:
    activity_record(actor=actor, verb=verb, target_type="user", target_id=actor.pk)
