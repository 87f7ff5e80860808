"""REST door to the picture of a process."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from cocreation.kernel.rest import InputSerializer, JsonParser, UploadParser
from processes.api.base import ProcessesViewSet
from processes.api.shapes import PictureSerializer
from processes.models import Process
from processes.selectors.pictures import picture_get_for
from processes.selectors.processes import process_get_for
from processes.services import pictures as picture_services


class PictureWriteSerializer(InputSerializer):
    """A picture (PNG, JPEG or WebP; it is made anew as JPEG without metadata) and what it shows, in words."""

    alt = serializers.CharField(max_length=300)
    file = serializers.FileField(
        max_length=500, required=False, help_text="Left out, only the words change."
    )


class PictureWordsSerializer(InputSerializer):
    alt = serializers.CharField(max_length=300)


class ProcessPictureViewSet(ProcessesViewSet):
    """What a process is shown with."""

    queryset = Process.objects.none()
    serializer_class = PictureSerializer
    parser_classes = (JsonParser, UploadParser)
    lookup_url_kwarg = "process_id"
    needs = {"retrieve": "process_read", "update": "process_edit", "destroy": "process_edit"}

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, process_id) -> FileResponse:
        """Fetch the picture itself."""
        picture = picture_get_for(request.user, process_id)
        return FileResponse(
            picture.file.open("rb"),
            as_attachment=True,
            filename="picture.jpg",
            content_type="image/jpeg",
        )

    @extend_schema(
        request={
            "multipart/form-data": PictureWriteSerializer,
            "application/json": PictureWordsSerializer,
        },
        responses=PictureSerializer,
    )
    def update(self, request: Request, process_id) -> Response:
        """Put a picture in place of any that is there, or change its words."""
        process = process_get_for(request.user, process_id, need=self.need)
        data = self.input(PictureWriteSerializer, request)
        picture = picture_services.picture_set(actor=request.user, process=process, **data)
        return Response(PictureSerializer(picture).data)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, process_id) -> Response:
        """Take the picture away."""
        process = process_get_for(request.user, process_id, need=self.need)
        picture_services.picture_remove(actor=request.user, process=process)
        return Response(status=status.HTTP_204_NO_CONTENT)
