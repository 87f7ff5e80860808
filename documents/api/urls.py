"""Routes of documents and threads under /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from documents.api.viewsets import DocumentThreadsViewSet, DocumentViewSet, ThreadViewSet

router = SimpleRouter(use_regex_path=False)
router.register("documents", DocumentViewSet, basename="document")
router.register("threads", ThreadViewSet, basename="thread")

urlpatterns = [
    path(
        "documents/<uuid:document_id>/threads/",
        DocumentThreadsViewSet.as_view({"get": "list", "post": "create"}),
        name="document-threads",
    ),
    path("", include(router.urls)),
]
