"""Access tokens for programs. The secret is returned once and stored as a hash only."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Forbidden, Invalid
from community.digests import digest, secret_new
from community.models import AccessToken, User
from community.models.access import TokenScope
from community.services.activity import activity_record
from community.validation import validate

# Leak scanners know our tokens by it.
PREFIX = "kpr_"
MAX_DAYS = 366
MAX_TOKENS_PER_PERSON = 20
# A busy program would otherwise write a row with every request.
TOUCH_SECONDS = 60


@transaction.atomic
def token_create(*, user: User, name: str, scope: str, days: int) -> tuple[AccessToken, str]:
    """Make a token of `user` that works for `days` and return it with its secret, which nobody can read again.

    Raises: Invalid (scope, days, or too many tokens); Forbidden when the account is closed.
    """
    if not user.is_active:
        raise Forbidden(_("This account is closed."), "inactive")
    if scope not in TokenScope.values:
        raise Invalid(
            _("A token is either read or write."), fields={"scope": [_("Unknown scope.")]}
        )
    if not 1 <= days <= MAX_DAYS:
        message = _("Choose between 1 and %(days)s days.") % {"days": MAX_DAYS}
        raise Invalid(message, fields={"days": [message]})
    User.objects.select_for_update().get(pk=user.pk)
    live = user.access_tokens.filter(revoked_at__isnull=True, expires_at__gt=clock.now())
    if live.count() >= MAX_TOKENS_PER_PERSON:
        raise Invalid(_("You have too many tokens. Revoke one that you no longer use."), "too_many")
    secret = secret_new(PREFIX)
    token = AccessToken(
        user=user,
        name=name.strip(),
        scope=scope,
        digest=digest(secret),
        expires_at=clock.now() + datetime.timedelta(days=days),
    )
    validate(token)
    token.save(force_insert=True)
    activity_record(
        actor=user,
        verb="token.created",
        target_type="access_token",
        target_id=token.pk,
        target_label=token.name,
        details={"scope": scope},
    )
    return token, secret


@transaction.atomic
def token_revoke(*, actor: User, token: AccessToken) -> AccessToken:
    """Make a token useless from now on. Doing it twice changes nothing.

    Raises: Forbidden unless the token is the actor's own or the actor is an operator.
    """
    if token.user_id != actor.pk and not actor.is_staff:
        raise Forbidden(_("This token belongs to somebody else."))
    changed = AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    token.refresh_from_db()
    if changed:
        activity_record(
            actor=actor,
            verb="token.revoked",
            target_type="access_token",
            target_id=token.pk,
            target_label=token.name,
        )
    return token


def token_touch(*, token: AccessToken) -> None:
    """Remember that a token was used, at most once a minute."""
    now = clock.now()
    stale = now - datetime.timedelta(seconds=TOUCH_SECONDS)
    if token.last_used_at is not None and token.last_used_at > stale:
        return
    AccessToken.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lte=stale), pk=token.pk
    ).update(last_used_at=now)
