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


ANY_TEXT = r"^[^\u0000]*$"
SOME_TEXT = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
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

    def _map_serializer(self, serializer, direction, bypass_extensions=False):
        """Add what an input says of fields that need each other."""
        shape = super()._map_serializer(serializer, direction, bypass_extensions)
        alternatives = getattr(serializer, "alternatives", None)
        return {**shape, **alternatives} if alternatives and direction == "request" else shape


def texts_described(result: dict, generator, request, public) -> dict:
    """Say of each text that comes in what is refused: NUL, and nothing but spaces where there has to be something."""
    for name, shape in result["components"]["schemas"].items():
        if not name.endswith("Request"):
            continue
        for field in shape.get("properties", {}).values():
            if field.get("type") == "string" and not {"format", "enum", "pattern"} & set(field):
                field["pattern"] = SOME_TEXT if field.get("minLength") else ANY_TEXT
    return result
