"""REST door to tasks and what they hold."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cocreation.kernel.rest import JsonParser, UploadParser
from processes.api import people_serializers
from processes.api import task_serializers as serializers
from processes.api.base import ProcessesViewSet
from processes.api.serializers import TaskStatusSerializer
from processes.models import Asset, AssetKind, Node
from processes.selectors import assets as asset_selectors
from processes.selectors import people
from processes.selectors.drafting import role_proposals
from processes.selectors.references import interlinker_of
from processes.selectors.task_lists import tasks_visible_to
from processes.selectors.task_page import task_detail, task_recommendations
from processes.selectors.tasks import task_get_for
from processes.services import assets as asset_services
from processes.services import drafting
from processes.services import phases as phase_services
from processes.services import tasks as task_services


class TaskViewSet(ProcessesViewSet):
    """Tasks as work: how far, who, what helps. Titles and dates change at `nodes/{id}/`."""

    queryset = Node.objects.none()
    serializer_class = serializers.TaskSerializer
    needs = {
        "retrieve": "document_read",
        "status": "task_status_set",
        "assign": "task_assign",
        "unassign": "task_assign",
        "recommendations": "document_read",
        "proposed_roles": "role_grant",
    }

    def fetch(self, request: Request, pk) -> Node:
        return task_get_for(request.user, pk, need=self.need)

    @extend_schema(
        parameters=[serializers.TaskFilterSerializer],
        responses=serializers.TaskRowSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """List the tasks that you may open, in the order of their trees."""
        rows = tasks_visible_to(
            request.user, **self.query(serializers.TaskFilterSerializer, request)
        )
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.TaskRowSerializer(page, many=True).data)

    @extend_schema(responses=serializers.TaskSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Show a task with what it holds, who does it and what it waits for."""
        return self._answer(self.fetch(request, pk))

    @extend_schema(request=TaskStatusSerializer, responses=serializers.TaskSerializer)
    @action(detail=True, methods=["post"])
    def status(self, request: Request, pk) -> Response:
        """Set how far it is."""
        task = self.fetch(request, pk)
        data = self.input(TaskStatusSerializer, request)
        return self._answer(
            task_services.task_status_set(actor=request.user, task=task, status=data["status"])
        )

    @extend_schema(
        request=people_serializers.AssignSerializer,
        responses={201: people_serializers.AssignmentSerializer},
    )
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk) -> Response:
        """Give it to a person who takes part, or to a team."""
        task = self.fetch(request, pk)
        data = self.input(people_serializers.AssignSerializer, request)
        user, team = people.holder_get(
            task.process, user_id=data.get("user"), team_id=data.get("team")
        )
        row = task_services.task_assign(actor=request.user, task=task, user=user, team=team)
        body = people_serializers.AssignmentSerializer(row).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def unassign(self, request: Request, pk, assignment_id) -> Response:
        """Take it back."""
        row = people.assignment_of_task(self.fetch(request, pk), assignment_id)
        task_services.task_unassign(actor=request.user, assignment=row)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=serializers.RecommendationSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def recommendations(self, request: Request, pk) -> Response:
        """List interlinkers that fit, the best first, each with its reasons."""
        found = task_recommendations(self.fetch(request, pk))
        return Response(serializers.RecommendationSerializer(found, many=True).data)

    @extend_schema(
        request=None, responses=serializers.RoleProposalSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["post"], url_path="proposed-roles", pagination_class=None)
    def proposed_roles(self, request: Request, pk) -> Response:
        """Give teams the roles on it that the template proposes, lowering nobody; say what became of each."""
        task = self.fetch(request, pk)
        drafting.proposed_roles_give(actor=request.user, task=task)
        rows = role_proposals(task)
        return Response(serializers.RoleProposalSerializer(rows, many=True).data)

    def _answer(self, task: Node) -> Response:
        detail = task_detail(task)
        return Response(self.shape(serializers.TaskSerializer, task, detail=detail))


class TaskAssetViewSet(ProcessesViewSet):
    """What a task holds."""

    queryset = Asset.objects.none()
    serializer_class = serializers.AssetSerializer
    parser_classes = (JsonParser, UploadParser)
    needs = {"list": "document_read", "create": "asset_create"}

    def list(self, request: Request, task_id) -> Response:
        """List documents, files, links and interlinkers of a task, oldest first."""
        task = task_get_for(request.user, task_id, need=self.need)
        page = self.paginate_queryset(asset_selectors.task_assets(task))
        views = asset_selectors.task_asset_views(task, page)
        return self.get_paginated_response(self.get_serializer(views, many=True).data)

    @extend_schema(
        request={
            "application/json": serializers.AssetCreateSerializer,
            "multipart/form-data": serializers.AssetUploadSerializer,
        },
        responses={201: serializers.AssetSerializer},
    )
    def create(self, request: Request, task_id) -> Response:
        """Put something into a task: start a document, keep a file or a link, choose an interlinker."""
        is_document = request.data.get("kind") == AssetKind.DOCUMENT if _is_map(request) else False
        need = "document_create" if is_document else self.need
        task = task_get_for(request.user, task_id, need=need)
        data = self.input(serializers.AssetUploadSerializer, request)
        asset = CREATORS[data["kind"]](request, task, data)
        [view] = asset_selectors.task_asset_views(task, [asset])
        body = self.get_serializer(view).data
        return Response(body, status=status.HTTP_201_CREATED)


