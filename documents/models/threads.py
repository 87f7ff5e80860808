"""Comments beside the text, never in it, and the official answers to them (DESIGN §5)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cocreation.kernel import clock
from cocreation.kernel.models import TimeStampedModel, UUIDModel
from documents.models.documents import Document, Version


class ThreadStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("comment", "Open")
    RESOLVED = "resolved", _("Resolved")


class Anchor(models.Model):
    """Where in the text: W3C selectors. Offsets are UTF-16 units in the block's text, an inline atom counting one.

    `relative_start`/`relative_end` are Yjs relative positions made by the browser (base64); only it resolves them.
    An empty `block_id` means the whole document.
    """

    block_id = models.CharField(max_length=40, blank=True)
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    quote = models.TextField(blank=True, max_length=4000)
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    relative_start = models.CharField(max_length=400, blank=True)
    relative_end = models.CharField(max_length=400, blank=True)
    generation = models.UUIDField(null=True, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True


class Thread(Anchor, TimeStampedModel):
    """A discussion of one passage. `number` counts within the document: people say "#12"."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="threads")
    number = models.PositiveIntegerField()
    status = models.CharField(
        max_length=10, choices=ThreadStatus.choices, default=ThreadStatus.OPEN
    )
    needs_answer = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="threads"
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("comment thread")
        verbose_name_plural = _("comment threads")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="thread_number_once")
        ]

    def __str__(self):
        return f"#{self.number}"


class Comment(UUIDModel):
    """One contribution to a thread, in Markdown. A removed one keeps its place, not its words."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments"
    )
    body = models.TextField(_("comment"), max_length=10_000)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at"]

    def __str__(self):
        return self.body[:60]


class CommentDraft(Anchor, UUIDModel):
    """A comment written before signing in. It is published when the link in the mail is confirmed."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="drafts")
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    body = models.TextField(max_length=10_000)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    comment = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self):
        return f"{self.email}: {self.body[:40]}"


class Outcome(models.TextChoices):
    """The five official outcomes of a comment."""

    TAKEN_IN_FULL = "taken_in_full", _("Taken in full")
    TAKEN_IN_PART = "taken_in_part", _("Taken in part")
    NOT_TAKEN = "not_taken", _("Not taken")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")
    ANSWERED = "answered", _("Answered")


class Disposition(TimeStampedModel):
    """The official outcome of a thread, with its reason and, when it changed the text, the words it changed.

    `changes` is a list of {"block_id", "start", "end", "quote", "before"} in `version`: the passage that answers,
    and what stood there when the comment was made.
    """

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="disposition")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    reason = models.TextField(_("reason"), max_length=10_000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changes = models.JSONField(default=list, blank=True)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")

    def __str__(self):
        return f"#{self.thread.number}: {self.outcome}"
