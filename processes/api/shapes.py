"""What every shape of this app shares: people, and the abilities of who asks."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

ABILITIES = {"type": "object", "additionalProperties": {"type": "boolean"}}


class ParticipantSerializer(serializers.Serializer):
    """What others see of a person."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="display_name")


class NamedSerializer(serializers.Serializer):
    """Something with a name, by its id."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class PictureSerializer(serializers.Serializer):
    """A picture by its size and what it shows; the picture itself is under `processes/{id}/picture/`."""

    id = serializers.UUIDField()
    alt = serializers.CharField()
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    size_bytes = serializers.IntegerField(min_value=1)


class AbilitiesMixin(serializers.Serializer):
    """Adds `abilities`: what the asking person may do with the object."""

    abilities = serializers.SerializerMethodField(help_text="What you may do with it.")

    @extend_schema_field(ABILITIES)
    def get_abilities(self, obj) -> dict[str, bool]:
        return self.abilities_of(self.context["request"].user, obj)

    def abilities_of(self, user, obj) -> dict[str, bool]:
        raise NotImplementedError
