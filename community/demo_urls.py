"""Pages of the demo alone: the mails it would have sent. Included only with DEMO."""

from django.urls import path

from community import demo_views

app_name = "demo"
urlpatterns = [
    path("mails/", demo_views.mail_list, name="mails"),
    path("mails/<uuid:ident>/", demo_views.mail_detail, name="mail"),
]
