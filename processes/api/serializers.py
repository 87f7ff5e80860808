"""Shapes of processes, nodes and their trees in the API."""

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cocreation.kernel.rest import InputSerializer, missing
from processes.api.shapes import AbilitiesMixin, NamedSerializer, PictureSerializer
from processes.models import (
    Governance,
    Node,
    NodeKind,
    NodeStatus,
    PhaseLevel,
    PhaseState,
    PrerequisiteKind,
    Process,
    ProcessStatus,
    Visibility,
    WorkDays,
)
from processes.models.phases import PASSERS_BY
from processes.permissions import abilities_for, role_of
from processes.phase_presets import PRESETS
from processes.selectors.activity import KINDS
from processes.selectors.pictures import picture_of


class ProcessSerializer(AbilitiesMixin, serializers.ModelSerializer):
    """A process in a list."""

    organisation = NamedSerializer(allow_null=True, read_only=True)
    picture = serializers.SerializerMethodField(help_text="What it is shown with, if anything.")
    role = serializers.SerializerMethodField(help_text="Your role, or visitor, or anonymous.")

    class Meta:
        model = Process
        fields = [
            "id",
            "title",
            "summary",
            "language",
            "twins",
            "visibility",
            "status",
            "organisation",
            "picture",
            "created_at",
            "updated_at",
            "role",
            "abilities",
        ]
        read_only_fields = fields

    @extend_schema_field(PictureSerializer(allow_null=True))
    def get_picture(self, process: Process) -> dict | None:
        picture = picture_of(process)
        return PictureSerializer(picture).data if picture else None

    def get_role(self, process: Process) -> str:
        return role_of(self.context["request"].user, process)

    def abilities_of(self, user, obj) -> dict[str, bool]:
        return abilities_for(user, obj)


class ProcessDetailSerializer(ProcessSerializer):
    """A process with all its texts."""

    governance = serializers.ChoiceField(
        Governance.choices, allow_blank=True, read_only=True, help_text="Empty: not said."
    )

    class Meta(ProcessSerializer.Meta):
        fields = [
            *ProcessSerializer.Meta.fields,
            "description",
            "governance",
            "time_zone",
            "work_days",
            "template",
            "revision",
        ]
        read_only_fields = fields


class ProcessFilterSerializer(serializers.Serializer):
    """What the list of processes can be narrowed by."""

    status = serializers.ChoiceField(ProcessStatus.choices, required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)
    organisation = serializers.CharField(
        required=False, max_length=80, help_text="Id or slug of the organisation."
    )
    search = serializers.CharField(
        required=False, max_length=200, help_text="Words of the title or the summary."
    )
    mine = serializers.BooleanField(
        required=False, default=False, help_text="Only where you take part."
    )


class ProcessFieldsSerializer(InputSerializer):
    """What can be said of a process at any time."""

    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=400, required=False, allow_blank=True)
    description = serializers.CharField(
        max_length=20_000, required=False, allow_blank=True, help_text="Markdown."
    )
    language = serializers.ChoiceField(settings.LANGUAGES)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    governance = serializers.ChoiceField(
        Governance.choices,
        required=False,
        allow_blank=True,
        help_text=(
            "Who has the last word; shown to everybody who takes part, changes no right. `advised`: your institution "
            "decides and answers what others say; `together`: institution and partners agree on one text; "
            "`community`: residents or organisations lead, the institution helps. Empty: not said."
        ),
    )
    organisation = serializers.UUIDField(required=False, allow_null=True)


class ProcessCreateSerializer(ProcessFieldsSerializer):
    """A new process, empty or from a template."""

    template = serializers.UUIDField(required=False, allow_null=True)
    starts_on = serializers.DateField(
        required=False, allow_null=True, help_text="First day of the plan that the template gives."
    )


class ProcessPatchSerializer(ProcessFieldsSerializer):
    """The fields to change. With `revision` a field that somebody else changed since then answers 409."""

    time_zone = serializers.CharField(max_length=64, required=False)
    work_days = serializers.ChoiceField(
        WorkDays.choices,
        required=False,
        help_text="Which days count when work is planned; nothing moves by changing it.",
    )
    twins = serializers.DictField(
        required=False, help_text="{language: {title, summary}} for other languages."
    )
    revision = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class HolderSerializer(serializers.Serializer):
    """Whom a task is given to: a user or a team."""

    assignment = serializers.UUIDField(source="assignment_id")
    kind = serializers.ChoiceField(["user", "team"])
    id = serializers.UUIDField()
    name = serializers.CharField()


