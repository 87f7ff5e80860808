"""REST door to the contribution record: one's own, shares of groups, points, certificates."""

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from processes.api import contribution_serializers as shapes
from processes.api.base import SIGNED_IN, ProcessesViewSet
from processes.certificate_pdf import certificate_pdf
from processes.models import Certificate, Node, NodeKind, Process
from processes.selectors import contributions as selectors
from processes.selectors.processes import process_get_for
from processes.selectors.tasks import node_get_for
from processes.services import contributions as services


class OwnRecordViewSet(ProcessesViewSet):
    """What you gave to a process; nobody else sees it."""

    queryset = Process.objects.none()
    serializer_class = shapes.RecordSerializer
    lookup_url_kwarg = "process_id"
    needs = {"retrieve": "process_read"}

    def get_permissions(self):
        return [IsAuthenticated()]

    @extend_schema(responses=shapes.RecordSerializer)
    def retrieve(self, request: Request, process_id: uuid.UUID) -> Response:
        """Show your own contribution record."""
        process = process_get_for(request.user, process_id, need=self.need)
        return Response(shapes.RecordSerializer(selectors.record_of(request.user, process)).data)


class SharesViewSet(ProcessesViewSet):
    """Shares of groups, published by coordinators; whoever may read the process may read them."""

    queryset = Process.objects.none()
    serializer_class = shapes.SharesSerializer
    lookup_url_kwarg = "process_id"
    needs = {
        "retrieve": "process_read",
        "create": "contribution_publish",
        "destroy": "contribution_publish",
    }

    @extend_schema(responses=shapes.SharesSerializer)
    def retrieve(self, request: Request, process_id: uuid.UUID) -> Response:
        """Show the published shares."""
        process = process_get_for(request.user, process_id, need=self.need)
        return Response(self._shape(selectors.shares_published(process)))

    @extend_schema(request=None, responses={201: shapes.SharesSerializer})
    def create(self, request: Request, process_id: uuid.UUID) -> Response:
        """Publish the shares as they are now; at most once a week."""
        process = process_get_for(request.user, process_id, need=self.need)
        shares = services.shares_publish(actor=request.user, process=process)
        return Response(self._shape(shares), status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, process_id: uuid.UUID) -> Response:
        """Take them out of sight."""
        process = process_get_for(request.user, process_id, need=self.need)
        services.shares_withdraw(actor=request.user, process=process)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shape(self, shares) -> dict:
        told = {"published_at": None, "kinds": []}
        if shares:
            told = {"published_at": shares.published_at, "kinds": shares.figures["kinds"]}
        return shapes.SharesSerializer(told).data


class PointsViewSet(ProcessesViewSet):
    """Points for finished tasks: off until a coordinator turns them on."""

    queryset = Process.objects.none()
    serializer_class = shapes.PointsSettingsSerializer
    pagination_class = None
    lookup_url_kwarg = "process_id"
    needs = {
        "retrieve": "activity_read",
        "update": "contribution_publish",
        "list": "activity_read",
    }

    @extend_schema(responses=shapes.PointsSettingsSerializer)
    def retrieve(self, request: Request, process_id: uuid.UUID) -> Response:
        """Say whether points are given, and what for."""
        process = process_get_for(request.user, process_id, need=self.need)
        return Response(shapes.PointsSettingsSerializer(selectors.settings_of(process)).data)

    @extend_schema(
        request=shapes.PointsSettingsInputSerializer, responses=shapes.PointsSettingsSerializer
    )
    def update(self, request: Request, process_id: uuid.UUID) -> Response:
        """Turn points on, saying what they are for, or off."""
        process = process_get_for(request.user, process_id, need=self.need)
        data = self.input(shapes.PointsSettingsInputSerializer, request)
        found = services.points_set(actor=request.user, process=process, **data)
        return Response(shapes.PointsSettingsSerializer(found).data)

    @extend_schema(responses=shapes.PointsRowSerializer(many=True), filters=False)
    def list(self, request: Request, process_id: uuid.UUID) -> Response:
        """List everybody's points, most first, for who takes part."""
        process = process_get_for(request.user, process_id, need=self.need)
        rows = selectors.points_list(request.user, process)
        return Response(shapes.PointsRowSerializer(rows, many=True).data)


class ComplexityViewSet(ProcessesViewSet):
    """How much work a task is."""

    queryset = Node.objects.none()
    serializer_class = shapes.ComplexitySerializer
    lookup_url_kwarg = "pk"
    needs = {"update": "node_edit"}

    @extend_schema(request=shapes.ComplexitySerializer, responses=shapes.ComplexitySerializer)
    def update(self, request: Request, pk: uuid.UUID) -> Response:
        """Say how much work a task is; finished, it gives so many points."""
        task = node_get_for(request.user, pk, need=self.need, kind=NodeKind.TASK)
        data = self.input(shapes.ComplexitySerializer, request)
        task = services.complexity_set(actor=request.user, task=task, **data)
        return Response({"complexity": task.complexity})


class CertificateViewSet(ProcessesViewSet):
    """Certificates of yours, from any process."""

    queryset = Certificate.objects.none()
    serializer_class = shapes.CertificateSerializer
    pagination_class = None
    needs = {
        "retrieve": SIGNED_IN,
        "create": "process_read",
        "destroy": SIGNED_IN,
        "pdf": SIGNED_IN,
    }

    def get_permissions(self):
        return [IsAuthenticated()]

    @extend_schema(responses=shapes.CertificateSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """List your certificates, newest first."""
        rows = selectors.certificates_of(request.user)
        return Response(shapes.CertificateSerializer(rows, many=True).data)

    @extend_schema(
        request=shapes.CertificateCreateSerializer, responses={201: shapes.CertificateSerializer}
    )
    def create(self, request: Request) -> Response:
        """Make a certificate of your record in a process as it is now, in your language."""
        data = self.input(shapes.CertificateCreateSerializer, request)
        process = process_get_for(request.user, data["process"], need=self.need)
        certificate = services.certificate_create(actor=request.user, process=process)
        return Response(
            shapes.CertificateSerializer(certificate).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(responses=shapes.CertificateSerializer)
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Show a certificate of yours."""
        certificate = selectors.certificate_get_for(request.user, pk)
        return Response(shapes.CertificateSerializer(certificate).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Withdraw it: its code shows nothing any more."""
        certificate = selectors.certificate_get_for(request.user, pk)
        services.certificate_withdraw(actor=request.user, certificate=certificate)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def pdf(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """Download it as PDF."""
        certificate = selectors.certificate_get_for(request.user, pk)
        return HttpResponse(
            certificate_pdf(certificate),
            content_type="application/pdf",
            headers={"Content-Disposition": 'attachment; filename="certificate.pdf"'},
        )


class CertificateCheckViewSet(ProcessesViewSet):
    """What a certificate says, for whoever has its code."""

    queryset = Certificate.objects.none()
    serializer_class = shapes.CertificatePublicSerializer
    lookup_url_kwarg = "code"
    lookup_value_converter = "str"
    needs = {"retrieve": SIGNED_IN}

    def get_permissions(self):
        return [AllowAny()]

    @extend_schema(responses=shapes.CertificatePublicSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """Show what a valid certificate says. No account is needed."""
        found = selectors.certificate_by_code(code)
        return Response(shapes.CertificatePublicSerializer(found).data)
