"""REST door to the reasons of rights: what somebody may do at a place, and what decides it."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from processes.api.base import ProcessesViewSet
from processes.api.shapes import ParticipantSerializer
from processes.models import Node, Process, Role
from processes.permissions import ABILITIES, ANONYMOUS, VISITOR
from processes.permissions.explain import Explanation
from processes.selectors.assets import asset_get_for
from processes.selectors.explaining import explanation_get_for
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for

ROLES = [*Role.choices, (VISITOR, "Signed in, without a role"), (ANONYMOUS, "Not signed in")]


class WhyFilterSerializer(serializers.Serializer):
    """Whom to ask about."""

    person = serializers.UUIDField(
        required=False, help_text="Somebody who takes part, for those who give roles; else you."
    )


class WhyStepSerializer(serializers.Serializer):
    """One thing that has a say; `decides`: among the roles, the one that counts."""

    words = serializers.CharField()
    decides = serializers.BooleanField()


class WhyAbilitySerializer(serializers.Serializer):
    """One ability; when it is not allowed, with the reason in words and a code that stays."""

    ability = serializers.ChoiceField(ABILITIES)
    allowed = serializers.BooleanField()
    code = serializers.CharField()
    reason = serializers.CharField()


class WhySerializer(serializers.Serializer):
    """What somebody may do at a place, and why."""

    person = serializers.SerializerMethodField(help_text="Null: you, without being signed in.")
    role = serializers.ChoiceField(ROLES)
    steps = WhyStepSerializer(many=True)
    abilities = serializers.SerializerMethodField()

    @extend_schema_field(ParticipantSerializer(allow_null=True))
    def get_person(self, _found: Explanation) -> dict | None:
        person = self.context["person"]
        return ParticipantSerializer(person).data if person.is_authenticated else None

    @extend_schema_field(WhyAbilitySerializer(many=True))
    def get_abilities(self, found: Explanation) -> list[dict]:
        return [
            {
                "ability": ability,
                "allowed": bool(decision),
                "code": getattr(decision, "code", ""),
                "reason": str(getattr(decision, "reason", "")),
            }
            for ability, decision in found.answers.items()
        ]


def why_answer(request: Request, process: Process, query: dict, **place: object) -> Response:
    """Answer what somebody may do at a place (`node`, `asset`, `object_id` as `explanation_get_for` takes them)."""
    found, person = explanation_get_for(
        request.user, process, person_id=query.get("person"), **place
    )
    return Response(WhySerializer(found, context={"person": person}).data)


class WhyViewSet(ProcessesViewSet):
    """Why you (or somebody who takes part) may or may not, at a place."""

    queryset = Node.objects.none()
    serializer_class = WhySerializer
    needs = {"process": "process_read", "node": "process_read", "asset": "document_read"}

    @extend_schema(parameters=[WhyFilterSerializer], responses=WhySerializer)
    def process(self, request: Request, pk) -> Response:
        """Say what may be done in a process, and why."""
        process = process_get_for(request.user, pk, need=self.need)
        return why_answer(request, process, self.query(WhyFilterSerializer, request))

    @extend_schema(parameters=[WhyFilterSerializer], responses=WhySerializer)
    def node(self, request: Request, pk) -> Response:
        """Say what may be done in a phase, an objective or a task, and why."""
        node = node_get_for(request.user, pk, need=self.need)
        query = self.query(WhyFilterSerializer, request)
        return why_answer(request, node.process, query, node=node)

    @extend_schema(parameters=[WhyFilterSerializer], responses=WhySerializer)
    def asset(self, request: Request, pk) -> Response:
        """Say what may be done with something that a task holds, and why."""
        asset = asset_get_for(request.user, pk, need=self.need)
        query = self.query(WhyFilterSerializer, request)
        return why_answer(request, asset.task.process, query, node=asset.task, asset=asset)
