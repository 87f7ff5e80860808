"""REST door to what a person wants to hear of one process."""

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
from processes.selectors.processes import process_get_for


class ProcessNotificationSerializer(serializers.Serializer):
    """`usual`: as chosen for all processes; `asked`: nothing but what is asked of you."""

    pace = serializers.ChoiceField(ProcessPace.choices)


class ProcessNotificationViewSet(ProcessesViewSet):
    """What you want to hear of a process."""

    queryset = Process.objects.none()
    serializer_class = ProcessNotificationSerializer
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