class AssetViewSet(ProcessesViewSet):
    """One thing that a task holds."""

    queryset = Asset.objects.none()
    serializer_class = serializers.AssetSerializer
    needs = {
        "retrieve": "document_read",
        "partial_update": "asset_edit",
        "destroy": "asset_edit",
        "restore": "asset_edit",
        "carry_on": "asset_edit",
        "file": "document_read",
    }

    def fetch(self, request: Request, pk) -> Asset:
        return asset_selectors.asset_get_for(request.user, pk, need=self.need)

    @extend_schema(responses=serializers.AssetSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Show it."""
        return self._answer(self.fetch(request, pk))

    @extend_schema(request=serializers.AssetPatchSerializer, responses=serializers.AssetSerializer)
    def partial_update(self, request: Request, pk) -> Response:
        """Change title or description, of a link also the address."""
        asset = self.fetch(request, pk)
        data = self.input(serializers.AssetPatchSerializer, request, partial=True)
        return self._answer(asset_services.asset_update(actor=request.user, asset=asset, **data))

    def destroy(self, request: Request, pk) -> Response:
        """Take it out of sight; `restore` brings it back."""
        asset_services.asset_remove(actor=request.user, asset=self.fetch(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=serializers.AssetSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk) -> Response:
        """Bring it back."""
        asset = self.fetch(request, pk)
        return self._answer(asset_services.asset_restore(actor=request.user, asset=asset))

    @extend_schema(request=serializers.CarryOnSerializer, responses=serializers.AssetSerializer)
    @action(detail=True, methods=["post"], url_path="carry-on")
    def carry_on(self, request: Request, pk) -> Response:
        """Go on with a text in a task of another phase; it takes its comments, history and versions along."""
        asset = self.fetch(request, pk)
        data = self.input(serializers.CarryOnSerializer, request)
        task = task_get_for(request.user, data["task"], need="asset_create")
        return self._answer(
            phase_services.text_carry_on(actor=request.user, asset=asset, task=task)
        )

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk) -> FileResponse:
        """Download the file."""
        asset = asset_selectors.asset_file_get_for(request.user, pk)
        return FileResponse(
            asset.file.open("rb"),
            as_attachment=True,
            filename=asset.file_name,
            content_type=asset.content_type,
        )

    def _answer(self, asset: Asset) -> Response:
        [view] = asset_selectors.asset_views([asset])
        return Response(self.get_serializer(view).data)


def _is_map(request: Request) -> bool:
    return hasattr(request.data, "get")


def _texts(data: dict) -> dict:
    return {"title": data.get("title", ""), "description": data.get("description", "")}


def _file(request: Request, task: Node, data: dict) -> Asset:
    return asset_services.asset_file_create(
        actor=request.user, task=task, upload=data["file"], **_texts(data)
    )


def _link(request: Request, task: Node, data: dict) -> Asset:
    return asset_services.asset_link_create(
        actor=request.user, task=task, url=data["url"], **_texts(data)
    )


def _interlinker(request: Request, task: Node, data: dict) -> Asset:
    interlinker = interlinker_of(data["interlinker"])
    return asset_services.asset_interlinker_create(
        actor=request.user, task=task, interlinker=interlinker, **_texts(data)
    )


def _document(request: Request, task: Node, data: dict) -> Asset:
    if data["start"] == "template":
        asset, _given = drafting.draft_start(
            actor=request.user, task=task, title=data.get("title", "")
        )
        return asset
    start: dict = {"kind": data["start"]}
    if data["start"] == "interlinker":
        start["interlinker"] = interlinker_of(data["interlinker"])
    if data["start"] == "docx":
        start |= {"data": data["file"].read(), "name": data["file"].name}
    return asset_services.asset_document_create(
        actor=request.user, task=task, title=data.get("title", ""), start=start
    )


CREATORS = {
    AssetKind.FILE: _file,
    AssetKind.LINK: _link,
    AssetKind.INTERLINKER: _interlinker,
    AssetKind.DOCUMENT: _document,
}
