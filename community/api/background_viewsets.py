"""REST door to long work: parse, selector, service, answer. Everybody sees their own alone."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from community.api.serializers import BackgroundWorkSerializer
from community.models import BackgroundWork
from community.selectors.background import work_file_get_for, work_get_for, works_of
from community.services.background import work_cancel, work_remove


class BackgroundWorkViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Long work: exports, imports, copies."""

    queryset = BackgroundWork.objects.none()
    serializer_class = BackgroundWorkSerializer
    lookup_value_converter = "uuid"
    filter_backends = ()

    def get_queryset(self):
        return works_of(self.request.user)

    @extend_schema(responses=BackgroundWorkSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Say how far it is."""
        return Response(self.get_serializer(work_get_for(request.user, pk)).data)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk) -> Response:
        """Remove it when it is over, with the file that it made."""
        work_remove(actor=request.user, work=work_get_for(request.user, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=BackgroundWorkSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk) -> Response:
        """Call it off; nothing half done stays."""
        work = work_cancel(actor=request.user, work=work_get_for(request.user, pk))
        return Response(self.get_serializer(work).data)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk) -> FileResponse:
        """Download what it made."""
        work = work_file_get_for(request.user, pk)
        return FileResponse(
            work.file.open("rb"),
            as_attachment=True,
            filename=work.file_name,
            content_type="application/zip",
        )
