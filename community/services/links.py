"""One-time links that sign a person in: for people without a password, and to confirm an address in one click."""

import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cocreation.kernel import clock
from cocreation.kernel.errors import DomainError, Forbidden, Gone, NotFound
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
    *,
    email: str,
    next_url: str,
    name: str = "",
    language: str,
    template: str = "community/mails/sign_in_link",
    context: dict | None = None,
) -> tuple[SignInLink, str]:
    """Make a link that signs the owner of `email` in once within 30 minutes, mail it, return it with its secret path.

    An account need not exist: it is made when the link is used, with `name`. The mail is in the person's own
    language where there is an account, else in `language`; `template` (see `mail_queue`) is told `link`, `minutes`
    and `context`. An empty `template` mails nothing: then the caller does. A closed account gets no mail; callers
    answer the same in every case, so that nobody learns who has an account. `next_url` is dropped unless it is a
    path on this site.
    Raises: Invalid (no e-mail address). Emits: a mail.
    """
    secret = secret_new()
    user = user_by_email(email)
    link = SignInLink(
        email=email.strip().lower(),
        user=user,
        name=name.strip()[:120],
        digest=digest(secret),
        next_url=safe_path(next_url),
        language=user.language if user else language,
        expires_at=clock.now() + datetime.timedelta(minutes=LINK_MINUTES),
    )
    validate(link)
    link.save(force_insert=True)
    path = reverse("account:link-use", args=[secret])
    if template and (user is None or user.is_active):
        mail_queue(
            key=f"sign_in_link:{link.pk}",
            to=link.email,
            template=template,
            context={**(context or {}), "link": absolute_url(path), "minutes": LINK_MINUTES},
            language=link.language,
        )
    return link, path


@transaction.atomic
def sign_in_link_use(*, secret: str) -> tuple[User, str]:
    """Use a link up and return its person and the path to go on to. Of two calls at once exactly one gets in.

    Makes the account if there is none (see `address_owner`).
    Raises: Gone (code link_used, link_expired), NotFound (link_unknown); Forbidden when the account is closed.
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
    user = address_owner(email=link.email, name=link.name, language=link.language)
    return user, link.next_url


@transaction.atomic
def address_owner(*, email: str, name: str = "", language: str) -> User:
    """Return the person who has just proved that the mailbox `email` is theirs; make the account if there is none.

    For callers that mailed a secret to the address and got it back (sign-in links, invitations). The address counts as
    confirmed from now on; a password and tokens set before it was may be a stranger's and are dropped.
    Raises: Forbidden when the account is closed.
    """
    email = email.strip().lower()
    user = user_by_email(email) or _user_create(email, name, language)
    if not user.is_active:
        raise Forbidden(_("This account is closed."), "inactive")
    _address_confirm(user, email)
    return user


def _refusal(state: SignInLinkState) -> DomainError:
    messages = {
        SignInLinkState.USED: _("This link was used already. Each link works once."),
        SignInLinkState.EXPIRED: _("This link is too old. Each link works for %(minutes)s minutes.")
        % {"minutes": LINK_MINUTES},
        SignInLinkState.UNKNOWN: _("This link is not complete, or it was never made here."),
    }
    error = NotFound if state is SignInLinkState.UNKNOWN else Gone
    return error(messages[state], f"link_{state.value}")


def _user_create(email: str, name: str, language: str) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, name=name, language=language)
    except IntegrityError:  # the same person arrived by another link just now
        return User.objects.get(email=email)
    activity_record(actor=user, verb="user.joined", target_type="user", target_id=user.pk)
    return user


def _address_confirm(user: User, email: str) -> None:
    first = not EmailAddress.objects.filter(user=user, primary=True).exists()
    address, is_new = EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": True, "primary": first}
    )
    if is_new or address.verified:
        return
    address.verified = True
    address.primary = address.primary or first
    address.save()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    AccessToken.objects.filter(user=user).delete()
