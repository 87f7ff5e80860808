"""Markdown both ways: the door to the reader and the writer.

Words, marks and structure survive the way there and back. What Markdown has no place for is lost: block
ids, column widths, `tight` where blank lines decide it, and bold, italic or strike-through on a space
alone. What the schema has no place for stays as plain text.
"""

from documents.convert.markdown_parser import MAX_MARKDOWN_CHARS
from documents.convert.markdown_reader import read_document
from documents.convert.markdown_writer import write_document
from documents.schema import Json

__all__ = ["MAX_MARKDOWN_CHARS", "json_to_markdown", "markdown_to_json"]


def json_to_markdown(doc_json: Json) -> str:
    """Return a document as Markdown that ends with a line break; empty for an empty document.

    Pictures are `![alt](koprade-image:<id> "title")`. Raises Invalid("too_deep").
    """
    return write_document(doc_json)


def markdown_to_json(source: str) -> Json:
    """Return the canonical JSON of a Markdown text, without block ids.

    Raises TooLarge beyond `MAX_MARKDOWN_CHARS`, Invalid("too_deep") for nesting beyond `MAX_DEPTH`.
    """
    return read_document(source)
