"""The routes of /api/v1/, put together from the apps."""

from django.urls import include, path

urlpatterns = [
    path("", include("community.api.urls")),
    path("", include("interlinkers.api.urls")),
    path("", include("processes.api.urls")),
    path("", include("documents.api.urls")),
]
