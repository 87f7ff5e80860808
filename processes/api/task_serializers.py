"""Shapes of tasks, what they hold and what is recommended for them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cocreation.kernel.rest import InputSerializer, missing
from processes.api.people_serializers import AssignmentSerializer
from processes.api.serializers import NodeSerializer
from processes.api.shapes import AbilitiesMixin, NamedSerializer, ParticipantSerializer
from processes.models import AssetKind, ChecklistItem, Node, NodeStatus, Role
from processes.models.checklists import POINTS_MAX
from processes.permissions import abilities_for
from processes.selectors.drafting import STATES, roles_proposed

START_KINDS = ["empty", "interlinker", "docx", "template"]


class AssetDocumentSerializer(serializers.Serializer):
    """The document of an asset."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField(help_text="Path of its page.")


class AssetSerializer(AbilitiesMixin, serializers.Serializer):
    """Something that a task holds (shown from an AssetView)."""

    id = serializers.UUIDField(source="asset.pk")
    kind = serializers.ChoiceField(AssetKind.choices, source="asset.kind")
    task = serializers.UUIDField(source="asset.task_id")
    title = serializers.CharField()
    description = serializers.CharField(source="asset.description")
    document = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="Of links.")
    file_name = serializers.CharField(source="asset.file_name")
    content_type = serializers.CharField(source="asset.content_type")
    size_bytes = serializers.IntegerField(source="asset.size_bytes", allow_null=True)
    interlinker = serializers.UUIDField(source="asset.interlinker_id", allow_null=True)
    created_by = ParticipantSerializer(source="asset.created_by", allow_null=True)
    created_at = serializers.DateTimeField(source="asset.created_at")
    removed_at = serializers.DateTimeField(source="asset.removed_at", allow_null=True)

    @extend_schema_field(AssetDocumentSerializer(allow_null=True))
    def get_document(self, view) -> dict | None:
        if view.asset.kind != AssetKind.DOCUMENT:
            return None
        return {"id": str(view.asset.object_id), "title": view.title, "url": view.url}

    def get_url(self, view) -> str:
        return view.asset.url

    def abilities_of(self, user, obj) -> dict[str, bool]:
        abilities = abilities_for(user, obj.asset)
        return {name: abilities[name] for name in ("document_read", "document_write", "asset_edit")}


class AssetCreateSerializer(InputSerializer):
    """What to put into a task.

    `link`: url. `interlinker`: its id. `document`: title and `start` ("interlinker" needs its id, "docx" a file, sent
    as multipart; "template": what the template of the task proposes, its title too; teams get the proposed roles).
    `file`: a file, as multipart.
    """

    kind = serializers.ChoiceField(AssetKind.choices)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    url = serializers.CharField(required=False, max_length=1000)
    interlinker = serializers.UUIDField(required=False)
    start = serializers.ChoiceField(START_KINDS, required=False, default="empty")

    def validate(self, attrs):
        needed = {
            AssetKind.LINK: ["url"],
            AssetKind.INTERLINKER: ["interlinker"],
            AssetKind.FILE: ["file"],
            AssetKind.DOCUMENT: {
                "interlinker": ["interlinker"],
                "docx": ["file"],
                "template": [],
            }.get(attrs["start"], ["title"]),
        }[attrs["kind"]]
        if lacking := [name for name in needed if not attrs.get(name)]:
            raise missing(*lacking)
        return attrs


class AssetUploadSerializer(AssetCreateSerializer):
    """The same as multipart, with a file."""

    file = serializers.FileField(required=False, allow_empty_file=True, max_length=500)


class AssetPatchSerializer(InputSerializer):
    """The fields to change; a document is renamed at `documents/{id}/`."""

    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    url = serializers.CharField(required=False, max_length=1000, help_text="Of links.")


class CarryOnSerializer(InputSerializer):
    """Where a text goes on."""

    task = serializers.UUIDField(help_text="A task of another phase of the same process.")


class StartSuggestionSerializer(serializers.Serializer):
    """The document that the template proposes to start."""

    title = serializers.CharField()
    interlinker = serializers.SerializerMethodField(help_text="What to start from, by id.")
    roles = serializers.SerializerMethodField(
        help_text="{kind of team: role} that such teams get on the task when it is started."
    )

    @extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
    def get_interlinker(self, suggestion) -> str | None:
        return str(suggestion.interlinker.pk) if suggestion.interlinker else None

    @extend_schema_field(serializers.DictField(child=serializers.ChoiceField(Role.choices)))
    def get_roles(self, suggestion) -> dict:
        return roles_proposed(self.context["task"])


