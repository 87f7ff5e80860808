"""REST door to the personal address of one's calendar."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.selectors.calendars import calendar_secret
from community.services.calendars import calendar_renew, calendar_withdraw
from community.services.mail import absolute_url


class CalendarAddressSerializer(serializers.Serializer):
    """The address under which calendar programs read your tasks and phases; whoever has it can, too."""

    url = serializers.URLField(allow_null=True, help_text="null: there is none.")


class CalendarView(APIView):
    """Your calendar's address."""

    @extend_schema(responses=CalendarAddressSerializer, operation_id="me_calendar_retrieve")
    def get(self, request: Request) -> Response:
        """Say under which address your calendar is read."""
        return self._answer(request)

    @extend_schema(
        request=None, responses=CalendarAddressSerializer, operation_id="me_calendar_create"
    )
    def post(self, request: Request) -> Response:
        """Give your calendar an address, or another one; an older one stops working at once."""
        calendar_renew(actor=request.user)
        return self._answer(request)

    @extend_schema(responses={204: None}, operation_id="me_calendar_destroy")
    def delete(self, request: Request) -> Response:
        """Withdraw the address: nobody can read your calendar any more."""
        calendar_withdraw(actor=request.user)
        return Response(status=204)

    def _answer(self, request: Request) -> Response:
        secret = calendar_secret(request.user)
        path = reverse("calendars:mine", args=[secret]) if secret else ""
        response = Response({"url": absolute_url(path) if path else None})
        response["Cache-Control"] = "no-store"
        return response
