"""REST door to processes and their trees: parse, selector (fetch = check), service, answer."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from processes.api import serializers
from processes.api.base import SIGNED_IN, ProcessesViewSet
from processes.models import Node, NodeKind, Process
from processes.permissions.access import access_preload
from processes.selectors import processes as process_selectors
from processes.selectors.activity import ActivityFilter, process_activity
from processes.selectors.references import organisation_of, template_of
from processes.selectors.tasks import node_get_for, nodes_of
from processes.services import prerequisites as prerequisite_services
from processes.services import processes as process_services
from processes.services import tree as tree_services


class ProcessViewSet(ProcessesViewSet):
    """Processes."""

    queryset = Process.objects.none()
    serializer_class = serializers.ProcessSerializer
    needs = {
        "retrieve": "process_read",
        "create": SIGNED_IN,
        "partial_update": "process_edit",
        "tree": "process_read",
        "activity": "activity_read",
        "finish": "process_finish",
        "reopen": "process_finish",
    }

    def fetch(self, request: Request, pk) -> Process:
        return process_selectors.process_get_for(request.user, pk, need=self.need)

    @extend_schema(parameters=[serializers.ProcessFilterSerializer])
    def list(self, request: Request) -> Response:
        """List the processes that are there for you."""
        filters = self.query(serializers.ProcessFilterSerializer, request)
        rows = process_selectors.processes_visible_to(request.user, **filters)
        page = self.paginate_queryset(rows)
        access_preload(request.user, page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=serializers.ProcessDetailSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Show a process."""
        return self._answer(self.fetch(request, pk))

    @extend_schema(
        request=serializers.ProcessCreateSerializer,
        responses={201: serializers.ProcessDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make a process, empty or from a template; you become its coordinator."""
        data = self.input(serializers.ProcessCreateSerializer, request)
        data["organisation"] = organisation_of(data.get("organisation"))
        data["template"] = template_of(data.get("template"), request.user)
        process = process_services.process_create(actor=request.user, **data)
        return self._answer(process, status.HTTP_201_CREATED)

    @extend_schema(
        request=serializers.ProcessPatchSerializer, responses=serializers.ProcessDetailSerializer
    )
    def partial_update(self, request: Request, pk) -> Response:
        """Change the given fields."""
        process = self.fetch(request, pk)
        data = self.input(serializers.ProcessPatchSerializer, request, partial=True)
        if "organisation" in data:
            data["organisation"] = organisation_of(data["organisation"])
        changed = process_services.process_update(actor=request.user, process=process, **data)
        return self._answer(changed)

    @extend_schema(responses=serializers.TreeNodeSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def tree(self, request: Request, pk) -> Response:
        """Show the phases with objectives and tasks nested, as far as you may see them."""
        parts = process_selectors.process_tree(self.fetch(request, pk), request.user)
        return Response(serializers.TreeNodeSerializer(parts, many=True).data)

    @extend_schema(
        parameters=[serializers.ActivityFilterSerializer],
        responses=serializers.ActivitySerializer(many=True),
    )
    @action(detail=True)
    def activity(self, request: Request, pk) -> Response:
        """List what happened in the parts of the process that you see, newest first."""
        process = self.fetch(request, pk)
        asked = self.query(serializers.ActivityFilterSerializer, request)
        rows = process_activity(request.user, process, ActivityFilter(**asked))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.ActivitySerializer(page, many=True).data)

    @extend_schema(request=None, responses=serializers.ProcessDetailSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk) -> Response:
        """Finish the process: from then on it can only be read."""
        process = self.fetch(request, pk)
        return self._answer(process_services.process_finish(actor=request.user, process=process))

    @extend_schema(request=None, responses=serializers.ProcessDetailSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk) -> Response:
        """Open a finished process again."""
        process = self.fetch(request, pk)
        return self._answer(process_services.process_reopen(actor=request.user, process=process))

    def _answer(self, process: Process, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.shape(serializers.ProcessDetailSerializer, process), status=code)


class NodeViewSet(ProcessesViewSet):
    """Phases, objectives and tasks as parts of the tree."""

    queryset = Node.objects.none()
    serializer_class = serializers.NodeSerializer
    needs = {
        "retrieve": "process_read",
        "create": "node_create",
        "partial_update": "node_edit",
        "move": "node_move",
        "disable": "node_disable",
        "restore": "node_disable",
    }

    def fetch(self, request: Request, pk) -> Node:
        return node_get_for(request.user, pk, need=self.need)

    @extend_schema(responses=serializers.NodeSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Show a phase, objective or task."""
        return self._answer(self.fetch(request, pk))

    @extend_schema(
        request=serializers.NodeCreateSerializer, responses={201: serializers.NodeSerializer}
    )
    def create(self, request: Request) -> Response:
        """Add a phase to a process, an objective to a phase or a task to an objective."""
        data = self.input(serializers.NodeCreateSerializer, request)
        process_id, parent_id = data.pop("process", None), data.pop("parent", None)
        if data["kind"] == NodeKind.PHASE:
            parent = None
            process = process_selectors.process_get_for(request.user, process_id, need=self.need)
        else:
            parent = self.fetch(request, parent_id)
            process = parent.process
        node = tree_services.node_create(actor=request.user, process=process, parent=parent, **data)
        return self._answer(node, status.HTTP_201_CREATED)

    @extend_schema(request=serializers.NodePatchSerializer, responses=serializers.NodeSerializer)
    def partial_update(self, request: Request, pk) -> Response:
        """Change the given fields."""
        node = self.fetch(request, pk)
        data = self.input(serializers.NodePatchSerializer, request, partial=True)
        return self._answer(tree_services.node_update(actor=request.user, node=node, **data))

    @extend_schema(request=serializers.NodeMoveSerializer, responses=serializers.NodeSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk) -> Response:
        """Move it among its siblings or under another parent."""
        node = self.fetch(request, pk)
        data = self.input(serializers.NodeMoveSerializer, request)
        parent = node.parent
        if "parent" in data and data["parent"] != node.parent_id:
            parent = node_get_for(request.user, data["parent"], need="node_create")
        moved = tree_services.node_move(
            actor=request.user, node=node, parent=parent, position=data["position"]
        )
        return self._answer(moved)

    @extend_schema(request=None, responses=serializers.NodeSerializer)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk) -> Response:
        """Switch it off with everything below it; nothing is deleted, `restore` undoes it."""
        node = self.fetch(request, pk)
        return self._answer(tree_services.node_disable(actor=request.user, node=node))

    @extend_schema(request=None, responses=serializers.NodeSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk) -> Response:
        """Switch it on again."""
        node = self.fetch(request, pk)
        return self._answer(tree_services.node_restore(actor=request.user, node=node))

    def _answer(self, node: Node, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.shape(serializers.NodeSerializer, node), status=code)


class NodeOrderViewSet(ProcessesViewSet):
    """What a part of the plan comes after, and exceptions from it."""

    queryset = Node.objects.none()
    serializer_class = serializers.NodeSerializer
    needs = {
        "prerequisites": "node_edit",
        "override": "wait_override",
        "withdraw": "wait_override",
    }

    @extend_schema(
        request=serializers.PrerequisitesSerializer, responses=serializers.NodeSerializer
    )
    def prerequisites(self, request: Request, pk) -> Response:
        """Set all that it comes after; a cycle is refused and named."""
        node = node_get_for(request.user, pk, need=self.need)
        data = self.input(serializers.PrerequisitesSerializer, request)
        chosen = {name: nodes_of(request.user, node.process, ids) for name, ids in data.items()}
        return self._answer(
            prerequisite_services.prerequisites_set(actor=request.user, node=node, **chosen)
        )

    @extend_schema(request=serializers.WaitOverrideSerializer, responses=serializers.NodeSerializer)
    def override(self, request: Request, pk) -> Response:
        """Let it begin although what must come first is not finished, with a reason."""
        node = node_get_for(request.user, pk, need=self.need)
        data = self.input(serializers.WaitOverrideSerializer, request)
        prerequisite_services.wait_override(actor=request.user, node=node, **data)
        return self._answer(node)

    @extend_schema(request=None, responses={204: None})
    def withdraw(self, request: Request, pk) -> Response:
        """Let it wait again."""
        node = node_get_for(request.user, pk, need=self.need)
        prerequisite_services.wait_override_withdraw(actor=request.user, node=node)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, node: Node) -> Response:
        return Response(self.shape(serializers.NodeSerializer, node))
