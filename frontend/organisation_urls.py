"""Addresses of organisations (namespace `organisations`)."""

from django.urls import path

from frontend.views import organisations

app_name = "organisations"
urlpatterns = [
    path("", organisations.organisation_list, name="list"),
    path("new/", organisations.organisation_create, name="create"),
    path("<slug:slug>/", organisations.organisation_detail, name="detail"),
    path("<slug:slug>/edit/", organisations.organisation_edit, name="edit"),
    path("<slug:slug>/members/", organisations.member_add, name="member-add"),
    path(
        "<slug:slug>/members/<uuid:user_id>/role/",
        organisations.member_role,
        name="member-role",
    ),
    path(
        "<slug:slug>/members/<uuid:user_id>/remove/",
        organisations.member_remove,
        name="member-remove",
    ),
]
