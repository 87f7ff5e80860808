"""REST door to lists of people: who takes part, and inviting many by a CSV file that is looked over first."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cocreation.kernel.rest import InputSerializer, UploadParser
from community.api.serializers import BackgroundWorkSerializer
from processes.api.archive_viewsets import accepted
from processes.api.people_serializers import GIVEN_ROLES
from processes.api.people_viewsets import PeopleViewSet
from processes.models import Process, Role
from processes.people_csv import SIZE_MAX_BYTES, People
from processes.selectors.people import people_rows
from processes.services.people_import import people_check, people_import_start, teams_missing


class PersonRowSerializer(serializers.Serializer):
    """One role of one person; `where` names a branch, `team` the team that it comes from."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    where = serializers.CharField()
    team = serializers.CharField()


class PeopleListSerializer(InputSerializer):
    """A list of people as CSV, with the role of those whose line names none."""

    file = serializers.FileField(max_length=500, allow_empty_file=True)
    role = serializers.ChoiceField(GIVEN_ROLES, default=Role.COAUTHOR.value)
    new_teams = serializers.BooleanField(
        required=False, help_text="Make teams that are missing; else their lines are broken."
    )


class PeopleLineSerializer(serializers.Serializer):
    """A line that is good, or says what is wrong with it."""

    number = serializers.IntegerField()
    email = serializers.CharField()
    role = serializers.CharField()
    team = serializers.CharField()
    problems = serializers.ListField(child=serializers.CharField())


class PeopleCheckedSerializer(serializers.Serializer):
    """What inviting by the list would do."""

    good = PeopleLineSerializer(many=True)
    broken = PeopleLineSerializer(many=True)
    new_teams = serializers.ListField(child=serializers.CharField())


class PeopleListViewSet(PeopleViewSet):
    """Lists of people of a process."""

    queryset = Process.objects.none()
    serializer_class = PersonRowSerializer
    needs = {"list": "role_grant", "check": "invitation_create", "invite": "invitation_create"}

    def get_parsers(self):
        return [UploadParser()] if "post" in self.action_map else super().get_parsers()

    def list(self, request: Request, process_id) -> Response:
        """List everybody with a role, also through teams, with their addresses: a row for each role."""
        rows = people_rows(self.process(request, process_id))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(PersonRowSerializer(page, many=True).data)

    @extend_schema(
        request={"multipart/form-data": PeopleListSerializer}, responses=PeopleCheckedSerializer
    )
    def check(self, request: Request, process_id) -> Response:
        """Look a list over; nothing is sent."""
        process = self.process(request, process_id)
        found, _data = self._found(request, process)
        body = {
            "good": found.good,
            "broken": found.broken,
            "new_teams": teams_missing(process, found.good),
        }
        return Response(PeopleCheckedSerializer(body).data)

    @extend_schema(
        request={"multipart/form-data": PeopleListSerializer},
        responses={202: BackgroundWorkSerializer},
    )
    def invite(self, request: Request, process_id) -> Response:
        """Invite everybody whose line is good; broken lines are left. The answer is the work to watch."""
        process = self.process(request, process_id)
        found, data = self._found(request, process)
        work = people_import_start(
            actor=request.user,
            process=process,
            lines=found.good,
            with_teams=data.get("new_teams", False),
        )
        return accepted(work)

    def _found(self, request: Request, process: Process) -> tuple[People, dict]:
        data = self.input(PeopleListSerializer, request)
        found = people_check(
            actor=request.user,
            process=process,
            # One byte more than allowed is enough to refuse it.
            data=data["file"].read(SIZE_MAX_BYTES + 1),
            default_role=data["role"],
            new_teams=data.get("new_teams", False),
        )
        return found, data
