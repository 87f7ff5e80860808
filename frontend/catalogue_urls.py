"""Addresses of the catalogue (namespace `catalogue`), below /catalogue/ and /templates/."""

from django.urls import path

from frontend.views import catalogue

app_name = "catalogue"
urlpatterns = [
    path("catalogue/", catalogue.interlinker_list, name="list"),
    path("catalogue/<uuid:interlinker_id>/", catalogue.interlinker_detail, name="interlinker"),
    path("catalogue/<uuid:interlinker_id>/use/", catalogue.interlinker_use, name="use"),
    path(
        "catalogue/<uuid:interlinker_id>/files/<uuid:file_id>/",
        catalogue.interlinker_file,
        name="file",
    ),
    path("templates/", catalogue.template_list, name="templates"),
    path("templates/<uuid:template_id>/", catalogue.template_detail, name="template"),
    path("templates/tasks/<uuid:node_id>/roles/", catalogue.template_roles, name="template-roles"),
]
