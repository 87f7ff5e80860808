"""REST door to people: parse, selector or service, answer."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cocreation.kernel.rest import body_of
from community import selectors
from community.api import filters, serializers
from community.models import Organisation
from community.services import notifications, organisations, people
from community.services.membership_invitations import membership_invitation_accept


class MeView(APIView):
    """The person who asks."""

    @extend_schema(responses=serializers.MeSerializer, operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        """Say who you are to this program."""
        return self._answer(request.user)

    @extend_schema(
        request=serializers.ProfileWriteSerializer,
        responses=serializers.MeSerializer,
        operation_id="me_partial_update",
    )
    def patch(self, request: Request) -> Response:
        """Change your name, language, time zone or the line about you."""
        data = body_of(request, serializers.ProfileWriteSerializer, partial=True)
        return self._answer(people.profile_update(actor=request.user, **data))

    def _answer(self, user) -> Response:
        user.own_memberships = selectors.organisations_of(user)
        user.unread_notifications = selectors.notifications_unread_count(user)
        return Response(serializers.MeSerializer(user).data)


class OrganisationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Organisations; everybody may read them."""

    serializer_class = serializers.OrganisationSerializer
    filterset_class = filters.OrganisationFilter
    lookup_value_converter = "uuid"

    def get_permissions(self):
        return [AllowAny()] if self.action in ("list", "retrieve") else super().get_permissions()

    def get_queryset(self):
        return selectors.organisations_list()

    @extend_schema(responses=serializers.OrganisationDetailSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Show an organisation and what you may do with it."""
        organisation = selectors.organisation_get_for(request.user, pk, need="organisation_read")
        return self._detail(organisation)

    @extend_schema(
        request=serializers.OrganisationWriteSerializer,
        responses={201: serializers.OrganisationDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make an organisation; you become its administrator."""
        organisation = organisations.organisation_create(actor=request.user, **self._input())
        return self._detail(selectors.organisation_get(organisation.slug), status.HTTP_201_CREATED)

    @extend_schema(
        request=serializers.OrganisationWriteSerializer,
        responses=serializers.OrganisationDetailSerializer,
    )
    def partial_update(self, request: Request, pk) -> Response:
        """Change the given fields (its administrators and operators)."""
        organisation = selectors.organisation_get_for(request.user, pk, need="organisation_update")
        changed = organisations.organisation_update(
            actor=request.user, organisation=organisation, **self._input(partial=True)
        )
        return self._detail(selectors.organisation_get(changed.slug))

    def _input(self, *, partial: bool = False) -> dict:
        shape = serializers.OrganisationWriteSerializer
        values = body_of(self.request, shape, partial=partial)
        if values.get("territory"):
            values["territory"] = selectors.territory_get(values["territory"])
        elif "territory" in values:
            values["territory"] = None
        return values

    def _detail(self, organisation: Organisation, code: int = status.HTTP_200_OK) -> Response:
        shape = serializers.OrganisationDetailSerializer(
            organisation, context=self.get_serializer_context()
        )
        return Response(shape.data, status=code)


class MembershipAcceptView(APIView):
    """Joining an organisation by the invitation that was mailed."""

    @extend_schema(
        request=serializers.MembershipAcceptSerializer,
        responses=serializers.OwnMembershipSerializer,
    )
    def post(self, request: Request) -> Response:
        """Join; 410 with the reason when the invitation was accepted or is too old."""
        data = body_of(request, serializers.MembershipAcceptSerializer)
        membership, _person = membership_invitation_accept(secret=data["secret"], user=request.user)
        return Response(serializers.OwnMembershipSerializer(membership).data)


class NotificationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What you were told."""

    serializer_class = serializers.NotificationSerializer
    filterset_class = filters.NotificationFilter
    lookup_value_converter = "uuid"

    def get_queryset(self):
        return selectors.notifications_for(self.request.user)

    @extend_schema(request=None, responses=serializers.NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk) -> Response:
        """Mark one as read."""
        notification = selectors.notification_get_for(request.user, pk)
        notifications.notification_read(actor=request.user, notification=notification)
        return Response(self.get_serializer(notification).data)

    @extend_schema(request=None, responses=serializers.CountSerializer, filters=False)
    @action(
        detail=False,
        methods=["post"],
        url_path="read-all",
        pagination_class=None,
        filter_backends=[],
    )
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        return Response({"count": notifications.notifications_read_all(actor=request.user)})
