"""Documents and threads over REST."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from cocreation.kernel.rest import UploadParser, body_of, query_of
from documents import exports
from documents.api import serializers
from documents.models import Document, Thread, ThreadStatus
from documents.selectors import answers, documents, texts, threads
from documents.selectors.listing import documents_visible_to, threads_visible_to
from documents.services import dispositions as disposition_services
from documents.services import documents as document_services
from documents.services import images as image_services
from documents.services import redaction as redaction_services
from documents.services import threads as thread_services
from documents.services import tickets as ticket_services
from processes.api.why_viewsets import WhyFilterSerializer, WhySerializer, why_answer


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

    @extend_schema(parameters=[serializers.DocumentFilterSerializer])
    def list(self, request: Request) -> Response:
        wanted = query_of(request, serializers.DocumentFilterSerializer)
        rows = documents_visible_to(request.user, process_id=wanted.get("process"))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=serializers.DocumentSerializer)
    def retrieve(self, request: Request, pk=None) -> Response:
        return self._answer(documents.document_get_for(request.user, pk, need="document_read"))

    @extend_schema(
        request=serializers.DocumentRenameSerializer, responses=serializers.DocumentSerializer
    )
    def partial_update(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_edit")
        data = body_of(request, serializers.DocumentRenameSerializer, partial=True)
        if "title" in data:
            document = document_services.document_rename(
                actor=request.user, document=document, title=data["title"]
            )
        return self._answer(document)

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

    @extend_schema(
        request=serializers.RedactionSerializer, responses=serializers.RedactedSerializer
    )
    @action(detail=True, methods=["post"])
    def redact(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_redact")
        data = body_of(request, serializers.RedactionSerializer)
        done = redaction_services.passage_redact(actor=request.user, document=document, **data)
        return Response(serializers.RedactedSerializer(done).data)

    @extend_schema(request=None, responses={201: serializers.TicketSerializer})
    @action(detail=True, methods=["post"])
    def ticket(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_read")
        secret, expires_at = ticket_services.ticket_create(actor=request.user, document=document)
        body = serializers.TicketSerializer({"ticket": secret, "expires_at": expires_at}).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[WhyFilterSerializer], responses=WhySerializer)
    @action(detail=True, methods=["get"])
    def why(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_read")
        query = query_of(request, WhyFilterSerializer)
        return why_answer(
            request, document.process, query, node=document.task, object_id=document.pk
        )

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
    @action(detail=True, methods=["post"], parser_classes=[UploadParser])
    def images(self, request: Request, pk=None) -> Response:
        document = documents.document_get_for(request.user, pk, need="document_write")
        upload = body_of(request, serializers.ImageUploadSerializer)["file"]
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

    def get_permissions(self):
        reading = self.request is None or self.request.method in ("GET", "HEAD", "OPTIONS")
        return [AllowAny()] if reading else [IsAuthenticated()]

    @extend_schema(parameters=[serializers.ThreadFilterSerializer])
    def list(self, request: Request, document_id=None) -> Response:
        document = documents.document_get_for(request.user, document_id, need="document_read")
        wanted = query_of(request, serializers.ThreadFilterSerializer)
        rows = threads.threads_list(document, **wanted)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=serializers.ThreadCreateSerializer, responses={201: serializers.ThreadSerializer}
    )
    def create(self, request: Request, document_id=None) -> Response:
        document = documents.document_get_for(request.user, document_id, need="thread_create")
        data = body_of(request, serializers.ThreadCreateSerializer)
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

    def get_permissions(self):
        reading = self.request is None or self.request.method in ("GET", "HEAD", "OPTIONS")
        return [AllowAny()] if reading else [IsAuthenticated()]

    @extend_schema(parameters=[serializers.ThreadsFilterSerializer])
    def list(self, request: Request) -> Response:
        wanted = query_of(request, serializers.ThreadsFilterSerializer)
        page = self.paginate_queryset(threads_visible_to(request.user, **wanted))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk=None) -> Response:
        return self._answer(threads.thread_get_for(request.user, pk, need="document_read"))

    @extend_schema(
        request=serializers.ThreadPatchSerializer, responses=serializers.ThreadSerializer
    )
    def partial_update(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="thread_resolve")
        data = body_of(request, serializers.ThreadPatchSerializer, partial=True)
        if "status" in data:
            change = {
                ThreadStatus.RESOLVED: thread_services.thread_resolve,
                ThreadStatus.OPEN: thread_services.thread_reopen,
            }[data["status"]]
            thread = change(actor=request.user, thread=thread)
        return self._answer(thread)

    @extend_schema(responses=serializers.CommentSerializer(many=True))
    @action(detail=True, methods=["get"])
    def comments(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="document_read")
        page = self.paginate_queryset(threads.comments_of(thread))
        return self.get_paginated_response(serializers.CommentSerializer(page, many=True).data)

    @extend_schema(
        request=serializers.CommentWriteSerializer, responses={201: serializers.CommentSerializer}
    )
    @comments.mapping.post
    def comment_create(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="comment_create")
        data = body_of(request, serializers.CommentWriteSerializer)
        comment = thread_services.comment_create(
            actor=request.user, thread=thread, body=data["body"]
        )
        body = serializers.CommentSerializer(comment).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses=serializers.DispositionSerializer)
    @action(detail=True, methods=["get"])
    def disposition(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="document_read")
        return Response(serializers.DispositionSerializer(threads.disposition_of(thread)).data)

    @extend_schema(
        request=serializers.DispositionWriteSerializer,
        responses=serializers.DispositionSerializer,
    )
    @disposition.mapping.put
    def disposition_set(self, request: Request, pk=None) -> Response:
        thread = threads.thread_get_for(request.user, pk, need="thread_dispose")
        data = body_of(request, serializers.DispositionWriteSerializer)
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
