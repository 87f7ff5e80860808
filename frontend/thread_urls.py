"""Addresses of threads and comments (namespace `threads`)."""

from django.urls import path

from frontend.views import threads

app_name = "threads"
urlpatterns = [
    path("<uuid:thread_id>/comments/", threads.comment_create, name="comment-create"),
    path("<uuid:thread_id>/resolve/", threads.resolve, name="resolve"),
    path("<uuid:thread_id>/reopen/", threads.reopen, name="reopen"),
    path("<uuid:thread_id>/disposition/", threads.disposition, name="disposition"),
    path("comments/<uuid:comment_id>/", threads.comment_update, name="comment-update"),
    path("comments/<uuid:comment_id>/remove/", threads.comment_remove, name="comment-remove"),
]
