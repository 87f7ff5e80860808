"""Shapes of the contribution record in the API."""

from rest_framework import serializers

from cocreation.kernel.rest import InputSerializer
from processes.api.shapes import ParticipantSerializer
from processes.models import Certificate
from processes.paths import code_shown


class RecordRowSerializer(serializers.Serializer):
    """One kind of contribution; `label` is in the language asked for."""

    name = serializers.CharField()
    label = serializers.CharField()
    number = serializers.IntegerField()


class RecordSerializer(serializers.Serializer):
    """What you gave to a process. `is_counting`: words of texts that changed are counted within minutes."""

    rows = RecordRowSerializer(many=True)
    first_on = serializers.DateField(allow_null=True)
    last_on = serializers.DateField(allow_null=True)
    is_counting = serializers.BooleanField()
    points = serializers.IntegerField(allow_null=True, help_text="Null where none are given.")


class CellSerializer(serializers.Serializer):
    """The share of a group of five people or more, in steps of five per cent."""

    group = serializers.CharField(help_text="A kind of team, `none` (no team) or `others`.")
    percent = serializers.IntegerField()


class KindSharesSerializer(serializers.Serializer):
    """How a kind of contribution is shared among groups."""

    name = serializers.CharField()
    cells = CellSerializer(many=True)


class SharesSerializer(serializers.Serializer):
    """Shares as they were on the day they were published; null and nothing when none are."""

    published_at = serializers.DateTimeField(allow_null=True)
    kinds = KindSharesSerializer(many=True)


class PointsSettingsSerializer(serializers.Serializer):
    """Whether the process gives points for finished tasks, and what they are for."""

    has_points = serializers.BooleanField()
    points_reason = serializers.CharField()


class PointsSettingsInputSerializer(InputSerializer):
    """`points_reason` is needed when points are turned on."""

    has_points = serializers.BooleanField()
    points_reason = serializers.CharField(
        required=False, allow_blank=True, max_length=1000, default=""
    )


class PointsRowSerializer(serializers.Serializer):
    """What somebody's finished tasks add up to."""

    person = ParticipantSerializer(source="user")
    points = serializers.IntegerField()
    tasks = serializers.IntegerField()


class ComplexitySerializer(InputSerializer):
    """How much work a task is: 1 to 5, or null for no points."""

    complexity = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)


class CertificateContentSerializer(serializers.Serializer):
    """What a certificate says: nothing more is shown to whoever has its code."""

    person = serializers.CharField()
    process = serializers.CharField()
    organisation = serializers.CharField()
    first_on = serializers.CharField(help_text="ISO date, or empty.")
    last_on = serializers.CharField(help_text="ISO date, or empty.")
    rows = RecordRowSerializer(many=True)


class CertificatePublicSerializer(serializers.Serializer):
    """A valid certificate as anybody sees it who has its code."""

    code = serializers.SerializerMethodField()
    language = serializers.CharField()
    content = CertificateContentSerializer()
    created_at = serializers.DateTimeField()

    def get_code(self, certificate: Certificate) -> str:
        return code_shown(certificate)


class CertificateSerializer(CertificatePublicSerializer):
    """A certificate of yours."""

    id = serializers.UUIDField()
    process = serializers.UUIDField(source="process_id", allow_null=True)


class CertificateCreateSerializer(InputSerializer):
    """Of which process."""

    process = serializers.UUIDField()
