"""Shapes of stories in the API."""

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cocreation.kernel.rest import InputSerializer
from processes.models import Story, StoryReview, TeamKind
from processes.selectors.drafting import PROPOSED

PROPOSED_ROLES = [(role.value, role.label) for role in PROPOSED]


class StorySerializer(serializers.ModelSerializer):
    """A story as lists show it."""

    organisation = serializers.SerializerMethodField(help_text="The name of who asked, or null.")
    rating = serializers.FloatField(read_only=True, allow_null=True, default=None)
    review_count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Story
        fields = [
            "id", "title", "summary", "language", "status", "organisation", "numbers", "shares_plan",
            "rating", "review_count", "reuse_count", "published_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_organisation(self, story: Story) -> str | None:
        return story.process.organisation.name if story.process.organisation else None


class StoryDetailSerializer(StorySerializer):
    """A story with everything there is to read. Texts among the materials are copies in Markdown."""

    class Meta(StorySerializer.Meta):
        fields = [
            *StorySerializer.Meta.fields,
            "process",
            "context",
            "results",
            "lessons",
            "materials",
        ]
        read_only_fields = fields


class StoryPatchSerializer(InputSerializer):
    """The fields to change."""

    title = serializers.CharField(required=False, max_length=200)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=400)
    context = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    results = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    lessons = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    language = serializers.ChoiceField(required=False, choices=settings.LANGUAGES)
    shares_plan = serializers.BooleanField(required=False)
    materials = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=30, help_text="Ids of assets."
    )
    links = serializers.CharField(
        required=False, allow_blank=True, max_length=20_000, help_text="One a line: title, address."
    )


class StoryFilterSerializer(serializers.Serializer):
    search = serializers.CharField(required=False, max_length=200)
    language = serializers.ChoiceField(required=False, choices=settings.LANGUAGES)


class ReviewSerializer(serializers.ModelSerializer):
    author = serializers.CharField(source="author.display_name", read_only=True)

    class Meta:
        model = StoryReview
        fields = ["id", "author", "rating", "body", "created_at", "updated_at"]
        read_only_fields = fields


class ReviewWriteSerializer(InputSerializer):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    body = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class CopySerializer(InputSerializer):
    """A new process with the plan of another; the rest is for coordinators of that one."""

    title = serializers.CharField(max_length=200)
    starts_on = serializers.DateField(required=False, allow_null=True)
    people = serializers.BooleanField(required=False)
    texts = serializers.BooleanField(required=False)
    files = serializers.BooleanField(required=False)
    picture = serializers.BooleanField(required=False)


class StoryUseSerializer(InputSerializer):
    title = serializers.CharField(max_length=200)
    starts_on = serializers.DateField(required=False, allow_null=True)


class TemplateSaveSerializer(InputSerializer):
    name = serializers.CharField(max_length=200)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=400)
    texts = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=100,
        help_text="Ids of document assets whose present words the template brings.",
    )


class TemplateRolesSerializer(InputSerializer):
    """The role that teams of each kind get on a task when its document is started; left out is none."""

    def get_fields(self):
        return {
            kind: serializers.ChoiceField(PROPOSED_ROLES, required=False)
            for kind in TeamKind.values
        }


class TemplateSavedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField(source="__str__")
    is_published = serializers.BooleanField()
