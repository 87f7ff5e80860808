"""Addresses of stories and of copies (namespace `stories`)."""

from django.urls import path

from frontend.views import copies, public, stories

app_name = "stories"
STORY = "stories/<uuid:story_id>/"
urlpatterns = [
    path("stories/", stories.story_list, name="list"),
    path("stories/feed.atom", public.stories_feed, name="feed"),
    path(STORY, stories.story_detail, name="detail"),
    path(f"{STORY}edit/", stories.story_edit, name="edit"),
    path(f"{STORY}publish/", stories.publish, name="publish"),
    path(f"{STORY}withdraw/", stories.withdraw, name="withdraw"),
    path(f"{STORY}review/", stories.review, name="review"),
    path(f"{STORY}use/", stories.use, name="use"),
    path(f"{STORY}materials/<int:number>/", stories.material, name="material"),
    path(f"{STORY}files/<int:number>/", stories.file, name="file"),
    path("processes/<uuid:process_id>/story/", stories.begin, name="begin"),
    path("processes/<uuid:process_id>/copy/", copies.process_copy, name="copy"),
    path("processes/<uuid:process_id>/template/", copies.save_as_template, name="save-as-template"),
]
