"""Addresses of the contribution record and of certificates (namespace `contributions`)."""

from django.urls import path

from frontend.views import contributions as views

app_name = "contributions"
RECORD = "processes/<uuid:process_id>/contribution/"
urlpatterns = [
    path(RECORD, views.own, name="own"),
    path(f"{RECORD}certificate/", views.certificate_create, name="certificate-create"),
    path(f"{RECORD}groups/", views.shares, name="shares"),
    path(f"{RECORD}groups/publish/", views.publish, name="publish"),
    path(f"{RECORD}groups/withdraw/", views.withdraw, name="withdraw"),
    path(f"{RECORD}points/", views.points, name="points"),
    path(
        "processes/<uuid:process_id>/tasks/<uuid:task_id>/complexity/",
        views.complexity,
        name="complexity",
    ),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/<uuid:certificate_id>/pdf/", views.certificate_file, name="certificate-pdf"),
    path(
        "certificates/<uuid:certificate_id>/withdraw/",
        views.certificate_withdraw,
        name="certificate-withdraw",
    ),
    path("certificates/<str:code>/", views.certificate_check, name="certificate"),
]
