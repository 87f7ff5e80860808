"""Addresses of processes as files (namespace `archives`)."""

from django.urls import path

from frontend.views import archives

app_name = "archives"
urlpatterns = [
    path("processes/import/", archives.process_import, name="import"),
    path("processes/import/<uuid:work_id>/", archives.import_confirm, name="confirm"),
    path("processes/<uuid:process_id>/export/", archives.process_export, name="export"),
]
