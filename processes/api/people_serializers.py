"""Shapes of roles, invitations, requests to join, teams and assignments in the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cocreation.kernel.rest import InputSerializer, missing
from processes.api.shapes import AbilitiesMixin, NamedSerializer, ParticipantSerializer
from processes.models import (
    Assignment,
    Invitation,
    InvitationLink,
    JoinRequest,
    JoinRequestStatus,
    ProcessRole,
    Role,
    Team,
    TeamKind,
)
from processes.permissions import decide, decide_grant
from processes.permissions.roles import BY_LINK, RANKED
from processes.selectors.invitations import invitation_state

LINK_ROLES = [(role.value, role.label) for role in BY_LINK]
GIVEN_ROLES = [(role.value, role.label) for role in RANKED]


class RoleSerializer(AbilitiesMixin, serializers.ModelSerializer):
    """A role given to a person or a team, for the process (`node` null) or a branch."""

    user = ParticipantSerializer(allow_null=True, read_only=True)
    team = NamedSerializer(allow_null=True, read_only=True)

    class Meta:
        model = ProcessRole
        fields = ["id", "node", "user", "team", "role", "created_at", "abilities"]
        read_only_fields = fields

    def abilities_of(self, user, obj) -> dict[str, bool]:
        place = obj.node or obj.process
        return {"role_grant": bool(decide_grant(user, place, Role.NONE, taken=obj.role))}


class RoleGrantSerializer(InputSerializer):
    """The role to give: to `user` or `team`, at `node` or the whole process. `none` takes reading away there."""

    user = serializers.UUIDField(required=False, help_text="Somebody who takes part already.")
    team = serializers.UUIDField(required=False)
    node = serializers.UUIDField(required=False, allow_null=True)
    role = serializers.ChoiceField(Role.choices)
    alternatives = {"oneOf": [{"required": ["user"]}, {"required": ["team"]}]}

    def validate(self, attrs):
        if ("user" in attrs) == ("team" in attrs):
            raise missing("user")
        return attrs


class InvitationSerializer(AbilitiesMixin, serializers.ModelSerializer):
    """An invitation; its secret is in the mail only."""

    invited_by = ParticipantSerializer(allow_null=True, read_only=True)
    team = NamedSerializer(allow_null=True, read_only=True)
    state = serializers.SerializerMethodField(help_text="open, used, expired or revoked")

    class Meta:
        model = Invitation
        fields = [
            "id",
            "email",
            "role",
            "node",
            "team",
            "message",
            "language",
            "state",
            "invited_by",
            "created_at",
            "expires_at",
            "abilities",
        ]
        read_only_fields = fields

    def get_state(self, invitation: Invitation) -> str:
        return invitation_state(invitation).value

    def abilities_of(self, user, obj) -> dict[str, bool]:
        place = obj.node or obj.process
        return {"invitation_create": bool(decide(user, "invitation_create", place))}


class InvitationCreateSerializer(InputSerializer):
    """Whom to invite to what."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(GIVEN_ROLES)
    node = serializers.UUIDField(required=False, allow_null=True)
    team = serializers.UUIDField(required=False, allow_null=True)
    message = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class InvitationAcceptedSerializer(serializers.Serializer):
    """Where the accepted invitation leads."""

    process = serializers.UUIDField(source="process_id")
    role = serializers.CharField()


class JoinRequestSerializer(AbilitiesMixin, serializers.ModelSerializer):
    """A request to take part."""

    user = ParticipantSerializer(read_only=True)

    class Meta:
        model = JoinRequest
        fields = [
            "id",
            "process",
            "user",
            "reason",
            "status",
            "answer",
            "created_at",
            "decided_at",
            "abilities",
        ]
        read_only_fields = fields

    def abilities_of(self, user, obj) -> dict[str, bool]:
        return {"join_request_decide": bool(decide(user, "join_request_decide", obj.process))}


class JoinRequestFilterSerializer(serializers.Serializer):
    """What the requests can be narrowed by."""

    status = serializers.ChoiceField(JoinRequestStatus.choices, required=False)


