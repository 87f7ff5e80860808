"""Shapes of the catalogue in the API. Texts come in the language of the request (`context["language"]`)."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interlinkers.importers.fields import clean_text
from interlinkers.labels import form_label
from interlinkers.models import (
    Difficulty,
    Interlinker,
    InterlinkerFile,
    Nature,
    ProblemProfile,
    ProcessTemplate,
    TemplateNode,
)
from interlinkers.models.translations import words_in
from interlinkers.selectors import interlinker_file_path


class TextField(serializers.CharField):
    """A translated text in the language of the request. `text`: the field's name in the translation table."""

    def __init__(self, *, text: str | None = None, **kwargs):
        self.text = text
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value):
        return value.text(self.text or self.field_name, self.context.get("language"))


class TagsField(serializers.ListField):
    child = serializers.CharField()

    def __init__(self, **kwargs):
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value):
        return list(value.text("tags", self.context.get("language")) or [])


class ShownLanguageField(serializers.CharField):
    def __init__(self, **kwargs):
        super().__init__(
            source="*",
            read_only=True,
            help_text="The language that the name is shown in.",
            **kwargs,
        )

    def to_representation(self, value):
        best = value.translation(self.context.get("language"))
        return best.language if best else ""


class LanguagesField(serializers.ListField):
    child = serializers.CharField()

    def __init__(self, **kwargs):
        super().__init__(read_only=True, help_text="The languages there are texts in.", **kwargs)


class ProblemProfileBriefSerializer(serializers.ModelSerializer):
    name = TextField()

    class Meta:
        model = ProblemProfile
        fields = ["id", "name", "group"]


class ProblemProfileSerializer(ProblemProfileBriefSerializer):
    description = TextField(help_text="Markdown.")
    functionality = TextField(help_text="What helps with it; Markdown.")
    language = ShownLanguageField()
    languages = LanguagesField()
    interlinker_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = ProblemProfile
        fields = [
            "id",
            "external_id",
            "source",
            "name",
            "group",
            "description",
            "functionality",
            "language",
            "languages",
            "interlinker_count",
        ]


class FileSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField(help_text="Path on this server.")

    class Meta:
        model = InterlinkerFile
        fields = ["id", "role", "language", "name", "content_type", "size_bytes", "url"]

    def get_url(self, file: InterlinkerFile) -> str:
        return interlinker_file_path(file)


class InterlinkerSerializer(serializers.ModelSerializer):
    """An interlinker as lists show it."""

    name = TextField()
    summary = TextField()
    language = ShownLanguageField()
    languages = LanguagesField()
    form_label = serializers.SerializerMethodField()
    problem_profiles = ProblemProfileBriefSerializer(many=True, read_only=True)
    used_in_count = serializers.IntegerField(
        read_only=True, help_text="How many processes hold it."
    )
    logo = serializers.SerializerMethodField(help_text="Path on this server, or null.")

    class Meta:
        model = Interlinker
        fields = [
            "id",
            "external_id",
            "source",
            "nature",
            "form",
            "form_label",
            "difficulty",
            "effort_minutes",
            "licence",
            "name",
            "summary",
            "language",
            "languages",
            "problem_profiles",
            "used_in_count",
            "logo",
        ]

    def get_form_label(self, interlinker: Interlinker) -> str:
        return form_label(interlinker.form)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_logo(self, interlinker: Interlinker) -> str | None:
        return interlinker_file_path(interlinker.logos[0]) if interlinker.logos else None


class InterlinkerDetailSerializer(InterlinkerSerializer):
    """An interlinker with everything there is to read about it."""

    description = TextField(help_text="Markdown.")
    instructions = TextField(help_text="Markdown.")
    text = TextField(help_text="What a document starts from; Markdown.")
    constraints = TextField(help_text="Markdown.")
    regulations = TextField(help_text="Markdown.")
    uri = TextField(help_text="Where an external interlinker is.")
    asset_name = TextField(help_text="What to call a link to it.")
    tags = TagsField()
    files = FileSerializer(many=True, read_only=True)

    class Meta:
        model = Interlinker
        fields = [
            *InterlinkerSerializer.Meta.fields,
            "origin",
            "file_format",
            "targets",
            "types",
            "scopes",
            "is_sustainability_related",
            "description",
            "instructions",
            "text",
            "constraints",
            "regulations",
            "uri",
            "asset_name",
            "tags",
            "integration",
            "files",
        ]


