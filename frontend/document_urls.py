"""Addresses of documents (namespace `documents`)."""

from django.urls import path, re_path

from frontend.views import documents, threads, versions

app_name = "documents"
urlpatterns = [
    path("<uuid:document_id>/", documents.detail, name="detail"),
    path("<uuid:document_id>/print/", documents.print_page, name="print"),
    re_path(
        r"^(?P<document_id>[0-9a-f-]{36})/export/(?P<kind>docx|md)/$",
        documents.export,
        name="export",
    ),
    path("<uuid:document_id>/standing/", documents.standing, name="standing"),
    path("<uuid:document_id>/versions/", versions.version_list, name="versions"),
    path("<uuid:document_id>/versions/<int:number>/", versions.version_detail, name="version"),
    path("<uuid:document_id>/rename/", documents.rename, name="rename"),
    path("<uuid:document_id>/remove/", documents.remove, name="remove"),
    path("<uuid:document_id>/restore/", documents.restore, name="restore"),
    path("<uuid:document_id>/images/", documents.images, name="images"),
    path("<uuid:document_id>/images/<uuid:image_id>/", documents.image, name="image"),
    path("<uuid:document_id>/threads/", threads.thread_list, name="threads"),
    path(
        "<uuid:document_id>/drafts/<uuid:draft_id>/", documents.draft_publish, name="draft-publish"
    ),
    path("<uuid:document_id>/people/", documents.people_to_mention, name="people"),
    path("<uuid:document_id>/answers/", documents.answers, name="response-table"),
    path("<uuid:document_id>/answering/", threads.queue, name="queue"),
]
