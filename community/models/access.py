"""Ways in besides the password: tokens for programs, links for people. Only hashes are stored."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel


class TokenScope(models.TextChoices):
    READ = "read", _("Read only")
    WRITE = "write", _("Read and write")


class AccessToken(UUIDModel):
    """A token for `Authorization: Token …`. The secret is shown once; `digest` is its SHA-256."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens"
    )
    name = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=16, choices=TokenScope.choices, default=TokenScope.WRITE)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-created_at"]

    def __str__(self):
        return self.name or str(self.id)


class SignInLink(UUIDModel):
    """A one-time link sent by e-mail: opens a page with one button that signs the person in.

    `user` is empty while the address has no account: it is made when the link is used. `next_url` is a path of
    ours to go on to.
    """

    email = models.EmailField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    next_url = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self):
        return f"{self.email} {self.created_at:%Y-%m-%d}"
