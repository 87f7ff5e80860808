"""Shapes of documents, threads and answers in the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cocreation.kernel.markdown import render_markdown
from cocreation.kernel.rest import InputSerializer
from documents.models import (
    Comment,
    Disposition,
    Document,
    DocumentImage,
    Outcome,
    Thread,
    ThreadStatus,
)
from documents.permissions import document_abilities


class AnchorSerializer(InputSerializer):
    """A passage. Offsets are UTF-16 units within the text of the block."""

    block_id = serializers.CharField(required=False, allow_blank=True, max_length=40)
    start = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    end = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    quote = serializers.CharField(
        required=False, allow_blank=True, max_length=16_000, trim_whitespace=False
    )
    prefix = serializers.CharField(
        required=False, allow_blank=True, max_length=64, trim_whitespace=False
    )
    suffix = serializers.CharField(
        required=False, allow_blank=True, max_length=64, trim_whitespace=False
    )
    relative_start = serializers.CharField(required=False, allow_blank=True, max_length=400)
    relative_end = serializers.CharField(required=False, allow_blank=True, max_length=400)
    generation = serializers.CharField(required=False, allow_blank=True, max_length=36)


class PersonSerializer(serializers.Serializer):
    """What others see of a person."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="display_name")


class DocumentSerializer(serializers.ModelSerializer):
    """A document without its text."""

    abilities = serializers.SerializerMethodField()
    sequence = serializers.IntegerField(source="head.sequence", read_only=True)
    text_updated_at = serializers.DateTimeField(source="head.text_updated_at", read_only=True)

    class Meta:
        model = Document
        fields = [
            "id",
            "process",
            "task",
            "title",
            "language",
            "generation",
            "schema_version",
            "sequence",
            "text_updated_at",
            "thread_count",
            "import_report",
            "created_at",
            "abilities",
        ]
        read_only_fields = [name for name in fields if name != "title"]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "boolean"}})
    def get_abilities(self, document: Document) -> dict[str, bool]:
        """Return what the asking person may do."""
        return document_abilities(self.context["request"].user, document)


class DocumentListSerializer(serializers.ModelSerializer):
    """A document in a list."""

    class Meta:
        model = Document
        fields = ["id", "process", "task", "title", "language", "thread_count", "created_at"]


class RedactionSerializer(InputSerializer):
    """A passage to erase for good: a block, and the words or their UTF-16 offsets. The reason stays in the log."""

    block_id = serializers.CharField(max_length=40)
    quote = serializers.CharField(
        required=False, allow_blank=True, max_length=16_000, trim_whitespace=False
    )
    start = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    end = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    reason = serializers.CharField(max_length=500)


class RedactedSerializer(serializers.Serializer):
    """What was erased: rows changed, and in how many other places the same words still stand."""

    rows = serializers.IntegerField()
    elsewhere = serializers.IntegerField()


class DocumentRenameSerializer(InputSerializer):
    """The title to give."""

    title = serializers.CharField(max_length=200)


class DocumentFilterSerializer(serializers.Serializer):
    """What the list of documents can be narrowed by."""

    process = serializers.UUIDField(required=False, help_text="Only of this process.")


class ThreadFilterSerializer(serializers.Serializer):
    """What the threads can be narrowed by."""

    status = serializers.ChoiceField(ThreadStatus.choices, required=False)
    needs_answer = serializers.BooleanField(
        required=False, help_text="Only those that wait for an answer."
    )


class ThreadsFilterSerializer(ThreadFilterSerializer):
    """What the threads of all documents can be narrowed by."""

    process = serializers.UUIDField(required=False, help_text="Only of this process.")
    document = serializers.UUIDField(required=False, help_text="Only of this document.")


