"""Word and OpenDocument: the door to everything that pandoc does for us.

Pandoc runs as another program, sandboxed (it reads no file and reaches no network), with limits of time
and memory. Pictures travel inside its input as data addresses, the one way the sandbox leaves.
"""

from collections.abc import Callable, Sequence

from documents.convert.docx_import import ImportedImage, ImportNote, ImportResult, read_docx
from documents.convert.office_file import finish_docx, finish_odt
from documents.convert.pandoc_process import ast_to_file
from documents.convert.pandoc_writer import cell, document_ast, paragraph, table, tree
from documents.schema import Json

__all__ = [
    "ImportNote",
    "ImportResult",
    "ImportedImage",
    "import_docx",
    "json_to_docx",
    "json_to_odt",
    "table_to_docx",
]

ImageBytes = Callable[[str], bytes | None]


def json_to_docx(doc_json: Json, *, title: str, language: str, images: ImageBytes) -> bytes:
    """Return the document as a Word file on A4 with its title, language and pictures.

    `images` gives the bytes of a picture by id; None puts its description there instead.
    Raises Invalid and Unavailable as `pandoc_process.run_pandoc`.
    """
    ast = document_ast(doc_json, title=title, language=language, images=images)
    return finish_docx(ast_to_file(ast, "docx"))


def json_to_odt(doc_json: Json, *, title: str, language: str, images: ImageBytes) -> bytes:
    """Return the document as an OpenDocument text; otherwise as `json_to_docx`."""
    ast = document_ast(doc_json, title=title, language=language, images=images)
    return finish_odt(ast_to_file(ast, "odt"))


def table_to_docx(
    title: str, headers: Sequence[str], rows: Sequence[Sequence[str | Sequence[str]]], language: str
) -> bytes:
    """Return one table as a Word file: A4 landscape, the header row repeated on each page.

    A cell is a text (its line breaks stay) or a sequence of paragraphs.
    """
    made = [[cell([paragraph(header, compact=True)]) for header in headers]]
    made += [[_table_cell(value) for value in row] for row in rows]
    ast = tree([table(made, columns=len(headers), head_rows=1)], title=title, language=language)
    return finish_docx(ast_to_file(ast, "docx"), landscape=True)


def _table_cell(value: str | Sequence[str]) -> object:
    texts = [value] if isinstance(value, str) else value
    return cell([paragraph(text, compact=True) for text in texts])


def import_docx(data: bytes) -> ImportResult:
    """Return the content of a Word file; every word is kept, the report says what changed its form.

    The JSON has no block ids; pictures are referred to by the ids in `images`. Tracked changes are
    accepted, footnotes stand at the end, words that found no place (text boxes) after them.
    Raises Invalid: old_word, not_docx, encrypted, unsafe_path, unsafe_xml, zip_bomb (the file itself),
    conversion_failed, too_complex, too_deep (its content); TooLarge; Unavailable.
    """
    return read_docx(data)
