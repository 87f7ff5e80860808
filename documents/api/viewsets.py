"""Documents and threads over REST."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from documents import exports
from documents.api import serializers
from documents.models import Document, Thread
from documents.selectors import answers, documents, texts, threads
from documents.selectors.listing import documents_visible_to
from documents.services import dispositions as disposition_services
from documents.services import documents as document_services
from documents.services import images as image_services
from documents.services import threads as thread_services
from documents.services import tickets as ticket_services

PROCESS_FILTER = OpenApiParameter("process", OpenApiTypes.UUID, description="Only of this process.")
STATUS_FILTER = OpenApiParameter("status", str, enum=["open", "resolved"])
NEEDS_FILTER = OpenApiParameter(
    "needs_answer", bool, description="Only those that wait for an answer."
)


def read(serializer_class, request: Request) -> dict:
    """Return the checked input of a request."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


@extend_schema_view(
    list=extend_schema(parameters=[PROCESS_FILTER]),
    retrieve=extend_schema(responses=serializers.DocumentSerializer),
)
class DocumentViewSet(viewsets.GenericViewSet):
    """Documents: reading, naming, exports and tickets. They are made through `tasks/{id}/assets/`."""

    queryset = Document.objects.none()
    serializer_class = serializers.DocumentListSerializer
    filter_backends = ()
    lookup_value_converter = "uuid"
    permission_classes = (AllowAny,)

    def get_permissions(self):
        reading = self.request is None or self.request.method in ("GET", "HEAD", "OPTIONS")
        return [AllowAny()] if reading else [IsAuthenticated()]

    def list(self, request: Request) -> Response:
        rows = documents_visible_to(request.user, process_id=request.query_params.get("process"))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk=None) -> Response:
        return self._answer(documents.document_get_for(request.user, pk, need="document_read"))

    @extend_schema(
        request=serializers.DocumentRenameSerializer, responses=serializers.DocumentSerializer
    )
    def partial_update(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_edit")
        data = read(serializers.DocumentRenameSerializer, request)
        return self._answer(
            document_services.document_rename(
                actor=request.user, document=document, title=data["title"]
            )
        )

    @extend_schema(responses=serializers.MarkdownSerializer)
    @action(detail=True, methods=["get"])
    def markdown(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_read")
        _content, sequence = texts.document_content(document)
        return Response({"markdown": exports.export_markdown(document), "sequence": sequence})

    @extend_schema(responses={(200, exports.DOCX): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def docx(self, request: Request, pk=None) -> HttpResponse:
        document = documents.document_get_for(request.user, pk, need="document_read")
        response = HttpResponse(exports.export_docx(document), content_type=exports.DOCX)
        response.headers["Content-Disposition"] = 'attachment; filename="document.docx"'
        return response

    @extend_schema(request=None, responses={201: serializers.TicketSerializer})
    @action(detail=True, methods=["post"])
    def ticket(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_read")
        secret, expires_at = ticket_services.ticket_create(actor=request.user, document=document)
        body = serializers.TicketSerializer({"ticket": secret, "expires_at": expires_at}).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses=serializers.ResponseTableSerializer)
    @action(detail=True, methods=["get"], url_path="response-table")
    def response_table(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_read")
        answered, asked = threads.answer_counts(document)
        rows = answers.response_table(document)
        body = {"answered": answered, "asked": asked, "rows": rows}
        return Response(serializers.ResponseTableSerializer(body).data)

    @extend_schema(
        request={"multipart/form-data": serializers.ImageUploadSerializer},
        responses={201: serializers.ImageSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def images(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_write")
        upload = read(serializers.ImageUploadSerializer, request)["file"]
        image = image_services.image_add(
            actor=request.user, document=document, data=upload.read(), name=upload.name
        )
        return Response(serializers.ImageSerializer(image).data, status=status.HTTP_201_CREATED)

    def _answer(self, document: Document) -> Response:
        context = self.get_serializer_context()
        return Response(serializers.DocumentSerializer(document, context=context).data)


class DocumentThreadsViewSet(viewsets.GenericViewSet):
    """The threads of one document."""

    queryset = Thread.objects.none()
    serializer_class = serializers.ThreadSerializer
    filter_backends = ()
    parser_classes = (JSONParser,)

    def get_permissions(self):
        reading = self.request is None or self.request.method in ("GET", "HEAD", "OPTIONS")
        return [AllowAny()] if reading else [IsAuthenticated()]

    @extend_schema(parameters=[STATUS_FILTER, NEEDS_FILTER])
    def list(self, request: Request, document_id=None) -> Response:
        document = documents.document_get_for(request.user, document_id, need="document_read")
        rows = threads.threads_list(
            document,
            status=request.query_params.get("status"),
            needs_answer=request.query_params.get("needs_answer") == "true",
        )
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=serializers.ThreadCreateSerializer, responses={201: serializers.ThreadSerializer}
    )
    def create(self, request: Request, document_id=None) -> Response:
        document = documents.document_get_for(request.user, document_id, need="thread_create")
        data = read(serializers.ThreadCreateSerializer, request)
        thread = thread_services.thread_create(
            actor=request.user, document=document, anchor=data.get("anchor"), body=data["body"]
        )
        return Response(self.get_serializer(thread).data, status=status.HTTP_201_CREATED)


class ThreadViewSet(viewsets.GenericViewSet):
    """One thread: reading, replying, settling, answering."""

    queryset = Thread.objects.none()
    serializer_class = serializers.ThreadSerializer
    filter_backends = ()
    lookup_value_converter = "uuid"
    parser_classes = (JSONParser,)

    def get_permissions(self):
        reading = self.request is None or self.request.method in ("GET", "HEAD", "OPTIONS")
        return [AllowAny()] if reading else [IsAuthenticated()]

    def retrieve(self, request: Request, pk=None) -> Response:
        return self._answer(threads.thread_get_for(request.user, pk, need="document_read"))

    @extend_schema(
        request=serializers.ThreadPatchSerializer, responses=serializers.ThreadSerializer
    )
    def partial_update(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="thread_resolve")
        wanted = read(serializers.ThreadPatchSerializer, request)["status"]
        change = {
            "resolved": thread_services.thread_resolve,
            "open": thread_services.thread_reopen,
        }[wanted]
        return self._answer(change(actor=request.user, thread=thread))

    @extend_schema(
        request=serializers.CommentWriteSerializer, responses={201: serializers.CommentSerializer}
    )
    @action(detail=True, methods=["post"])
    def comments(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="comment_create")
        data = read(serializers.CommentWriteSerializer, request)
        comment = thread_services.comment_create(
            actor=request.user, thread=thread, body=data["body"]
        )
        body = serializers.CommentSerializer(comment).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=serializers.DispositionWriteSerializer,
        responses={200: OpenApiResponse(serializers.DispositionSerializer)},
    )
    @action(detail=True, methods=["put"])
    def disposition(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="thread_dispose")
        data = read(serializers.DispositionWriteSerializer, request)
        disposition = disposition_services.disposition_set(
            actor=request.user,
            thread=thread,
            outcome=data["outcome"],
            reason=data["reason"],
            change=data.get("change"),
        )
        return Response(serializers.DispositionSerializer(disposition).data)

    def _answer(self, thread: Thread) -> Response:
        return Response(self.get_serializer(thread).data)
