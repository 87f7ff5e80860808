"""Account pages besides allauth: sign-in links, settings, notifications."""

from django.urls import path

from community import membership_views, notification_views, views

app_name = "account"
urlpatterns = [
    path("link/", views.link_request, name="link-request"),
    path("link/sent/", views.link_sent, name="link-sent"),
    path("link/<str:secret>/", views.link_use, name="link-use"),
    path("organisations/<str:secret>/", membership_views.membership_use, name="membership"),
    path("settings/", views.account_settings, name="settings"),
    path(
        "settings/notifications/",
        notification_views.notification_settings,
        name="notification-settings",
    ),
    path(
        "settings/notifications/processes/",
        notification_views.process_pace_forget,
        name="notification-processes-usual",
    ),
    path("unsubscribe/<str:token>/", notification_views.unsubscribe, name="unsubscribe"),
    path("settings/tokens/", views.token_create, name="token-create"),
    path("settings/tokens/<uuid:ident>/revoke/", views.token_revoke, name="token-revoke"),
    path("settings/data/", views.data_download, name="data"),
    path("settings/remove/", views.account_remove, name="remove"),
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read/", views.notifications_read, name="notifications-read"),
    path("notifications/<uuid:ident>/", views.notification_open, name="notification-open"),
]
