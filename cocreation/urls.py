"""All addresses: pages, accounts, the API, health, Django's admin for operators."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from cocreation.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/v1/", include("cocreation.api")),
    path("accounts/", include("community.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("frontend.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("community.demo_urls")))

handler400 = "cocreation.problems.handler_bad_request"
handler403 = "cocreation.problems.handler_forbidden"
handler404 = "cocreation.problems.handler_not_found"
handler500 = "cocreation.problems.handler_fault"
