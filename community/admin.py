"""Django's admin for operators: mostly for looking. Changes that have rules go through services."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.models import (
    AccessToken,
    Activity,
    Heartbeat,
    Mail,
    Membership,
    MembershipInvitation,
    Notification,
    Organisation,
    SignInLink,
    Territory,
    User,
)
from community.models.activity import MailStatus
from community.services.mail import mail_retry
from community.services.tokens import token_revoke

# Operators sign in by the same page as everybody, which counts attempts.
admin.site.login = secure_admin_login(admin.site.login)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the program writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Operators close accounts by taking `active` away; people remove themselves in their settings."""

    ordering = ["email"]
    list_display = [
        "email",
        "name",
        "language",
        "is_active",
        "is_staff",
        "created_at",
        "last_login",
    ]
    list_filter = ["is_active", "is_staff", "language"]
    search_fields = ["email", "name"]
    readonly_fields = ["id", "created_at", "last_login", "removed_at"]
    fieldsets = [
        (None, {"fields": ["id", "email", "password"]}),
        (_("Person"), {"fields": ["name", "language", "about"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["created_at", "last_login", "removed_at"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "password1", "password2"]})]
    filter_horizontal = ["groups"]

    def has_delete_permission(self, request, obj=None):
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    raw_id_fields = ["user"]


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "territory", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["territory"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    raw_id_fields = ["territory"]
    inlines = [MembershipInline]


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    raw_id_fields = ["parent"]


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    """The hash of a token is never shown."""

    list_display = [
        "user",
        "name",
        "scope",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    list_filter = ["scope"]
    list_select_related = ["user"]
    search_fields = ["user__email", "name"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["view"])
    def revoke(self, request, queryset):
        chosen = list(queryset.filter(revoked_at__isnull=True))
        for token in chosen:
            token_revoke(actor=request.user, token=token)
        text = ngettext(
            "%(count)d token was revoked.", "%(count)d tokens were revoked.", len(chosen)
        )
        self.message_user(request, text % {"count": len(chosen)}, messages.SUCCESS)


@admin.register(SignInLink)
class SignInLinkAdmin(ReadOnlyAdmin):
    list_display = ["email", "created_at", "expires_at", "used_at"]
    search_fields = ["email"]
    exclude = ["digest"]


@admin.register(MembershipInvitation)
class MembershipInvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "organisation", "role", "created_at", "expires_at", "accepted_at"]
    list_select_related = ["organisation"]
    search_fields = ["email", "organisation__name"]
    exclude = ["digest"]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Texts are not shown: they may hold one-time links."""

    list_display = ["to", "subject", "status", "attempts", "created_at", "sent_at", "error"]
    list_filter = ["status"]
    search_fields = ["to", "subject"]
    exclude = ["text", "html"]
    actions = ["send_again"]

    @admin.action(description=_("Send the chosen failed mails again"), permissions=["view"])
    def send_again(self, request, queryset):
        chosen = list(queryset.filter(status=MailStatus.FAILED))
        for mail in chosen:
            mail_retry(mail=mail)
        text = ngettext(
            "%(count)d mail is sent again.", "%(count)d mails are sent again.", len(chosen)
        )
        self.message_user(request, text % {"count": len(chosen)}, messages.SUCCESS)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "created_at", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "actor", "verb", "target_type", "target_label"]
    list_filter = ["verb"]
    list_select_related = ["actor"]
    search_fields = ["target_label"]
    date_hierarchy = "created_at"


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "beat_at"]
