"""How many words of a text are whose, as a job counted them. Never the truth: it can be counted again at any time."""

from django.conf import settings
from django.db import models

from documents.models.documents import Document


class TextCount(models.Model):
    """Up to which row of the log a text was counted, and when."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="count", primary_key=True
    )
    generation = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    words = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self):
        return f"{self.document_id}: {self.words}"


class AuthorCount(models.Model):
    """How many words of a text are one person's; without a user: nobody's, or of people who are gone."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="author_counts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "user"], name="author_count_once")
        ]

    def __str__(self):
        return f"{self.document_id} {self.user_id}: {self.words}"


class AuthorDay(models.Model):
    """That a person wrote in a text on a day (of the process's time zone)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="author_days")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "user", "day"], name="author_day_once")
        ]

    def __str__(self):
        return f"{self.document_id} {self.user_id} {self.day}"
