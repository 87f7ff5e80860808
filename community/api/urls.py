"""Routes of this app under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from community.api import viewsets

router = SimpleRouter(use_regex_path=False)
router.register("organisations", viewsets.OrganisationViewSet, basename="organisation")
router.register("notifications", viewsets.NotificationViewSet, basename="notification")

urlpatterns = [path("me/", viewsets.MeView.as_view(), name="me"), *router.urls]
