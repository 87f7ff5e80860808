"""What search engines may list: the open processes, published stories, and the pages that say what this is."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from documents.selectors.listing import documents_visible_to
from processes.selectors.processes import processes_visible_to
from processes.selectors.stories import stories_list


class OurSitemap(Sitemap):
    """Addresses as the world knows them, whatever host this server was asked by."""

    limit = 5000

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.PUBLIC_URL).netloc

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.PUBLIC_URL).scheme or "http"


class PageSitemap(OurSitemap):
    """Pages that are there in every installation."""

    def items(self) -> list[str]:
        return ["home", "processes:list", "stories:list", "about", "help", "accessibility"]

    def location(self, item: str) -> str:
        return reverse(item)


class ProcessSitemap(OurSitemap):
    """The processes that are open to read."""

    def items(self):
        return processes_visible_to(AnonymousUser()).order_by("created_at", "pk")

    def location(self, item) -> str:
        return reverse("processes:detail", args=[item.pk])

    def lastmod(self, item):
        return item.updated_at


class StorySitemap(OurSitemap):
    """The stories that are published."""

    def items(self):
        return stories_list()

    def location(self, item) -> str:
        return reverse("stories:detail", args=[item.pk])

    def lastmod(self, item):
        return item.updated_at


class TextSitemap(OurSitemap):
    """The texts that everybody may read."""

    def items(self):
        return (
            documents_visible_to(AnonymousUser())
            .select_related("head")
            .order_by("created_at", "pk")
        )

    def location(self, item) -> str:
        return reverse("documents:detail", args=[item.pk])

    def lastmod(self, item):
        return item.head.text_updated_at


SITEMAPS = {
    "pages": PageSitemap,
    "processes": ProcessSitemap,
    "stories": StorySitemap,
    "texts": TextSitemap,
}
