"""Django's admin for operators: look, hide, mend a text. An import overwrites what its source changed."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interlinkers.models import (
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    ProblemProfile,
    ProblemProfileTranslation,
    ProcessTemplate,
    ProcessTemplateTranslation,
    TemplateNode,
    TemplateNodeTranslation,
)
from interlinkers.services.publishing import (
    interlinker_edited,
    interlinkers_publish,
    templates_publish,
)

OPERATORS_SOURCE = "local"


class TranslationInline(admin.StackedInline):
    extra = 0
    exclude = ["source_revision"]
    show_change_link = False


class ProblemProfileTranslationInline(TranslationInline):
    model = ProblemProfileTranslation


class InterlinkerTranslationInline(TranslationInline):
    model = InterlinkerTranslation


class ProcessTemplateTranslationInline(TranslationInline):
    model = ProcessTemplateTranslation


class TemplateNodeTranslationInline(TranslationInline):
    model = TemplateNodeTranslation


class InterlinkerFileInline(admin.TabularInline):
    """Files are checked by the importer, so they are only shown here."""

    model = InterlinkerFile
    extra = 0
    fields = readonly_fields = ["role", "language", "name", "content_type", "size_bytes"]
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


class SourcedAdmin(admin.ModelAdmin):
    """Rows with a source: what was imported keeps its key, what operators add is `local`."""

    search_fields = ["external_id", "translations__name"]

    def get_readonly_fields(self, request, obj=None):
        return ["source", "external_id", "revision"] if obj else ["source", "revision"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("translations")

    def save_model(self, request, obj, form, change):
        obj.source = obj.source or OPERATORS_SOURCE
        super().save_model(request, obj, form, change)

    @admin.display(description=_("languages"))
    def in_languages(self, obj):
        return ", ".join(obj.languages)


class PublishedAdmin(SourcedAdmin):
    """Rows that can be hidden. `publish` is the service that does it."""

    actions = ["show", "hide"]

    @staticmethod
    def publish(**kwargs) -> int:
        raise NotImplementedError

    @admin.action(description=_("Show in the catalogue"), permissions=["change"])
    def show(self, request, queryset):
        self._publish(request, queryset, is_published=True)

    @admin.action(description=_("Hide from the catalogue"), permissions=["change"])
    def hide(self, request, queryset):
        self._publish(request, queryset, is_published=False)

    def _publish(self, request, queryset, *, is_published: bool) -> None:
        number = self.publish(
            actor=request.user,
            ids=queryset.values_list("pk", flat=True),
            is_published=is_published,
        )
        text = ngettext("%(number)s entry changed.", "%(number)s entries changed.", number)
        self.message_user(request, text % {"number": number}, messages.SUCCESS)


@admin.register(ProblemProfile)
class ProblemProfileAdmin(SourcedAdmin):
    list_display = ["__str__", "external_id", "source", "group", "in_languages"]
    list_filter = ["source", "group"]
    fields = ["source", "external_id", "group", "order", "revision"]
    inlines = [ProblemProfileTranslationInline]


@admin.register(Interlinker)
class InterlinkerAdmin(PublishedAdmin):
    list_display = ["__str__", "nature", "form", "source", "in_languages", "is_published"]
    list_filter = ["is_published", "nature", "form", "difficulty", "source"]
    filter_horizontal = ["problem_profiles"]
    inlines = [InterlinkerTranslationInline, InterlinkerFileInline]
    publish = staticmethod(interlinkers_publish)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        interlinker_edited(actor=request.user, interlinker=form.instance)


@admin.register(ProcessTemplate)
class ProcessTemplateAdmin(PublishedAdmin):
    list_display = ["__str__", "external_id", "source", "in_languages", "is_published"]
    list_filter = ["is_published", "source"]
    fields = ["source", "external_id", "origin", "licence", "is_published", "revision"]
    inlines = [ProcessTemplateTranslationInline]
    publish = staticmethod(templates_publish)


@admin.register(TemplateNode)
class TemplateNodeAdmin(admin.ModelAdmin):
    """Texts of phases, objectives and tasks; the tree itself comes from the template's file."""

    list_display = ["__str__", "kind", "template", "parent", "order"]
    list_filter = ["kind", "template"]
    list_select_related = ["template"]
    search_fields = ["external_id", "translations__name"]
    fields = ["phase_kind", "duration_days", "problem_profiles", "interlinkers"]
    filter_horizontal = ["problem_profiles", "interlinkers"]
    inlines = [TemplateNodeTranslationInline]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .prefetch_related("translations", "template__translations", "parent__translations")
        )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
