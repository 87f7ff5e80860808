"""REST door to invitation links, and to leaving a process."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from community.services.mail import absolute_url
from processes.api import people_serializers as serializers
from processes.api.base import SIGNED_IN
from processes.api.people_viewsets import PeopleViewSet
from processes.models import InvitationLink
from processes.paths import link_path
from processes.selectors import people
from processes.selectors.links import link_get_for, links_list
from processes.services import links as link_services
from processes.services.leaving import process_leave


class InvitationLinkViewSet(PeopleViewSet):
    """Invitations by link."""

    queryset = InvitationLink.objects.none()
    serializer_class = serializers.InvitationLinkSerializer
    needs = {
        "list": "invitation_create",
        "create": "invitation_create",
        "destroy": "invitation_create",
        "accept": SIGNED_IN,
        "leave": SIGNED_IN,
    }

    def list(self, request: Request, process_id) -> Response:
        """List the links that work or let somebody in, newest first, each with whom."""
        process = self.process(request, process_id)
        return self.page(process, links_list(process))

    @extend_schema(
        request=serializers.InvitationLinkCreateSerializer,
        responses={201: serializers.InvitationLinkMadeSerializer},
    )
    def create(self, request: Request, process_id) -> Response:
        """Make a link; its address is in this answer only."""
        data = self.input(serializers.InvitationLinkCreateSerializer, request)
        process, node = self.place(request, process_id, data.pop("node", None))
        _user, team = people.holder_get(process, user_id=None, team_id=data.pop("team", None))
        link, secret = link_services.link_create(
            actor=request.user, process=process, node=node, team=team, **data
        )
        link.address = absolute_url(link_path(secret))
        body = serializers.InvitationLinkMadeSerializer(link).data
        return Response(body, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, process_id, pk) -> Response:
        """Take a link back; who came in by it stays."""
        link = people.in_process(link_get_for(request.user, pk, need=self.need), process_id)
        link_services.link_revoke(actor=request.user, link=link)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        request=serializers.LinkAcceptSerializer, responses=serializers.InvitationAcceptedSerializer
    )
    def accept(self, request: Request) -> Response:
        """Come in by a link; 410 with the reason when it is used up, too old or taken back."""
        data = self.input(serializers.LinkAcceptSerializer, request)
        link = link_services.link_accept(secret=data["secret"], user=request.user)
        return Response(serializers.InvitationAcceptedSerializer(link).data)

    @extend_schema(request=None, responses={204: None})
    def leave(self, request: Request, process_id) -> Response:
        """Leave the process: all your roles, teams and tasks in it."""
        process = self.process(request, process_id, need="process_read")
        process_leave(actor=request.user, process=process)
        return Response(status=status.HTTP_204_NO_CONTENT)
