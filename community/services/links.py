"""One-time links that sign a person in: for people without a password, and to confirm an address in one click."""

import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict, Forbidden
from community.digests import digest, secret_new
from community.models import AccessToken, SignInLink, User
from community.selectors.people import SignInLinkState, sign_in_link_state, user_by_email
from community.services.activity import activity_record
from community.services.mail import absolute_url, mail_queue
from community.validation import validate

LINK_MINUTES = 30


def safe_path(url: str) -> str:
    """Return `url` when it is a path on this site that we may go on to, else nothing."""
    if not url.startswith("/") or len(url) > 500:
        return ""
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


@transaction.atomic
def sign_in_link_create(
    *, email: str, next_url: str, name: str = "", language: str
) -> tuple[SignInLink, str]:
    """Make a link that signs the owner of `email` in once within 30 minutes; return it with its secret path.

    Nothing is mailed: the caller puts `absolute_url(path)` into a mail of its own (or calls
    `sign_in_link_send`). An account need not exist; `name` is used when it is made. `next_url` is dropped unless it is
    a path on this site.
    """
    secret = secret_new()
    link = SignInLink(
        email=email.strip().lower(),
        user=user_by_email(email),
        name=name.strip()[:120],
        digest=digest(secret),
        next_url=safe_path(next_url),
        language=language,
        expires_at=clock.now() + datetime.timedelta(minutes=LINK_MINUTES),
    )
    validate(link)
    link.save(force_insert=True)
    return link, reverse("account:link-use", args=[secret])


@transaction.atomic
def sign_in_link_send(*, email: str, next_url: str, name: str = "", language: str) -> SignInLink:
    """Make a link and mail it, in the person's own language when there is an account.

    A closed account gets no mail; the caller answers the same in every case, so that nobody learns who has an account.
    Emits: a mail.
    """
    user = user_by_email(email)
    if user is not None:
        language = user.language
    link, path = sign_in_link_create(email=email, next_url=next_url, name=name, language=language)
    if user is None or user.is_active:
        mail_queue(
            key=f"sign_in_link:{link.pk}",
            to=link.email,
            template="community/mails/sign_in_link",
            context={"link": absolute_url(path), "minutes": LINK_MINUTES},
            language=language,
        )
    return link


@transaction.atomic
def sign_in_link_use(*, secret: str) -> tuple[User, str]:
    """Use a link up and return its person and the path to go on to. Of two calls at once exactly one gets in.

    Makes the account if there is none. Whoever opens the link owns the mailbox, so the address counts as confirmed;
    if it was not before, a password set until then may be a stranger's and is dropped with the account's tokens.
    Raises: Conflict (code link_used, link_expired or link_unknown); Forbidden when the account is closed.
    """
    link, state = sign_in_link_state(secret)
    if link is None or state is not SignInLinkState.VALID:
        raise _refusal(state)
    now = clock.now()
    won = SignInLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=now).update(
        used_at=now
    )
    if not won:
        raise _refusal(SignInLinkState.USED)
    user = user_by_email(link.email)
    if user is None:
        user = _user_create(link)
    if not user.is_active:
        raise Forbidden(_("This account is closed."), "inactive")
    _address_confirm(user)
    return user, link.next_url


def _refusal(state: SignInLinkState) -> Conflict:
    messages = {
        SignInLinkState.USED: _("This link was used already. Each link works once."),
        SignInLinkState.EXPIRED: _("This link is too old. Each link works for %(minutes)s minutes.")
        % {"minutes": LINK_MINUTES},
        SignInLinkState.UNKNOWN: _("This link is not complete, or it was never made here."),
    }
    return Conflict(messages[state], f"link_{state.value}")


def _user_create(link: SignInLink) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                link.email, None, name=link.name, language=link.language
            )
    except IntegrityError:  # another link of the same person was used just now
        return User.objects.get(email=link.email)
    activity_record(
        actor=user,
        verb="user.joined",
        target_type="user",
        target_id=user.pk,
        details={"by": "link"},
    )
    return user


def _address_confirm(user: User) -> None:
    address, is_new = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if is_new or address.verified:
        return
    address.verified = True
    address.primary = True
    address.save()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    AccessToken.objects.filter(user=user).delete()
