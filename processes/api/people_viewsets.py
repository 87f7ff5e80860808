"""REST door to the people of a process: roles, invitations, requests to join, teams."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from processes.api import people_serializers as serializers
from processes.api.base import SIGNED_IN, ProcessesViewSet
from processes.models import Invitation, JoinRequest, Process, ProcessRole, Team
from processes.selectors import invitations as invitation_selectors
from processes.selectors import people
from processes.selectors.processes import process_get_for
from processes.selectors.references import organisation_of
from processes.selectors.tasks import node_get_for
from processes.services import invitations as invitation_services
from processes.services import joining as joining_services
from processes.services import roles as role_services
from processes.services import teams as team_services


class PeopleViewSet(ProcessesViewSet):
    """What belongs to one process, which its address names first."""

    def process(self, request: Request, process_id: uuid.UUID, need: str = "") -> Process:
        return process_get_for(request.user, process_id, need=need or self.need)

    def place(self, request: Request, process_id: uuid.UUID, node_id: uuid.UUID | None):
        """Return the process and the branch that an input means, checked where the right must be."""
        if node_id is None:
            return self.process(request, process_id), None
        node = node_get_for(request.user, node_id, need=self.need)
        people.in_process(node, process_id)
        return node.process, node

    def page(self, process: Process, rows) -> Response:
        """Return a page of rows that share one process object, so that abilities cost no query each."""
        page = self.paginate_queryset(rows)
        for row in page:
            row.process = process
            if getattr(row, "node", None) is not None:
                row.node.process = process
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class RoleViewSet(PeopleViewSet):
    """Who has which role in a process and its branches."""

    queryset = ProcessRole.objects.none()
    serializer_class = serializers.RoleSerializer
    needs = {"list": "activity_read", "create": "role_grant", "destroy": "role_grant"}

    def list(self, request: Request, process_id) -> Response:
        """List the roles given."""
        process = self.process(request, process_id)
        return self.page(process, people.roles_list(process))

    @extend_schema(
        request=serializers.RoleGrantSerializer, responses={201: serializers.RoleSerializer}
    )
    def create(self, request: Request, process_id) -> Response:
        """Give a role; one that the person or team has at that place already is replaced."""
        data = self.input(serializers.RoleGrantSerializer, request)
        process, node = self.place(request, process_id, data.get("node"))
        user, team = people.holder_get(process, user_id=data.get("user"), team_id=data.get("team"))
        row = role_services.role_grant(
            actor=request.user, process=process, node=node, user=user, team=team, role=data["role"]
        )
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, process_id, pk) -> Response:
        """Take a role away; what is given above then counts. One's own may always be given up."""
        row = people.in_process(people.role_get_for(request.user, pk, need=self.need), process_id)
        role_services.role_revoke(actor=request.user, row=row)
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationViewSet(PeopleViewSet):
    """Invitations by e-mail."""

    queryset = Invitation.objects.none()
    serializer_class = serializers.InvitationSerializer
    needs = {
        "list": "invitation_create",
        "create": "invitation_create",
        "destroy": "invitation_create",
        "resend": "invitation_create",
        "accept": SIGNED_IN,
    }

    def list(self, request: Request, process_id) -> Response:
        """List the invitations of a process, newest first."""
        process = self.process(request, process_id)
        return self.page(process, invitation_selectors.invitations_list(process))

    @extend_schema(
        request=serializers.InvitationCreateSerializer,
        responses={201: serializers.InvitationSerializer},
    )
    def create(self, request: Request, process_id) -> Response:
        """Invite the owner of an address; the link is in the mail only."""
        data = self.input(serializers.InvitationCreateSerializer, request)
        process, node = self.place(request, process_id, data.pop("node", None))
        _user, team = people.holder_get(process, user_id=None, team_id=data.pop("team", None))
        row = invitation_services.invitation_create(
            actor=request.user, process=process, node=node, team=team, **data
        )
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, process_id, pk) -> Response:
        """Take an invitation back."""
        row = self._row(request, process_id, pk)
        invitation_services.invitation_revoke(actor=request.user, invitation=row)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=serializers.InvitationSerializer)
    def resend(self, request: Request, process_id, pk) -> Response:
        """Mail it again with a new link; the old one stops working."""
        row = self._row(request, process_id, pk)
        sent = invitation_services.invitation_resend(actor=request.user, invitation=row)
        return Response(self.get_serializer(sent).data)

    @extend_schema(request=None, responses=serializers.InvitationAcceptedSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk) -> Response:
        """Accept an invitation to your own address."""
        row = invitation_selectors.invitation_own_get(request.user, pk)
        accepted = invitation_services.invitation_accept_own(actor=request.user, invitation=row)
        return Response(serializers.InvitationAcceptedSerializer(accepted).data)

    def _row(self, request: Request, process_id, pk) -> Invitation:
        row = invitation_selectors.invitation_get_for(request.user, pk, need=self.need)
        return people.in_process(row, process_id)