class SearchField(serializers.CharField):
    """Words to look for. Characters that no text can have are dropped: they find nothing, and are no error."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False, allow_blank=True, max_length=200, trim_whitespace=False, **kwargs
        )

    def to_internal_value(self, data):
        words = super().to_internal_value(data)
        # Counted as it came, as the description says it, not what is left of it.
        if len(words) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return clean_text(words)


class InterlinkerQuerySerializer(serializers.Serializer):
    """What the list can be narrowed by; repeat a parameter for several values."""

    nature = serializers.MultipleChoiceField(choices=Nature.choices, required=False)
    form = serializers.ListField(
        child=serializers.RegexField(r"^[a-z0-9_;:. -]{1,40}$", trim_whitespace=False),
        required=False,
        max_length=20,
    )
    difficulty = serializers.MultipleChoiceField(choices=Difficulty.choices, required=False)
    problem_profile = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=50
    )
    available_in = serializers.ListField(
        child=serializers.RegexField(r"^[a-z]{2,3}(-[a-z0-9]{2,4})?$"),
        required=False,
        max_length=20,
        help_text="Languages; keeps what has texts in one of them.",
    )
    search = SearchField(
        help_text="Words, all of which must be found, in any script and case, with or without accents."
    )


class ProblemProfileQuerySerializer(serializers.Serializer):
    search = SearchField()


class ProcessTemplateSerializer(serializers.ModelSerializer):
    """A process template as lists show it."""

    name = TextField()
    summary = TextField()
    language = ShownLanguageField()
    languages = LanguagesField()
    phase_count = serializers.IntegerField(read_only=True)
    objective_count = serializers.IntegerField(read_only=True)
    task_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = ProcessTemplate
        fields = [
            "id",
            "external_id",
            "source",
            "licence",
            "name",
            "summary",
            "language",
            "languages",
            "phase_count",
            "objective_count",
            "task_count",
        ]


class InterlinkerNameSerializer(serializers.ModelSerializer):
    name = TextField()

    class Meta:
        model = Interlinker
        fields = ["id", "name", "nature"]


class TemplatePointSerializer(serializers.Serializer):
    """A point of a task's checklist."""

    text = serializers.CharField()
    is_needed = serializers.BooleanField()


class TemplateNodeSerializer(serializers.ModelSerializer):
    """A phase, objective or task of a template, with what is below it in `children`."""

    name = TextField()
    description = TextField(help_text="Markdown.")
    done_when = TextField()
    problem_profiles = ProblemProfileBriefSerializer(many=True, read_only=True)
    interlinkers = InterlinkerNameSerializer(many=True, read_only=True)
    requires = serializers.SerializerMethodField(help_text="Ids of the nodes that come before.")
    starts_document = serializers.SerializerMethodField(
        help_text="Whether the task gives birth to a document."
    )
    roles = serializers.SerializerMethodField(
        help_text="{kind of team: role} that such teams get on the task when its document is started."
    )
    checklist = serializers.SerializerMethodField(help_text="What the task waits for, in order.")
    children = serializers.SerializerMethodField()

    class Meta:
        model = TemplateNode
        fields = [
            "id",
            "external_id",
            "kind",
            "phase_kind",
            "name",
            "description",
            "done_when",
            "duration_days",
            "is_part_of_codelivery",
            "problem_profiles",
            "interlinkers",
            "requires",
            "starts_document",
            "roles",
            "checklist",
            "children",
        ]

    def to_representation(self, branch):
        return {
            **super().to_representation(branch.node),
            "children": TemplateNodeSerializer(
                branch.children, many=True, context=self.context
            ).data,
        }

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_requires(self, node: TemplateNode) -> list:
        return [str(row.requires_id) for row in node.prerequisites.all()]

    def get_starts_document(self, node: TemplateNode) -> bool:
        return bool(node.document)

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_roles(self, node: TemplateNode) -> dict:
        return node.roles

    @extend_schema_field(TemplatePointSerializer(many=True))
    def get_checklist(self, node: TemplateNode) -> list:
        language = self.context.get("language")
        return [
            {"text": words_in(point["texts"], language), "is_needed": point["is_needed"]}
            for point in node.checklist
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_children(self, node: TemplateNode) -> list:
        return []


class ProcessTemplateDetailSerializer(ProcessTemplateSerializer):
    """A process template with its tree."""

    description = TextField(help_text="Markdown.")
    tags = TagsField()
    phases = TemplateNodeSerializer(many=True, read_only=True, source="tree")

    class Meta:
        model = ProcessTemplate
        fields = [*ProcessTemplateSerializer.Meta.fields, "origin", "description", "tags", "phases"]
