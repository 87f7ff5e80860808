"""REST door to the rules of phases."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from processes.api import serializers
from processes.api.base import ProcessesViewSet
from processes.models import Node, NodeKind
from processes.phase_presets import PRESETS
from processes.selectors.assets import assets_of_phase
from processes.selectors.phases import phase_views
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for
from processes.services import phases as phase_services


class PhaseViewSet(ProcessesViewSet):
    """What may be done in each phase, and opening and closing it."""

    queryset = Node.objects.none()
    serializer_class = serializers.PhaseSerializer
    pagination_class = None
    needs = {
        "list": "process_read",
        "propose": "phase_rule",
        "rules": "phase_rule",
        "open": "phase_rule",
        "close": "phase_rule",
        "extend": "phase_rule",
    }

    def fetch(self, request: Request, pk) -> Node:
        return node_get_for(request.user, pk, need=self.need, kind=NodeKind.PHASE)

    @extend_schema(responses=serializers.PhaseSerializer(many=True))
    def list(self, request: Request, process_id) -> Response:
        """List the phases of a process with what each group of people may do in them."""
        process = process_get_for(request.user, process_id, need=self.need)
        views = phase_views(process, request.user)
        return Response(serializers.PhaseSerializer(views, many=True).data)

    @extend_schema(request=None, responses=serializers.PhaseSerializer(many=True))
    def propose(self, request: Request, process_id) -> Response:
        """Let the rules hold that its template proposes, in phases that have none."""
        process = process_get_for(request.user, process_id, need=self.need)
        phase_services.phase_rules_propose(actor=request.user, process=process)
        views = phase_views(process, request.user)
        return Response(serializers.PhaseSerializer(views, many=True).data)

    @extend_schema(request=serializers.PhaseRulesSerializer, responses=serializers.PhaseSerializer)
    def rules(self, request: Request, pk) -> Response:
        """Say how much each may do in a phase."""
        phase = self.fetch(request, pk)
        data = self.input(serializers.PhaseRulesSerializer, request)
        data = PRESETS.get(data.pop("preset", ""), {}) | data
        if "only" in data:
            data["only"] = assets_of_phase(phase, data["only"])
        phase_services.phase_rules_set(actor=request.user, phase=phase, **data)
        return self._answer(request, phase)

    @extend_schema(request=serializers.PhaseOpenSerializer, responses=serializers.PhaseSerializer)
    def open(self, request: Request, pk) -> Response:
        """Open it: what its rules let through can be done at once."""
        phase = self.fetch(request, pk)
        data = self.input(serializers.PhaseOpenSerializer, request)
        phase_services.phase_open(actor=request.user, phase=phase, **data)
        return self._answer(request, phase)

    @extend_schema(request=None, responses=serializers.PhaseSerializer)
    def close(self, request: Request, pk) -> Response:
        """Close it and freeze its texts as versions named after it."""
        phase = self.fetch(request, pk)
        phase_services.phase_close(actor=request.user, phase=phase)
        return self._answer(request, phase)

    @extend_schema(request=serializers.PhaseExtendSerializer, responses=serializers.PhaseSerializer)
    def extend(self, request: Request, pk) -> Response:
        """Give it more time."""
        phase = self.fetch(request, pk)
        data = self.input(serializers.PhaseExtendSerializer, request)
        phase_services.phase_extend(actor=request.user, phase=phase, **data)
        return self._answer(request, phase)

    def _answer(self, request: Request, phase: Node) -> Response:
        views = phase_views(phase.process, request.user)
        view = next(view for view in views if view.id == phase.pk)
        return Response(serializers.PhaseSerializer(view).data)