class JoinRequestCreateSerializer(InputSerializer):
    """Why you want to take part."""

    reason = serializers.CharField(max_length=1000)


class JoinRequestDecideSerializer(InputSerializer):
    """Accept with a role, or decline."""

    accept = serializers.BooleanField()
    role = serializers.ChoiceField(GIVEN_ROLES, default=Role.COAUTHOR.value)
    team = serializers.UUIDField(required=False, allow_null=True, help_text="Also into this team.")
    answer = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class TeamSerializer(AbilitiesMixin, serializers.ModelSerializer):
    """A team of a process with its members."""

    organisation = NamedSerializer(allow_null=True, read_only=True)
    members = serializers.SerializerMethodField()

    class Meta:
        model = Team
        fields = ["id", "process", "name", "kind", "organisation", "members", "abilities"]
        read_only_fields = fields

    @extend_schema_field(ParticipantSerializer(many=True))
    def get_members(self, team: Team) -> list:
        people = [member.user for member in team.members.all()]
        return ParticipantSerializer(people, many=True).data

    def abilities_of(self, user, obj) -> dict[str, bool]:
        return {"team_edit": bool(decide(user, "team_edit", obj.process))}


class TeamWriteSerializer(InputSerializer):
    """The fields of a team."""

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(TeamKind.choices, required=False)
    organisation = serializers.UUIDField(required=False, allow_null=True)


class TeamMemberSerializer(InputSerializer):
    """The person to add: somebody who takes part in the process."""

    user = serializers.UUIDField()


class AssignmentSerializer(serializers.ModelSerializer):
    """That a task is given to a person or a team."""

    user = ParticipantSerializer(allow_null=True, read_only=True)
    team = NamedSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Assignment
        fields = ["id", "user", "team", "created_at"]
        read_only_fields = fields


class AssignSerializer(InputSerializer):
    """Whom to give the task to: a person who takes part, or a team."""

    user = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    alternatives = {"oneOf": [{"required": ["user"]}, {"required": ["team"]}]}

    def validate(self, attrs):
        if ("user" in attrs) == ("team" in attrs):
            raise missing("user")
        return attrs


class InvitationLinkUseSerializer(serializers.Serializer):
    """Somebody who came in by a link."""

    user = ParticipantSerializer()
    created_at = serializers.DateTimeField()


class LinkAcceptSerializer(InputSerializer):
    """The last part of the address of the link."""

    secret = serializers.CharField(max_length=200)


class InvitationLinkSerializer(serializers.ModelSerializer):
    """An invitation link. Its address is in the answer that made it, never again."""

    uses = InvitationLinkUseSerializer(
        many=True,
        read_only=True,
        source="last_uses",
        help_text="Who came in by it, the last first, at most 50.",
    )

    class Meta:
        model = InvitationLink
        fields = [
            "id",
            "role",
            "node",
            "team",
            "label",
            "expires_at",
            "max_uses",
            "use_count",
            "uses",
            "revoked_at",
            "created_at",
        ]
        read_only_fields = fields


class InvitationLinkMadeSerializer(InvitationLinkSerializer):
    """A new link with its address."""

    url = serializers.CharField(source="address", help_text="Shown once: keep it.")

    class Meta(InvitationLinkSerializer.Meta):
        fields = ["url", *(name for name in InvitationLinkSerializer.Meta.fields if name != "uses")]
        read_only_fields = fields


class InvitationLinkCreateSerializer(InputSerializer):
    """For whom, as what, how long and for how many."""

    role = serializers.ChoiceField(LINK_ROLES)
    node = serializers.UUIDField(required=False, allow_null=True, help_text="Only in this branch.")
    team = serializers.UUIDField(required=False, allow_null=True, help_text="Also into this team.")
    label = serializers.CharField(max_length=120, required=False, allow_blank=True)
    days = serializers.IntegerField(required=False, min_value=1, max_value=365)
    max_uses = serializers.IntegerField(required=False, min_value=1, max_value=5000)