class CommentSerializer(serializers.ModelSerializer):
    """A comment; the words of a removed one are empty."""

    author = PersonSerializer(allow_null=True, read_only=True)
    body = serializers.SerializerMethodField()
    html = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ["id", "author", "body", "html", "created_at", "edited_at", "removed_at"]

    def get_body(self, comment: Comment) -> str:
        """Return the Markdown, empty when removed."""
        return "" if comment.removed_at else comment.body

    def get_html(self, comment: Comment) -> str:
        """Return the rendered, sanitised body."""
        return "" if comment.removed_at else str(render_markdown(comment.body))


class DispositionSerializer(serializers.ModelSerializer):
    """The official answer."""

    author = PersonSerializer(allow_null=True, read_only=True)
    version = serializers.SerializerMethodField()

    class Meta:
        model = Disposition
        fields = ["outcome", "reason", "author", "version", "changes", "decided_at"]

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_version(self, disposition: Disposition) -> int | None:
        """Return the number of the version that holds the changed words."""
        return disposition.version.number if disposition.version else None


class ThreadSerializer(serializers.ModelSerializer):
    """A thread with its comments and its answer."""

    comments = CommentSerializer(many=True, read_only=True)
    created_by = PersonSerializer(allow_null=True, read_only=True)
    disposition = serializers.SerializerMethodField()
    anchor = serializers.SerializerMethodField()

    class Meta:
        model = Thread
        fields = [
            "id",
            "document",
            "number",
            "status",
            "needs_answer",
            "anchor",
            "created_by",
            "created_at",
            "comments",
            "disposition",
        ]

    @extend_schema_field(AnchorSerializer)
    def get_anchor(self, thread: Thread) -> dict:
        """Return where in the text the thread is anchored."""
        return {name: getattr(thread, name) for name in AnchorSerializer().fields}

    @extend_schema_field(DispositionSerializer(allow_null=True))
    def get_disposition(self, thread: Thread) -> dict | None:
        """Return the official answer, or null."""
        disposition = getattr(thread, "disposition", None)
        return DispositionSerializer(disposition).data if disposition else None


class ThreadCreateSerializer(InputSerializer):
    """A new thread: the passage and the first comment (Markdown)."""

    anchor = AnchorSerializer(required=False)
    body = serializers.CharField(max_length=10_000)


class CommentWriteSerializer(InputSerializer):
    """A reply, or new words for one's own comment (Markdown)."""

    body = serializers.CharField(max_length=10_000)


class DispositionWriteSerializer(InputSerializer):
    """The official answer to give; `change` is the passage that now answers the comment."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reason = serializers.CharField(max_length=10_000)
    change = AnchorSerializer(required=False, allow_null=True)


class ThreadPatchSerializer(InputSerializer):
    """Resolve or reopen."""

    status = serializers.ChoiceField(choices=ThreadStatus.choices)


class TicketSerializer(serializers.Serializer):
    """A ticket to the document's socket."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MarkdownSerializer(serializers.Serializer):
    """The text as Markdown at one sequence."""

    markdown = serializers.CharField()
    sequence = serializers.IntegerField()


class ImageSerializer(serializers.ModelSerializer):
    """A stored picture; documents refer to it by `id`."""

    class Meta:
        model = DocumentImage
        fields = ["id", "name", "content_type", "width", "height", "size_bytes"]


class ImageUploadSerializer(serializers.Serializer):
    """A picture to store. An empty file is of the right shape and no picture: the service says so."""

    file = serializers.FileField(allow_empty_file=True)


class ResponseRowSerializer(serializers.Serializer):
    """One line of the response table."""

    thread_id = serializers.UUIDField()
    number = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    author = serializers.CharField()
    passage = serializers.CharField()
    is_orphaned = serializers.BooleanField()
    comment = serializers.CharField()
    replies = serializers.IntegerField()
    outcome = serializers.CharField()
    outcome_label = serializers.CharField()
    reason = serializers.CharField()
    answered_by = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    changes = serializers.ListField(child=serializers.DictField())
    version_number = serializers.IntegerField(allow_null=True)


class ResponseTableSerializer(serializers.Serializer):
    """The response table with its counts."""

    answered = serializers.IntegerField()
    asked = serializers.IntegerField()
    rows = ResponseRowSerializer(many=True)