class TreeNodeSerializer(serializers.Serializer):
    """A phase, objective or task with what is below it; status, progress and dates follow from the tasks."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(NodeKind.choices)
    title = serializers.CharField()
    status = serializers.ChoiceField(NodeStatus.choices)
    percent = serializers.IntegerField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField()
    is_disabled = serializers.BooleanField()
    is_mine = serializers.BooleanField(help_text="Given to you or a team of yours.")
    asset_count = serializers.IntegerField()
    point_count = serializers.IntegerField(help_text="Points of a task's checklist.")
    points_done = serializers.IntegerField(help_text="Of these, how many are ticked.")
    assignments = HolderSerializer(many=True)
    requires = serializers.ListField(
        child=serializers.UUIDField(), help_text="What it comes after, by id."
    )

    blocks = serializers.ListField(
        child=serializers.UUIDField(), help_text="Of these, what must be finished before it begins."
    )
    blocked_by = serializers.ListField(
        child=serializers.CharField(), help_text="Titles of what keeps it from beginning now."
    )

    def get_fields(self):
        fields = super().get_fields()
        fields["children"] = TreeNodeSerializer(many=True)
        return fields


class NodeSerializer(AbilitiesMixin, serializers.ModelSerializer):
    """A phase, objective or task by itself. `status` and dates of phases and objectives are in the tree."""

    requires = serializers.SerializerMethodField(help_text="What it comes after, by id.")
    blocks = serializers.SerializerMethodField(
        help_text="Of these, what must be finished before it begins."
    )

    class Meta:
        model = Node
        fields = [
            "id",
            "process",
            "parent",
            "kind",
            "phase_kind",
            "title",
            "description",
            "done_when",
            "order",
            "status",
            "starts_on",
            "ends_on",
            "finished_at",
            "problem_profiles",
            "requires",
            "blocks",
            "disabled_at",
            "revision",
            "created_at",
            "updated_at",
            "abilities",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_requires(self, node: Node) -> list:
        return [row.requires_id for row in node.prerequisites.all()]

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_blocks(self, node: Node) -> list:
        rows = node.prerequisites.all()
        return [row.requires_id for row in rows if row.kind == PrerequisiteKind.BLOCKS]

    def abilities_of(self, user, obj) -> dict[str, bool]:
        return abilities_for(user, obj)


class NodeFieldsSerializer(InputSerializer):
    """What can be said of a node at any time. Dates: of phases and tasks only, both days inclusive."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(
        max_length=20_000, required=False, allow_blank=True, help_text="Markdown."
    )
    done_when = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)


class NodeCreateSerializer(NodeFieldsSerializer):
    """A new phase of a process, objective of a phase or task of an objective."""

    process = serializers.UUIDField(required=False, help_text="Of a new phase.")
    parent = serializers.UUIDField(required=False, help_text="Of a new objective or task.")
    kind = serializers.ChoiceField(NodeKind.choices)
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=10_000, help_text="0 is first; left out is last."
    )
    alternatives = {
        "oneOf": [
            {"required": ["process"], "properties": {"kind": {"enum": ["phase"]}}},
            {"required": ["parent"], "properties": {"kind": {"enum": ["objective", "task"]}}},
        ]
    }

    def validate(self, attrs):
        needed = "process" if attrs["kind"] == NodeKind.PHASE else "parent"
        if needed not in attrs:
            raise missing(needed)
        return attrs


class NodePatchSerializer(NodeFieldsSerializer):
    """The fields to change. With `revision` a field that somebody else changed since then answers 409."""

    revision = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class NodeMoveSerializer(InputSerializer):
    """Where to: left out, `parent` stays."""

    parent = serializers.UUIDField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=10_000, help_text="0 is first.")


class PrerequisitesSerializer(InputSerializer):
    """What a node comes after: nodes of its kind in its process. What is left out of both lists goes."""

    blocks = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=200,
        required=False,
        default=list,
        help_text="What must be finished before it begins.",
    )
    advice = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=200,
        required=False,
        default=list,
        help_text="What had better be finished before it begins.",
    )


class WaitOverrideSerializer(InputSerializer):
    """Why it may begin although what must come first is not finished."""

    reason = serializers.CharField(max_length=500)


class PhaseRulesSerializer(InputSerializer):
    """How much each may do in a phase, as upper bounds of their roles; what is left out stays."""

    preset = serializers.ChoiceField(
        list(PRESETS), required=False, help_text="Fills in the levels that are not given."
    )
    leaders = serializers.ChoiceField(PhaseLevel.choices, required=False)
    coauthors = serializers.ChoiceField(PhaseLevel.choices, required=False)
    commenters = serializers.ChoiceField(PASSERS_BY, required=False)
    visitors = serializers.ChoiceField(PASSERS_BY, required=False)
    only = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=200,
        required=False,
        help_text="The assets (texts) it is about; none: all.",
    )


class PhaseOpenSerializer(InputSerializer):
    """Until when, the last day included."""

    ends_on = serializers.DateField(required=False, allow_null=True)


class PhaseExtendSerializer(InputSerializer):
    """The new last day."""

    ends_on = serializers.DateField()


class PhaseSerializer(serializers.Serializer):
    """A phase, whether it is open, and how much each may do in it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField([*PhaseState.choices, ("free", "No rules: roles alone count")])
    ends_on = serializers.DateField(allow_null=True)
    levels = serializers.DictField(child=serializers.ChoiceField(PhaseLevel.choices))
    sentences = serializers.ListField(child=serializers.CharField())
    proposed = serializers.CharField(
        help_text="The preset that its template proposes while it has no rules; else empty."
    )


class TaskStatusSerializer(InputSerializer):
    """How far a task is."""

    status = serializers.ChoiceField(NodeStatus.choices)


class ActivityFilterSerializer(serializers.Serializer):
    """What the activity log can be narrowed by. Days are those of the site's time zone, both inclusive."""

    person = serializers.UUIDField(required=False, help_text="Who did it.")
    kind = serializers.ChoiceField(list(KINDS), required=False)
    node = serializers.UUIDField(
        required=False, help_text="A part of the plan, with all that is below it."
    )
    document = serializers.UUIDField(required=False)
    search = serializers.CharField(
        required=False, max_length=200, help_text="Words of what it happened to."
    )
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class ActivitySerializer(serializers.Serializer):
    """One line of what happened. `verb` is stable, for example "task.finished"."""

    id = serializers.UUIDField()
    verb = serializers.CharField()
    actor = serializers.SerializerMethodField()
    target_type = serializers.CharField()
    target_id = serializers.UUIDField()
    target_label = serializers.CharField()
    via = serializers.CharField(
        help_text="The door: page, api, job or command; empty for old lines."
    )
    created_at = serializers.DateTimeField()

    @extend_schema_field({"type": "string", "nullable": True})
    def get_actor(self, activity) -> str | None:
        return activity.actor.display_name if activity.actor else None
