"""Addresses of all pages."""

from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from frontend.sitemaps import SITEMAPS
from frontend.views import home, pages, public, works

urlpatterns = [
    path("", home.home, name="home"),
    path("my-work/", home.my_work_page, name="my-work"),
    path("notifications/bell/", home.notifications_bell, name="notifications-bell"),
    path("notifications/unread/", home.notifications_unread, name="notifications-unread"),
    path("works/", works.work_list, name="works"),
    path("works/<uuid:work_id>/remove/", works.remove, name="work-remove"),
    path("works/<uuid:work_id>/", works.work_page, name="work"),
    path("works/<uuid:work_id>/cancel/", works.cancel, name="work-cancel"),
    path("works/<uuid:work_id>/file/", works.file, name="work-file"),
    path("about/", pages.about, name="about"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("favicon.svg", pages.favicon, name="favicon"),
    path("favicon.ico", pages.favicon),
    path("card.png", public.card, name="card"),
    path("feed.atom", public.site_feed, name="feed"),
    path("robots.txt", public.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("", include("frontend.catalogue_urls")),
    path("", include("frontend.archive_urls")),
    path("", include("frontend.calendar_urls")),
    path("", include("frontend.contribution_urls")),
    path("", include("frontend.story_urls")),
    path("", include("frontend.process_urls")),
    path("documents/", include("frontend.document_urls")),
    path("threads/", include("frontend.thread_urls")),
    path("organisations/", include("frontend.organisation_urls")),
]
