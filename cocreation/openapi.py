"""The OpenAPI description: what drf-spectacular finds, plus the problems every operation may answer with."""

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer):
    """An error as problem+json (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable, for programs.")
    detail = serializers.CharField(help_text="Translated, for people.")
    fields = serializers.DictField(required=False, help_text="What is wrong, per field.")
    details = serializers.DictField(required=False, help_text="More facts, for programs.")


PROBLEM_STATUSES = (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429)


class AutoSchema(SpectacularAutoSchema):
    """Adds the problem answers to every operation."""

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        response = OpenApiResponse(ProblemSerializer, description="Problem")
        for status in PROBLEM_STATUSES:
            bodies.setdefault(
                str(status),
                self._get_response_for_code(
                    response, str(status), media_types=["application/problem+json"]
                ),
            )
        return bodies