class JoinRequestViewSet(PeopleViewSet):
    """Requests to take part."""

    queryset = JoinRequest.objects.none()
    serializer_class = serializers.JoinRequestSerializer
    needs = {
        "list": "join_request_decide",
        "create": "join_request_create",
        "decide": "join_request_decide",
    }

    @extend_schema(parameters=[serializers.JoinRequestFilterSerializer])
    def list(self, request: Request, process_id) -> Response:
        """List the requests, oldest first."""
        filters = self.query(serializers.JoinRequestFilterSerializer, request)
        process = self.process(request, process_id)
        return self.page(process, people.join_requests_list(process, **filters))

    @extend_schema(
        request=serializers.JoinRequestCreateSerializer,
        responses={201: serializers.JoinRequestSerializer},
    )
    def create(self, request: Request, process_id) -> Response:
        """Ask to take part."""
        process = self.process(request, process_id)
        data = self.input(serializers.JoinRequestCreateSerializer, request)
        row = joining_services.join_request_create(actor=request.user, process=process, **data)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=serializers.JoinRequestDecideSerializer, responses=serializers.JoinRequestSerializer
    )
    def decide(self, request: Request, process_id, pk) -> Response:
        """Accept with a role, or decline."""
        row = people.join_request_get_for(request.user, pk, need=self.need)
        people.in_process(row, process_id)
        data = self.input(serializers.JoinRequestDecideSerializer, request)
        team_id = data.pop("team", None)
        _user, data["team"] = people.holder_get(row.process, user_id=None, team_id=team_id)
        decided = joining_services.join_request_decide(actor=request.user, request=row, **data)
        return Response(self.get_serializer(decided).data)


class TeamViewSet(PeopleViewSet):
    """Teams of a process."""

    queryset = Team.objects.none()
    serializer_class = serializers.TeamSerializer
    needs = {
        "list": "activity_read",
        "create": "team_edit",
        "partial_update": "team_edit",
        "destroy": "team_edit",
        "members": "team_edit",
        "member_remove": "team_edit",
    }

    def list(self, request: Request, process_id) -> Response:
        """List the teams with their members."""
        process = self.process(request, process_id)
        return self.page(process, people.teams_list(process))

    @extend_schema(
        request=serializers.TeamWriteSerializer, responses={201: serializers.TeamSerializer}
    )
    def create(self, request: Request, process_id) -> Response:
        """Make an empty team."""
        process = self.process(request, process_id)
        team = team_services.team_create(
            actor=request.user, process=process, **self._fields(request)
        )
        return Response(self.get_serializer(team).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.TeamWriteSerializer, responses=serializers.TeamSerializer)
    def partial_update(self, request: Request, process_id, pk) -> Response:
        """Change the given fields."""
        team = self._row(request, process_id, pk)
        changed = team_services.team_update(
            actor=request.user, team=team, **self._fields(request, partial=True)
        )
        return Response(self.get_serializer(changed).data)

    def destroy(self, request: Request, process_id, pk) -> Response:
        """Remove a team with its roles and assignments."""
        team_services.team_remove(actor=request.user, team=self._row(request, process_id, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=serializers.TeamMemberSerializer, responses=serializers.TeamSerializer)
    def members(self, request: Request, process_id, pk) -> Response:
        """Put somebody who takes part into a team."""
        team = self._row(request, process_id, pk)
        user_id = self.input(serializers.TeamMemberSerializer, request)["user"]
        user, _team = people.holder_get(team.process, user_id=user_id, team_id=None)
        team_services.team_member_add(actor=request.user, team=team, user=user)
        return Response(self.get_serializer(team).data)

    def member_remove(self, request: Request, process_id, pk, user_id) -> Response:
        """Take somebody out of a team; everybody may leave one."""
        own = user_id == request.user.pk
        team = self._row(request, process_id, pk, "process_read" if own else "")
        user = people.team_member_get(team, user_id)
        team_services.team_member_remove(actor=request.user, team=team, user=user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _row(self, request: Request, process_id, pk, need: str = "") -> Team:
        team = people.team_get_for(request.user, pk, need=need or self.need)
        return people.in_process(team, process_id)

    def _fields(self, request: Request, *, partial: bool = False) -> dict:
        data = self.input(serializers.TeamWriteSerializer, request, partial=partial)
        if "organisation" in data:
            data["organisation"] = organisation_of(data["organisation"])
        return data
