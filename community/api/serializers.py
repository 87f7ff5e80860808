"""Shapes of people in the API: what goes out and what may come in. Rules are in the services."""

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cocreation.kernel.rest import InputSerializer
from community import notification_kinds
from community.models import BackgroundWork, Membership, Notification, Organisation, Territory, User
from community.models.organisations import OrganisationKind
from community.permissions import organisation_abilities


class TerritorySerializer(serializers.ModelSerializer):
    class Meta:
        model = Territory
        fields = ["id", "code", "name"]


class OrganisationBriefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "kind"]


class OwnMembershipSerializer(serializers.ModelSerializer):
    organisation = OrganisationBriefSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ["organisation", "role"]


class MeSerializer(serializers.ModelSerializer):
    display_name = serializers.CharField(read_only=True)
    initials = serializers.CharField(read_only=True)
    colour = serializers.CharField(read_only=True, help_text="#rrggbb")
    organisations = OwnMembershipSerializer(many=True, read_only=True, source="own_memberships")
    unread_notifications = serializers.IntegerField(read_only=True)

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "name",
            "display_name",
            "initials",
            "colour",
            "language",
            "time_zone",
            "about",
            "is_staff",
            "created_at",
            "organisations",
            "unread_notifications",
        ]
        read_only_fields = fields


class ProfileWriteSerializer(InputSerializer):
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        help_text="IANA name, like Europe/Riga: the clock of reminders and collected mails. Empty: the site's.",
    )
    about = serializers.CharField(max_length=300, required=False, allow_blank=True)


class OrganisationSerializer(serializers.ModelSerializer):
    territory = TerritorySerializer(read_only=True, allow_null=True)
    # Not a URLField: an organisation may have none, which an empty "uri" in the schema would not allow.
    website = serializers.CharField(read_only=True)
    member_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Organisation
        fields = [
            "id",
            "slug",
            "name",
            "kind",
            "description",
            "website",
            "territory",
            "member_count",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class OrganisationDetailSerializer(OrganisationSerializer):
    abilities = serializers.SerializerMethodField(help_text="What you may do with it.")

    class Meta(OrganisationSerializer.Meta):
        fields = [*OrganisationSerializer.Meta.fields, "abilities"]
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.BooleanField()))
    def get_abilities(self, organisation: Organisation) -> dict[str, bool]:
        return organisation_abilities(self.context["request"].user, organisation)


class OrganisationWriteSerializer(InputSerializer):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    website = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="http or https."
    )
    territory = serializers.CharField(
        max_length=32,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Official code of the territory, for example LV.",
    )


class MembershipAcceptSerializer(InputSerializer):
    """The last part of the address in the mail."""

    secret = serializers.CharField(max_length=200)


class NotificationSerializer(serializers.ModelSerializer):
    title = serializers.SerializerMethodField(help_text="The sentence, in your language.")

    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "data", "url", "process_id", "created_at", "read_at"]
        read_only_fields = fields

    def get_title(self, notification: Notification) -> str:
        return notification_kinds.title(notification.kind, notification.data)


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="How many rows were changed.")


class BackgroundWorkSerializer(serializers.ModelSerializer):
    """Long work of yours: ask again until `state` is done, failed or cancelled."""

    percent = serializers.IntegerField(read_only=True)
    has_file = serializers.SerializerMethodField(help_text="Fetch it at `file/` until it expires.")
    size_bytes = serializers.SerializerMethodField(help_text="Of the file that it made.")
    report = serializers.JSONField(read_only=True, help_text="What was found; depends on the kind.")

    class Meta:
        model = BackgroundWork
        fields = [
            "id",
            "kind",
            "label",
            "state",
            "done",
            "total",
            "percent",
            "report",
            "result_url",
            "has_file",
            "file_name",
            "size_bytes",
            "error_code",
            "error",
            "process_id",
            "created_at",
            "finished_at",
            "expires_at",
        ]
        read_only_fields = fields

    def get_has_file(self, work: BackgroundWork) -> bool:
        return bool(work.file)

    def get_size_bytes(self, work: BackgroundWork) -> int | None:
        return work.report.get("size_bytes") if isinstance(work.report, dict) else None
