"""What happened (activity log), what was sent (mail), and that the job worker is alive (heartbeat)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import UUIDModel

ONLY_ADDED_TO = "the activity log is only added to"


class ActivityQuerySet(models.QuerySet):
    """Rows that are read and added. The database refuses the rest too (community/append_only.py)."""

    def update(self, **_changes: object) -> int:
        """Refuse. Raises: TypeError."""
        raise TypeError(ONLY_ADDED_TO)

    def delete(self) -> tuple[int, dict]:
        """Refuse. Raises: TypeError."""
        raise TypeError(ONLY_ADDED_TO)

    def bulk_update(self, *_rows: object, **_options: object) -> int:
        """Refuse. Raises: TypeError."""
        raise TypeError(ONLY_ADDED_TO)

    def words_forget(self, words: set[str], keys: tuple[str, ...]) -> None:
        """Empty the label and these details of lines where they are one of `words`: somebody leaves, the line stays."""
        models.QuerySet.update(self.filter(target_label__in=words), target_label="")
        named = models.Q()
        for key in keys:
            named |= models.Q(**{f"details__{key}__in": list(words)})
        for row in self.filter(named).iterator():
            details = {
                key: "" if key in keys and value in words else value
                for key, value in row.details.items()
            }
            models.QuerySet.update(self.filter(pk=row.pk), details=details)


class Activity(UUIDModel):
    """One change of state: who, what, when, and by which door (`via`). Targets are strings: this lies below every app.

    `process_id` and `document_id` are the places it is shown at. Rows are written once and never changed.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.UUIDField()
    target_label = models.CharField(max_length=300, blank=True)
    process_id = models.UUIDField(null=True, blank=True)
    document_id = models.UUIDField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    # "page", "api", "job" or "command"; no address of anybody's machine. Empty on lines from before it was written.
    via = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["process_id", "-created_at"]),
            models.Index(fields=["document_id", "-created_at"]),
            models.Index(fields=["target_id", "-created_at"]),
        ]

    def __str__(self):
        return f"{self.verb} {self.target_label}"

    def save(self, *args: object, **options: object) -> None:
        """Add the row; an old one is refused. Raises: TypeError."""
        if not self._state.adding:
            raise TypeError(ONLY_ADDED_TO)
        super().save(*args, **options)

    def delete(self, *_args: object, **_options: object) -> tuple[int, dict]:
        """Refuse. Raises: TypeError."""
        raise TypeError(ONLY_ADDED_TO)


class MailStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Mail(UUIDModel):
    """A mail to send: written in the transaction that causes it, sent by a job. `key` makes each thing mailed once.

    A text may hold a one-time link, so it is emptied once it is sent (the demo keeps it, to show it). A job takes
    a mail by moving it from waiting to sending in one statement; `claimed_at` tells a claim whose job died.
    """

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    language = models.CharField(max_length=8, default="en")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=MailStatus.choices, default=MailStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    next_attempt_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "next_attempt_at"])]

    def __str__(self):
        return f"{self.to}: {self.subject}"


class Heartbeat(models.Model):
    """The last sign of life of the job worker, for /healthz. One row per name."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.beat_at}"
