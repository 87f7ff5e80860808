"""REST door to the catalogue: public, read only. Parse, selector, answer."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as rest_serializers
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from interlinkers import selectors
from interlinkers.api import serializers
from interlinkers.api.languages import LANGUAGE_PARAMETER, requested_language


class CatalogueViewSet(viewsets.GenericViewSet):
    """What the three lists of the catalogue share."""

    permission_classes = [AllowAny]
    filter_backends = []
    lookup_value_converter = "uuid"

    @property
    def language(self) -> str:
        return requested_language(self.request)

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "language": self.language}

    def query(self, shape: type[rest_serializers.Serializer]) -> dict:
        """Return the checked parameters of the address."""
        data = shape(data=self.request.query_params)
        data.is_valid(raise_exception=True)
        return dict(data.validated_data)

    def answer_page(self, rows) -> Response:
        page = self.paginate_queryset(rows)
        response = self.get_paginated_response(self.get_serializer(page, many=True).data)
        response["Vary"] = "Accept-Language"
        return response

    def answer(self, shape: type[rest_serializers.Serializer], row) -> Response:
        data = shape(row, context=self.get_serializer_context()).data
        return Response(data, headers={"Vary": "Accept-Language"})


class InterlinkerViewSet(CatalogueViewSet):
    """Interlinkers: what helps with a task."""

    serializer_class = serializers.InterlinkerSerializer

    @extend_schema(parameters=[serializers.InterlinkerQuerySerializer, LANGUAGE_PARAMETER])
    def list(self, request: Request) -> Response:
        """List interlinkers by name, narrowed by any of the parameters."""
        narrowed = self.query(serializers.InterlinkerQuerySerializer)
        narrowed["language"] = narrowed.pop("available_in", None)
        return self.answer_page(selectors.interlinkers_list(**narrowed, shown_in=self.language))

    @extend_schema(
        parameters=[LANGUAGE_PARAMETER], responses=serializers.InterlinkerDetailSerializer
    )
    def retrieve(self, request: Request, pk) -> Response:
        """Show an interlinker with its texts and files."""
        row = selectors.interlinker_get(pk)
        return self.answer(serializers.InterlinkerDetailSerializer, row)


class ProblemProfileViewSet(CatalogueViewSet):
    """Problem profiles: what a task struggles with."""

    serializer_class = serializers.ProblemProfileSerializer

    @extend_schema(parameters=[serializers.ProblemProfileQuerySerializer, LANGUAGE_PARAMETER])
    def list(self, request: Request) -> Response:
        """List problem profiles."""
        narrowed = self.query(serializers.ProblemProfileQuerySerializer)
        return self.answer_page(selectors.profiles_list(**narrowed))

    @extend_schema(parameters=[LANGUAGE_PARAMETER])
    def retrieve(self, request: Request, pk) -> Response:
        """Show a problem profile."""
        return self.answer(self.serializer_class, selectors.profile_get(pk))


class ProcessTemplateViewSet(CatalogueViewSet):
    """Process templates: whole processes to start from."""

    serializer_class = serializers.ProcessTemplateSerializer

    @extend_schema(parameters=[LANGUAGE_PARAMETER])
    def list(self, request: Request) -> Response:
        """List process templates by name."""
        return self.answer_page(selectors.templates_list(shown_in=self.language))

    @extend_schema(
        parameters=[LANGUAGE_PARAMETER], responses=serializers.ProcessTemplateDetailSerializer
    )
    def retrieve(self, request: Request, pk) -> Response:
        """Show a process template with its phases, objectives and tasks."""
        template = selectors.template_get(pk)
        template.tree = selectors.template_tree(template)
        return self.answer(serializers.ProcessTemplateDetailSerializer, template)
