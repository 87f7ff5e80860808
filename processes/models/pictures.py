"""The picture of a process."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.models import TimeStampedModel
from processes.models.processes import Process


class ProcessPicture(TimeStampedModel):
    """What a process is shown with, and the words for whoever does not see it. Another picture is another row."""

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="picture")
    file = models.FileField(upload_to="pictures/%Y/%m/")
    alt = models.CharField(_("alternative text"), max_length=300)
    width = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    height = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    size_bytes = models.PositiveIntegerField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("picture of a process")
        verbose_name_plural = _("pictures of processes")

    def __str__(self):
        return self.alt
