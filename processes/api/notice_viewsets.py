"""REST door to what a person wants to hear of a process, what is new in it for them, and what is asked of them."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from community.models import ProcessPace
from community.selectors.notification_settings import process_pace_of
from community.services.notification_settings import process_pace_set
from processes.api.base import ProcessesViewSet
from processes.models import Process
from processes.selectors.news import news_of
from processes.selectors.processes import process_get_for
from processes.selectors.work import my_work
from processes.services.visits import visit_seen


class ProcessNotificationSerializer(serializers.Serializer):
    """`usual`: as chosen for all processes; `asked`: nothing but what is asked of you."""

    pace = serializers.ChoiceField(ProcessPace.choices)


class ProcessNotificationViewSet(ProcessesViewSet):
    """What you want to hear of a process."""

    queryset = Process.objects.none()
    serializer_class = ProcessNotificationSerializer
    lookup_url_kwarg = "process_id"
    needs = {"retrieve": "process_read", "update": "process_read"}

    def get_permissions(self):
        return [IsAuthenticated()]

    @extend_schema(responses=ProcessNotificationSerializer)
    def retrieve(self, request: Request, process_id: uuid.UUID) -> Response:
        """Say what you want to hear of the process."""
        process = process_get_for(request.user, process_id, need=self.need)
        return Response({"pace": process_pace_of(request.user, process.pk)})

    @extend_schema(request=ProcessNotificationSerializer, responses=ProcessNotificationSerializer)
    def update(self, request: Request, process_id: uuid.UUID) -> Response:
        """Choose what you want to hear of the process."""
        process = process_get_for(request.user, process_id, need=self.need)
        pace = self.input(ProcessNotificationSerializer, request)["pace"]
        process_pace_set(actor=request.user, process_id=process.pk, pace=pace)
        return Response({"pace": pace})


class ChangeSerializer(serializers.Serializer):
    """What happened to one thing since you were at the process; `what` is a verb of the log, or "comments"."""

    what = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    last_at = serializers.DateTimeField()
    target_type = serializers.CharField()
    target_id = serializers.UUIDField(allow_null=True)


class ProcessNewsViewSet(ProcessesViewSet):
    """What changed in a process since you were there."""

    queryset = Process.objects.none()
    serializer_class = ChangeSerializer
    pagination_class = None
    needs = {"list": "activity_read", "seen": "activity_read"}

    def get_permissions(self):
        return [IsAuthenticated()]

    @extend_schema(responses=ChangeSerializer(many=True), filters=False)
    def list(self, request: Request, process_id: uuid.UUID) -> Response:
        """List what others did since you were there, newest first; empty before your first visit."""
        process = process_get_for(request.user, process_id, need=self.need)
        changes = news_of(request.user, [process]).get(process.pk, [])
        return Response(ChangeSerializer(changes, many=True).data)

    @extend_schema(request=None, responses={204: None})
    def seen(self, request: Request, process_id: uuid.UUID) -> Response:
        """Say that you have seen it: news begin from now."""
        process = process_get_for(request.user, process_id, need=self.need)
        visit_seen(actor=request.user, process=process)
        return Response(status=204)


class WorkItemSerializer(serializers.Serializer):
    """One thing asked of you: a task, invitation, mention, request to join or comments to answer."""

    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField(help_text="A path of this site; empty for invitations.")
    process_id = serializers.UUIDField(allow_null=True)
    process_title = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    status = serializers.CharField(help_text="Of a task; the role of an invitation.")
    count = serializers.IntegerField()
    object_id = serializers.UUIDField(allow_null=True)


class WorkViewSet(ProcessesViewSet):
    """What is asked of you."""

    queryset = Process.objects.none()
    serializer_class = WorkItemSerializer
    pagination_class = None
    needs: dict[str, str] = {}

    def get_permissions(self):
        return [IsAuthenticated()]

    @extend_schema(responses=WorkItemSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """List what is asked of you now across all processes, what is due first at the top."""
        return Response(WorkItemSerializer(my_work(request.user), many=True).data)
