"""REST door to when a person is told."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cocreation.kernel.rest import body_of
from community.models import Group, Pace
from community.selectors.notification_settings import preferences_of
from community.services.notification_settings import preferences_set

CHOICES = Pace.choices


class NotificationSettingsSerializer(serializers.Serializer):
    """The pace of e-mails for each group of notifications. `never` is offered for `events` only."""

    asked = serializers.ChoiceField(CHOICES, help_text="Tasks, mentions, requests, reminders.")
    answers = serializers.ChoiceField(CHOICES, help_text="Replies and answers to your comments.")
    place = serializers.ChoiceField(CHOICES, help_text="Your roles, teams and requests to join.")
    events = serializers.ChoiceField(CHOICES, help_text="What happens in your processes.")
    account = serializers.ChoiceField(CHOICES, help_text="Your account and work you started.")


class NotificationSettingsView(APIView):
    """When you are mailed."""

    @extend_schema(
        responses=NotificationSettingsSerializer, operation_id="me_notification_settings_retrieve"
    )
    def get(self, request: Request) -> Response:
        """Say when you are mailed, per group."""
        return self._answer(request)

    @extend_schema(
        request=NotificationSettingsSerializer,
        responses=NotificationSettingsSerializer,
        operation_id="me_notification_settings_partial_update",
    )
    def patch(self, request: Request) -> Response:
        """Change when you are mailed, for the given groups."""
        chosen = body_of(request, NotificationSettingsSerializer, partial=True)
        preferences_set(actor=request.user, groups=chosen)
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        wanted = preferences_of(request.user)
        return Response({group: wanted.pace(group) for group in Group.values})