class RoleProposalSerializer(serializers.Serializer):
    """The role on a task that the template proposes for a team, and whether it was given or what stands against it."""

    team = NamedSerializer()
    role = serializers.ChoiceField(Role.choices)
    state = serializers.ChoiceField(list(STATES), help_text="give: it would be given.")


class TitledSerializer(serializers.Serializer):
    """Something with a title, by its id."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class PointSerializer(serializers.ModelSerializer):
    """A point of a task's checklist. The task is finished only when all that are needed are done."""

    is_done = serializers.BooleanField(read_only=True)
    done_by = ParticipantSerializer(allow_null=True, read_only=True)

    class Meta:
        model = ChecklistItem
        fields = [
            "id",
            "task",
            "text",
            "is_needed",
            "position",
            "is_done",
            "done_at",
            "done_by",
            "removed_at",
        ]
        read_only_fields = fields


class PointCreateSerializer(InputSerializer):
    """A new point."""

    text = serializers.CharField(max_length=300)
    is_needed = serializers.BooleanField(
        required=False, default=True, help_text="Whether the task waits for it to be finished."
    )
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=POINTS_MAX, help_text="0 is first; left out is last."
    )


class PointPatchSerializer(InputSerializer):
    """The fields to change; `position` moves it, the others keep their order."""

    text = serializers.CharField(max_length=300, required=False)
    is_needed = serializers.BooleanField(required=False)
    position = serializers.IntegerField(required=False, min_value=0, max_value=POINTS_MAX)


class PointTickSerializer(InputSerializer):
    """Whether it is done."""

    is_done = serializers.BooleanField()


class TaskSerializer(NodeSerializer):
    """A task with what it holds, who does it, what it waits for (with a TaskDetail as `detail` in the context)."""

    assignments = serializers.SerializerMethodField()
    assets = serializers.SerializerMethodField()
    waits_for = serializers.SerializerMethodField(help_text="Prerequisites that are not finished.")
    suggestion = serializers.SerializerMethodField()
    checklist = serializers.SerializerMethodField()

    class Meta(NodeSerializer.Meta):
        fields = [
            *NodeSerializer.Meta.fields,
            "assignments",
            "assets",
            "waits_for",
            "suggestion",
            "checklist",
        ]
        read_only_fields = fields

    @extend_schema_field(AssignmentSerializer(many=True))
    def get_assignments(self, task) -> list:
        return AssignmentSerializer(self.context["detail"].assignments, many=True).data

    @extend_schema_field(AssetSerializer(many=True))
    def get_assets(self, task) -> list:
        return AssetSerializer(self.context["detail"].assets, many=True, context=self.context).data

    @extend_schema_field(TitledSerializer(many=True))
    def get_waits_for(self, task) -> list:
        return TitledSerializer(self.context["detail"].requires, many=True).data

    @extend_schema_field(PointSerializer(many=True))
    def get_checklist(self, task) -> list:
        return PointSerializer(self.context["detail"].checklist.points, many=True).data

    @extend_schema_field(StartSuggestionSerializer(allow_null=True))
    def get_suggestion(self, task) -> dict | None:
        suggestion = self.context["detail"].suggestion
        context = {**self.context, "task": task}
        return StartSuggestionSerializer(suggestion, context=context).data if suggestion else None


class TaskRowSerializer(serializers.ModelSerializer):
    """A task in a list."""

    class Meta:
        model = Node
        fields = ["id", "process", "parent", "title", "status", "starts_on", "ends_on"]
        read_only_fields = fields


class TaskFilterSerializer(serializers.Serializer):
    """What the list of tasks can be narrowed by."""

    process = serializers.UUIDField(required=False, help_text="Only of this process.")
    status = serializers.ChoiceField(NodeStatus.choices, required=False)
    mine = serializers.BooleanField(
        required=False, default=False, help_text="Only those given to you or a team of yours."
    )


class RecommendationSerializer(serializers.Serializer):
    """An interlinker that fits the task, and why."""

    interlinker = serializers.SerializerMethodField()
    score = serializers.FloatField()
    reasons = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(NamedSerializer)
    def get_interlinker(self, found) -> dict:
        tool = found.interlinker
        return {"id": str(tool.pk), "name": tool.text("name")}
