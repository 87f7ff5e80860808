"""The only renderer of people's Markdown and the only sanitiser of HTML.

HTML inside Markdown is shown as text, never passed on; remote images become links (DESIGN §5).
"""

import functools
import html

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

MAX_NESTING = 20
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"scope"},
    "td": {"colspan", "rowspan"},
}
URL_SCHEMES = {"http", "https", "mailto", "tel"}


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough", "linkify"]).disable("image")
    return parser.use(tasklists_plugin)


def sanitise_html(source: str) -> SafeString:
    """Return `source` with everything removed that is not plain, harmless formatting."""
    clean = nh3.clean(
        source,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="nofollow noopener ugc",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just cleaned it


def render_markdown(text: str, *, heading_offset: int = 0) -> SafeString:
    """Return `text` (CommonMark with tables and strike-through) as safe HTML.

    `heading_offset` moves headings down, so that a description never competes with the page's own h1.
    """
    tokens = _parser().parse(text or "")
    for token in tokens:
        if heading_offset and token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + heading_offset)}"
    return sanitise_html(_parser().renderer.render(tokens, _parser().options, {}))


def plain_text(markdown: str) -> str:
    """Return the words of a Markdown text alone, for search and for similarity."""
    return html.unescape(nh3.clean(_parser().render(markdown or ""), tags=set())).strip()
