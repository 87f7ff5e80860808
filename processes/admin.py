"""Django's admin for operators: look at everything, appoint a coordinator, finish or reopen. All through services."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.errors import DomainError
from processes.models import (
    Asset,
    Invitation,
    JoinRequest,
    Node,
    Process,
    ProcessRole,
    Story,
    StoryReview,
    Team,
    TeamMember,
)
from processes.services.processes import process_finish, process_reopen
from processes.services.roles import role_grant, role_revoke
from processes.services.stories import review_take_down


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are made and changed on the pages only."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Process)
class ProcessAdmin(ReadOnlyAdmin):
    list_display = ["title", "status", "visibility", "language", "organisation", "created_at"]
    list_filter = ["status", "visibility", "language"]
    search_fields = ["title", "summary"]
    list_select_related = ["organisation"]
    actions = ["finish", "reopen"]

    @admin.action(description=_("Finish the chosen processes"))
    def finish(self, request, queryset):
        self._each(request, queryset, process_finish)

    @admin.action(description=_("Reopen the chosen processes"))
    def reopen(self, request, queryset):
        self._each(request, queryset, process_reopen)

    def _each(self, request, queryset, service):
        for process in queryset:
            try:
                service(actor=request.user, process=process)
            except DomainError as error:
                self.message_user(request, f"{process}: {error.message}", messages.ERROR)


class RoleForm(forms.ModelForm):
    """A role to give; the service is asked while the form is checked, so that its refusal is shown at the form."""

    actor = None

    class Meta:
        model = ProcessRole
        fields = ["process", "node", "user", "team", "role"]

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if bool(data.get("user")) == bool(data.get("team")):
            raise forms.ValidationError(_("Choose a person or a team."))
        try:
            self.given = role_grant(actor=self.actor, **data)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error
        return data

    def _post_clean(self):
        """Leave the row alone: the service has made it."""

    def save(self, commit=True):
        self.instance = self.given
        self.save_m2m = lambda: None
        return self.given


@admin.register(ProcessRole)
class ProcessRoleAdmin(admin.ModelAdmin):
    """Operators may appoint a coordinator where none is left; the log says that it was them."""

    form = RoleForm
    list_display = ["process", "node", "user", "team", "role", "granted_by", "created_at"]
    list_filter = ["role"]
    list_select_related = ["process", "node", "user", "team", "granted_by"]
    search_fields = ["process__title", "user__email", "team__name"]
    raw_id_fields = ["process", "node", "user", "team"]
    actions = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type("RoleFormOfActor", (form,), {"actor": request.user})

    def has_change_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Do nothing: the form called the service."""

    def delete_model(self, request, obj):
        try:
            role_revoke(actor=request.user, row=obj)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)


class TeamMemberInline(admin.TabularInline):
    model = TeamMember
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ["name", "process", "kind", "organisation"]
    list_filter = ["kind"]
    list_select_related = ["process", "organisation"]
    search_fields = ["name", "process__title"]
    inlines = [TeamMemberInline]


@admin.register(Node)
class NodeAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "process", "status", "starts_on", "ends_on", "disabled_at"]
    list_filter = ["kind", "status"]
    list_select_related = ["process"]
    search_fields = ["title", "process__title"]


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "task", "created_by", "created_at", "removed_at"]
    list_filter = ["kind"]
    list_select_related = ["task", "created_by"]
    search_fields = ["title", "task__title"]
    exclude = ["file"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "process", "role", "created_at", "expires_at", "accepted_at"]
    list_filter = ["role"]
    list_select_related = ["process"]
    search_fields = ["email", "process__title"]
    exclude = ["digest"]


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    list_display = ["user", "process", "status", "created_at", "decided_at"]
    list_filter = ["status"]
    list_select_related = ["user", "process"]
    search_fields = ["user__email", "process__title"]


@admin.register(Story)
class StoryAdmin(ReadOnlyAdmin):
    list_display = ["title", "status", "language", "process", "published_at", "reuse_count"]
    list_filter = ["status", "language"]
    search_fields = ["title", "summary"]
    list_select_related = ["process"]


@admin.register(StoryReview)
class StoryReviewAdmin(ReadOnlyAdmin):
    list_display = ["story", "author", "rating", "body", "created_at"]
    list_filter = ["rating"]
    search_fields = ["body"]
    list_select_related = ["story", "author"]
    actions = ["take_down"]

    @admin.action(description=_("Remove the chosen reviews for good"))
    def take_down(self, request, queryset):
        for review in queryset.select_related("story__process"):
            review_take_down(actor=request.user, review=review)
