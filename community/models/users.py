"""The user: a UUID, an e-mail address to sign in with, a name to show."""

import hashlib

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel

# Told apart by people with colour-blindness and readable under white text (contrast >= 4.5:1 each).
COLOURS = ["#0b5cad", "#8a3b00", "#00695c", "#7b1fa2", "#b3261e", "#3d5a00", "#5d4037", "#455a64"]

# Who is only known from an imported archive has an address here: nobody can prove to be them, so pages say so.
ARCHIVE_DOMAIN = "archive.invalid"


class UserManager(BaseUserManager):
    """Makes users; addresses are stored in lower case so that one person is one account."""

    def create_user(self, email: str, password: str | None = None, **fields):
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        """Make an operator (`manage.py createsuperuser`). Who does so on the server may vouch for the address."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str):
        return self.get(email=username.strip().lower())


class User(UUIDModel, AbstractBaseUser, PermissionsMixin):
    """A person. `name` is what others see; an empty one is shown as the part before the @.

    A person who leaves is not deleted, because what they wrote stays: `removed_at` is set and the row is emptied of
    everything that says who it was (services/people.py).
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    # Empty: as the installation, and for days of a process as the process.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    about = models.CharField(_("about me"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_lower")]

    def __str__(self):
        return self.display_name

    @property
    def display_name(self) -> str:
        """What others see: the name, else the part of the address before the @."""
        if self.removed_at:
            return gettext("Former member")
        name, _at, domain = self.email.partition("@")
        if domain == ARCHIVE_DOMAIN:
            return gettext("%(name)s (from an archive)") % {"name": self.name}
        return self.name or name

    @property
    def colour(self) -> str:
        """The colour of this person's cursor and initials (#rrggbb), the same on every page."""
        return COLOURS[hashlib.sha256(self.pk.bytes).digest()[0] % len(COLOURS)]

    @property
    def initials(self) -> str:
        """At most two letters for the small round face."""
        words = [word for word in self.display_name.replace(",", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    def get_full_name(self) -> str:
        """Return the display name (allauth and the admin ask for it)."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the display name."""
        return self.display_name
