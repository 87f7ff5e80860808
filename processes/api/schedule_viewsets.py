"""REST door to the days of the plan: what a move would mean, moving, undoing it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cocreation.kernel.rest import InputSerializer
from processes.api.base import ProcessesViewSet
from processes.models import Node
from processes.selectors.processes import process_get_for
from processes.selectors.schedule import Preview
from processes.selectors.tasks import node_get_for
from processes.services import schedule as schedule_services


class ScheduleSerializer(InputSerializer):
    """The first and the last day that a task gets, both inclusive. A phase or objective moves as a whole."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField(
        required=False, help_text="Left out for phases and objectives, and with `keep_length`."
    )
    keep_length = serializers.BooleanField(
        default=False, help_text="The last day follows from the first; in days that count."
    )
    earlier = serializers.BooleanField(
        default=False, help_text="What waits for it comes to earlier days, too, where it can."
    )


class ScheduleShiftSerializer(ScheduleSerializer):
    """As for the preview, and whether what waits for the task moves along as far as it must."""

    with_followers = serializers.BooleanField(default=True)


class ScheduleUndoSerializer(InputSerializer):
    """What the answer of a move gave as `undo`."""

    undo = serializers.CharField(max_length=200_000)


class MoveSerializer(serializers.Serializer):
    """A task with its old and new days."""

    id = serializers.UUIDField(source="node.pk")
    title = serializers.CharField(source="node.title")
    old_starts_on = serializers.DateField(source="old.starts_on", allow_null=True)
    old_ends_on = serializers.DateField(source="old.ends_on", allow_null=True)
    starts_on = serializers.DateField(source="new.starts_on", allow_null=True)
    ends_on = serializers.DateField(source="new.ends_on", allow_null=True)


class EndChangeSerializer(serializers.Serializer):
    """A phase that ends on another day, or whose planned last day its tasks pass (`is_planned`)."""

    id = serializers.UUIDField(source="phase.pk")
    title = serializers.CharField(source="phase.title")
    old = serializers.DateField(allow_null=True)
    new = serializers.DateField()
    is_planned = serializers.BooleanField()


class SchedulePreviewSerializer(serializers.Serializer):
    """What a move means. `undo` is given after it was done."""

    move = MoveSerializer()
    inside = MoveSerializer(many=True, help_text="What is in a phase or objective that moves.")
    followers = MoveSerializer(many=True)
    coming = MoveSerializer(many=True, help_text="What `earlier` would move to earlier days.")
    length = serializers.IntegerField(help_text="Of the task, in days that count; else 0.")
    ends = EndChangeSerializer(many=True)
    undo = serializers.CharField(allow_null=True, default=None)


class ScheduleViewSet(ProcessesViewSet):
    """The days of tasks, with what follows from them."""

    queryset = Node.objects.none()
    serializer_class = SchedulePreviewSerializer
    needs = {"preview": "node_edit", "shift": "node_edit", "restore": "process_read"}

    @extend_schema(request=ScheduleSerializer, responses=SchedulePreviewSerializer)
    def preview(self, request: Request, pk) -> Response:
        """Tell what giving a part of the plan these days would move; nothing is changed."""
        node = node_get_for(request.user, pk, need=self.need)
        data = self.input(ScheduleSerializer, request)
        preview = schedule_services.schedule_preview(
            actor=request.user, process=node.process, node=node, **data
        )
        visible = schedule_services.preview_for(request.user, node.process, preview)
        return self._answer(visible)

    @extend_schema(request=ScheduleShiftSerializer, responses=SchedulePreviewSerializer)
    def shift(self, request: Request, pk) -> Response:
        """Give a part of the plan these days, and move what must follow; all or nothing."""
        node = node_get_for(request.user, pk, need=self.need)
        data = self.input(ScheduleShiftSerializer, request)
        done = schedule_services.schedule_shift(actor=request.user, node=node, **data)
        moves = done.moves(with_followers=data["with_followers"])
        token = schedule_services.undo_token(node.process, moves)
        return self._answer(done, token)

    @extend_schema(request=ScheduleUndoSerializer, responses={204: None})
    def restore(self, request: Request, process_id) -> Response:
        """Undo a move: its tasks get back the days they had, all or none."""
        process = process_get_for(request.user, process_id, need=self.need)
        token = self.input(ScheduleUndoSerializer, request)["undo"]
        schedule_services.schedule_restore(actor=request.user, process=process, token=token)
        return Response(status=204)

    def _answer(self, preview: Preview, undo: str | None = None) -> Response:
        data = SchedulePreviewSerializer(preview).data
        return Response({**data, "undo": undo})
