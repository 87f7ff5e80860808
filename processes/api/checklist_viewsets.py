"""REST door to the checklists of tasks."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from processes.api.base import ProcessesViewSet
from processes.api.task_serializers import (
    PointCreateSerializer,
    PointPatchSerializer,
    PointSerializer,
    PointTickSerializer,
)
from processes.models import ChecklistItem
from processes.selectors.checklists import checklist_of, point_get_for
from processes.selectors.tasks import task_get_for
from processes.services import checklists


class ChecklistViewSet(ProcessesViewSet):
    """What has to be true before a task is finished, point by point."""

    queryset = ChecklistItem.objects.none()
    serializer_class = PointSerializer
    pagination_class = None
    needs = {
        "list": "document_read",
        "create": "node_edit",
        "partial_update": "node_edit",
        "destroy": "node_edit",
        "restore": "node_edit",
        "tick": "checklist_tick",
    }

    def fetch(self, request: Request, task_id, pk) -> ChecklistItem:
        return point_get_for(request.user, task_id, pk, need=self.need)

    @extend_schema(responses=PointSerializer(many=True), filters=False)
    def list(self, request: Request, task_id) -> Response:
        """List the points in their order; at most 50."""
        task = task_get_for(request.user, task_id, need=self.need)
        return Response(PointSerializer(checklist_of(task).points, many=True).data)

    @extend_schema(request=PointCreateSerializer, responses={201: PointSerializer})
    def create(self, request: Request, task_id) -> Response:
        """Add a point. A finished task takes no needed one: say first that it is in progress."""
        task = task_get_for(request.user, task_id, need=self.need)
        data = self.input(PointCreateSerializer, request)
        point = checklists.point_add(actor=request.user, task=task, **data)
        return self._answer(point, status.HTTP_201_CREATED)

    @extend_schema(request=PointPatchSerializer, responses=PointSerializer)
    def partial_update(self, request: Request, task_id, pk) -> Response:
        """Change its words, whether it is needed, or its place."""
        point = self.fetch(request, task_id, pk)
        data = self.input(PointPatchSerializer, request, partial=True)
        return self._answer(checklists.point_change(actor=request.user, point=point, **data))

    def destroy(self, request: Request, task_id, pk) -> Response:
        """Take it out; `restore` brings it back."""
        checklists.point_remove(actor=request.user, point=self.fetch(request, task_id, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=PointSerializer)
    def restore(self, request: Request, task_id, pk) -> Response:
        """Bring it back to its place, ticked or not as it was."""
        point = self.fetch(request, task_id, pk)
        return self._answer(checklists.point_restore(actor=request.user, point=point))

    @extend_schema(request=PointTickSerializer, responses=PointSerializer)
    def tick(self, request: Request, task_id, pk) -> Response:
        """Say that it is done, or that it is not; the same again changes nothing."""
        point = self.fetch(request, task_id, pk)
        data = self.input(PointTickSerializer, request)
        return self._answer(checklists.point_tick(actor=request.user, point=point, **data))

    def _answer(self, point: ChecklistItem, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(point).data, status=code)
