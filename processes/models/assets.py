"""What a task holds: a document, a file, a link, an interlinker from the catalogue."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel
from processes.models.tree import Node


class AssetKind(models.TextChoices):
    DOCUMENT = "document", _("Document")
    FILE = "file", _("File")
    LINK = "link", _("Link")
    INTERLINKER = "interlinker", _("Interlinker")


class Asset(TimeStampedModel):
    """One thing of a task. `object_id` points to the row of a registered kind (a document) in a higher app."""

    task = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=16, choices=AssetKind.choices)
    title = models.CharField(_("title"), max_length=200)
    description = models.CharField(_("description"), max_length=1000, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    file = models.FileField(upload_to="assets/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(null=True, blank=True)
    interlinker = models.ForeignKey(
        "interlinkers.Interlinker",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["created_at"]
        indexes = [models.Index(fields=["object_id"])]

    def __str__(self):
        return self.title
