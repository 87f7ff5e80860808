"""REST door to processes as files: exporting one, looking one over, importing it. The answer is the work to watch."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from cocreation.kernel.rest import ArchiveParser, InputSerializer
from community.api.serializers import BackgroundWorkSerializer
from community.models import BackgroundWork
from community.selectors.background import work_get_for
from processes.api.base import SIGNED_IN, ProcessesViewSet
from processes.models import Process
from processes.selectors.processes import process_get_for
from processes.services import archives as archive_services


class ArchiveUploadSerializer(InputSerializer):
    file = serializers.FileField(max_length=500, allow_empty_file=True)


class ArchiveImportSerializer(InputSerializer):
    with_people = serializers.BooleanField(
        required=False, help_text="Operators only: match people by e-mail and restore their roles."
    )


def accepted(work: BackgroundWork) -> Response:
    """Answer with work that was begun."""
    return Response(BackgroundWorkSerializer(work).data, status=status.HTTP_202_ACCEPTED)


class ProcessExportViewSet(ProcessesViewSet):
    """A process as one file."""

    queryset = Process.objects.none()
    serializer_class = BackgroundWorkSerializer
    needs = {"create": "process_export"}

    @extend_schema(request=None, responses={202: BackgroundWorkSerializer})
    def create(self, request: Request, process_id) -> Response:
        """Export the process with everything in it, people's e-mail addresses too; yours alone, for three days."""
        process = process_get_for(request.user, process_id, need=self.need)
        return accepted(archive_services.export_request(actor=request.user, process=process))


class ArchiveViewSet(ProcessesViewSet):
    """Archives of processes on their way in."""

    queryset = Process.objects.none()
    serializer_class = BackgroundWorkSerializer
    needs = {"create": SIGNED_IN, "bring": SIGNED_IN}

    def get_parsers(self):
        return (
            [ArchiveParser()] if self.action_map.get("post") == "create" else super().get_parsers()
        )

    @extend_schema(
        request={"multipart/form-data": ArchiveUploadSerializer},
        responses={202: BackgroundWorkSerializer},
    )
    def create(self, request: Request) -> Response:
        """Have an archive looked over; nothing is imported yet. The report tells what is in it."""
        data = self.input(ArchiveUploadSerializer, request)
        return accepted(archive_services.check_request(actor=request.user, upload=data["file"]))

    @extend_schema(request=ArchiveImportSerializer, responses={202: BackgroundWorkSerializer})
    def bring(self, request: Request, pk) -> Response:
        """Import an archive that was looked over (the id of that work); you become the coordinator."""
        checked = work_get_for(request.user, pk, kind=archive_services.CHECK)
        data = self.input(ArchiveImportSerializer, request)
        work = archive_services.import_request(actor=request.user, checked=checked, **data)
        return accepted(work)
