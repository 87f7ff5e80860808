"""The document, its versions, its pictures and tickets to its socket."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from cocreation.kernel.models import TimeStampedModel, UUIDModel


class Document(TimeStampedModel):
    """A text that a task gave birth to. The text itself is the log of updates (DESIGN §5).

    `generation` is renewed by a backup restore, a redaction or a migration, so that an old tab cannot bring erased
    text back. `import_report` lists what a Word import could not keep.
    """

    task = models.ForeignKey("processes.Node", on_delete=models.CASCADE, related_name="documents")
    process = models.ForeignKey(
        "processes.Process", on_delete=models.CASCADE, related_name="documents"
    )
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    generation = models.UUIDField(default=uuid.uuid4, editable=False)
    schema_version = models.PositiveIntegerField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    interlinker = models.ForeignKey(
        "interlinkers.Interlinker",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    import_report = models.JSONField(default=list, blank=True)
    thread_count = models.PositiveIntegerField(default=0, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["created_at"]

    def __str__(self):
        return self.title


class Version(UUIDModel):
    """A moment of the text that answers, exports and diffs can point to: sequence, state, canonical JSON, hash."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sequence = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200, blank=True)
    state = models.BinaryField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once")
        ]

    def __str__(self):
        return f"{self.document} v{self.number}"


class DocumentImage(UUIDModel):
    """A picture of a document, referred to by id, never by address. Re-encoded on upload, so metadata is gone."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="images")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=60)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to="documents/%Y/%m/")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self):
        return self.name


class DocumentTicket(UUIDModel):
    """Leave for one person to open one document's socket, for at most 10 minutes. `digest` is SHA-256 of the secret."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="tickets")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self):
        return f"{self.user} → {self.document}"
