"""The log of updates: the truth about a text. Rows stay; snapshots only make loading fast (DESIGN §5)."""

from django.conf import settings
from django.db import models

from cocreation.kernel import clock
from documents.models.documents import Document


class DocumentHead(models.Model):
    """The last sequence number of a document. Locked while rows are added, so that numbers have no gaps."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="head", primary_key=True
    )
    sequence = models.PositiveBigIntegerField(default=0)
    snapshot_sequence = models.PositiveBigIntegerField(default=0)
    text_updated_at = models.DateTimeField(default=clock.now)
    # How often the text was frozen because its phase closed: who writes under an older number is asked about again.
    closings = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.document_id} at {self.sequence}"


class UpdateKind(models.TextChoices):
    EDIT = "edit", "edit"
    START = "start", "start"
    IMPORT = "import", "import"
    RESTORE = "restore", "restore"


class DocumentUpdate(models.Model):
    """One author's and connection's part of one batch: a Yjs v1 update. `checksum` is CRC-32 of `data`."""

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="updates")
    sequence = models.PositiveBigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    connection_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=10, choices=UpdateKind.choices, default=UpdateKind.EDIT)
    data = models.BinaryField()
    checksum = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["document", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["document", "sequence"], name="update_sequence_once")
        ]

    def __str__(self):
        return f"{self.document_id} #{self.sequence}"


class DocumentSnapshot(models.Model):
    """The whole state at one sequence number, so that loading need not replay every row."""

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="snapshots")
    generation = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    state = models.BinaryField()
    checksum = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["document", "sequence"], name="snapshot_sequence_once")
        ]

    def __str__(self):
        return f"{self.document_id} at {self.sequence}"


class DocumentClient(models.Model):
    """To whom a Yjs client id belongs in a document: the first who uses it (DESIGN §6, the gate)."""

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="clients")
    client_id = models.PositiveBigIntegerField()
    # Empty for the server's own client ids (the first text, an import).
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "client_id"], name="client_id_once")
        ]

    def __str__(self):
        return f"{self.document_id} {self.client_id}"
