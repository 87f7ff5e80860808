"""Pictures of documents: checked by content, re-encoded (so that metadata is gone), stored by id."""

import hashlib
import io
import uuid
import warnings

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from cocreation.kernel.errors import Invalid, TooLarge
from community.models import User
from documents.convert.pandoc import ImportResult
from documents.models import Document, DocumentImage
from documents.schema import Json
from processes.pictures import upright

MAX_PIXELS = 40_000_000
# Wide enough for print at the width of a page.
MAX_SIDE_PIXELS = 2400
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/png"}


@transaction.atomic
def image_add(*, actor: User, document: Document, data: bytes, name: str) -> DocumentImage:
    """Store a picture and return it.

    Raises TooLarge beyond IMAGE_MAX_BYTES or 40 million pixels, Invalid when it is no PNG, JPEG, WebP or GIF.
    """
    if len(data) > settings.IMAGE_MAX_BYTES:
        limit = settings.IMAGE_MAX_BYTES // 1_000_000
        raise TooLarge(_("The picture is larger than %(limit)s MB.") % {"limit": limit})
    picture, content_type = _encode(data)
    digest = hashlib.sha256(picture.getvalue()).hexdigest()
    size = Image.open(picture).size
    image = DocumentImage(
        document=document,
        name=_clean_name(name),
        content_type=content_type,
        width=size[0],
        height=size[1],
        size_bytes=picture.getbuffer().nbytes,
        digest=digest,
        created_by=actor,
    )
    extension = content_type.rpartition("/")[2]
    image.file.save(f"{image.pk}.{extension}", ContentFile(picture.getvalue()), save=False)
    image.save()
    return image


def _encode(data: bytes) -> tuple[io.BytesIO, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source = Image.open(io.BytesIO(data))
            if source.width * source.height > MAX_PIXELS:
                raise TooLarge(_("The picture has too many pixels (at most 40 million)."))
            if source.format not in FORMATS:
                raise Invalid(_("Pictures can be PNG, JPEG, WebP or GIF."), "image_type")
            kind = "PNG" if source.format == "GIF" else source.format
            picture = upright(source)
            picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(_("The picture has too many pixels (at most 40 million).")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(_("This file is not a picture that can be read."), "image_type") from error
    if kind == "JPEG" and picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    elif kind == "PNG" and picture.mode not in ("RGB", "RGBA", "L", "LA", "P", "1"):
        picture = picture.convert("RGBA")
    result = io.BytesIO()
    picture.save(result, kind, **({"quality": 88} if kind in ("JPEG", "WEBP") else {}))
    result.seek(0)
    return result, FORMATS[kind]


def _clean_name(name: str) -> str:
    kept = "".join(
        char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable()
    )
    return kept[:200] or "picture"


def images_import(*, actor: User, document: Document, imported: ImportResult) -> Json:
    """Store the pictures of a Word import and return the text with their ids; a broken one gives way to its text."""
    ids = {}
    for picture in imported.images:
        try:
            with transaction.atomic():
                image = image_add(
                    actor=actor, document=document, data=picture.data, name=picture.name
                )
        except Invalid:
            document.import_report = [
                *document.import_report,
                {"code": "image_unreadable", "count": 1, "sample": picture.name[:200]},
            ]
            continue
        ids[str(picture.id)] = str(image.pk)
    document.save(update_fields=["import_report"])
    return with_images(imported.json, ids)


def with_images(node: Json, ids: dict[str, str]) -> Json:
    """Return a text with other ids of its pictures; one that has none gives way to what it is described as."""
    if not node.get("content"):
        return node
    content = []
    for child in node["content"]:
        if child["type"] != "image":
            content.append(with_images(child, ids))
        elif (known := ids.get(str(child["attrs"]["image"]))) is not None:
            content.append({**child, "attrs": {**child["attrs"], "image": known}})
        elif alt := child["attrs"].get("alt"):
            content.append({"type": "text", "text": f"[{alt}]"})
    return {**node, "content": content}


def image_ids_of(content: Json) -> set[uuid.UUID]:
    """Return the ids of all pictures that a text shows."""
    found = set()
    for child in content.get("content", []):
        if child["type"] == "image":
            found.add(uuid.UUID(str(child["attrs"]["image"])))
        else:
            found |= image_ids_of(child)
    return found
