"""The project's addresses as they are with DEMO."""

from django.urls import include, path

from cocreation.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500"]
urlpatterns = [path("demo/", include("community.demo_urls")), *urlpatterns]
