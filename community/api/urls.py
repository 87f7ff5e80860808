"""Routes of this app under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from community.api import viewsets
from community.api.background_viewsets import BackgroundWorkViewSet
from community.api.calendar_views import CalendarView
from community.api.notification_views import NotificationSettingsView

router = SimpleRouter(use_regex_path=False)
router.register("organisations", viewsets.OrganisationViewSet, basename="organisation")
router.register("notifications", viewsets.NotificationViewSet, basename="notification")
router.register("background-works", BackgroundWorkViewSet, basename="background-work")

urlpatterns = [
    path("me/", viewsets.MeView.as_view(), name="me"),
    path("me/calendar/", CalendarView.as_view(), name="calendar"),
    path(
        "me/notification-settings/",
        NotificationSettingsView.as_view(),
        name="notification-settings",
    ),
    path(
        "me/memberships/accept/", viewsets.MembershipAcceptView.as_view(), name="membership-accept"
    ),
    *router.urls,
]
