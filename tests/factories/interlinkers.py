"""Builders of the catalogue. Defaults are valid and minimal; rows go through the services, as imports do."""

import io
import itertools
import json
from pathlib import Path

from PIL import Image

from interlinkers.entries import (
    FileEntry,
    InterlinkerEntry,
    NodeEntry,
    ProfileEntry,
    TemplateEntry,
    content_hash,
)
from interlinkers.models import Interlinker, ProblemProfile, ProcessTemplate
from interlinkers.services.catalogue import interlinker_store, profile_store
from interlinkers.services.templates import template_store

SOURCE = "test"
_count = itertools.count(1)


def _texts(value, **more) -> dict:
    """Return translations of a name: a text is English, {language: name} stays, {language: {…}} is whole."""
    names = value if isinstance(value, dict) else {"en": value}
    return {
        language: {**more, **(texts if isinstance(texts, dict) else {"name": texts})}
        for language, texts in names.items()
    }


def profile(name="Only the usual people come", external_id="", **fields) -> ProblemProfile:
    """Make a problem profile."""
    entry = ProfileEntry(external_id or f"profile-{next(_count)}", _texts(name), **fields)
    return profile_store(actor=None, source=SOURCE, entry=entry, fingerprint=content_hash(entry))


def interlinker(
    name="Stakeholder map",
    *,
    profiles=(),
    files: tuple[FileEntry, ...] = (),
    external_id="",
    texts: dict | None = None,
    **fields,
) -> Interlinker:
    """Make a published interlinker. `name` as in `_texts`; `texts` are given to each language."""
    entry = InterlinkerEntry(
        external_id or f"interlinker-{next(_count)}",
        {"nature": "knowledge", **fields},
        _texts(name, **(texts or {})),
        tuple(row.external_id for row in profiles),
        files,
    )
    return interlinker_store(
        actor=None,
        source=SOURCE,
        entry=entry,
        fingerprint=content_hash(entry),
        profiles={row.external_id: row.pk for row in profiles},
    )


def node(kind: str, external_id: str, *children: NodeEntry, prerequisites=(), **more) -> NodeEntry:
    """Make an entry of a node."""
    return NodeEntry(
        kind=kind,
        external_id=external_id,
        fields=more.pop("fields", {}),
        translations=_texts(more.pop("name", external_id)),
        prerequisites=tuple(prerequisites),
        children=children,
        **more,
    )


def template_entry(external_id: str, *phases: NodeEntry, name="A process") -> TemplateEntry:
    """Make an entry of a template."""
    return TemplateEntry(external_id, {}, _texts(name), phases)


def template(*phases: NodeEntry, name="A process", external_id="", profiles=(), interlinkers=()):
    """Make a published process template; without phases it gets one phase, objective and task."""
    phases = phases or (node("phase", "p", node("objective", "o", node("task", "t"))),)
    entry = template_entry(external_id or f"template-{next(_count)}", *phases, name=name)
    return template_save(entry, profiles=profiles, interlinkers=interlinkers)


def template_save(entry: TemplateEntry, *, profiles=(), interlinkers=()) -> ProcessTemplate:
    """Store an entry of a template."""
    return template_store(
        actor=None,
        source=SOURCE,
        entry=entry,
        fingerprint=content_hash(entry),
        profiles={row.external_id: row.pk for row in profiles},
        interlinkers={row.external_id: row.pk for row in interlinkers},
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3), colour: str = "red") -> bytes:
    """Return the bytes of a small picture."""
    output = io.BytesIO()
    Image.new("RGB", size, colour).save(output, kind)
    return output.getvalue()


def png(name: str = "logo.png", role: str = "logo", colour: str = "red") -> FileEntry:
    """Make an entry of a picture."""
    return FileEntry(role, "", name, "image/png", 0, picture(colour=colour))


class Seed:
    """Writes a directory in INTERLINK's seed layout, as much of it as a test wants."""

    def __init__(self, root: Path):
        self.root = root

    def write(self, path: str, content) -> Path:
        """Write text, bytes, or anything else as JSON."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            target.write_text(text, encoding="utf-8")
        return target

    def profiles(self, *raw) -> Path:
        return self.write("problemprofiles/problemprofiles.json", list(raw))

    def interlinker(self, folder="Map", kind="knowledge", **fields) -> Path:
        """Write a whole, small metadata.json; `fields` replace or add."""
        raw = {
            "id": folder.lower(),
            "name_translations": {"en": f"{folder} name", "lv": f"{folder} nosaukums", "es": ""},
            "description_translations": {"en": "<p>Words.</p>", "lv": "Vārdi.", "es": ""},
            "difficulty": "easy",
            "licence": "public_domain",
            "problemprofiles": [],
            "languages": ["en", "es", "lv", "it"],
            **fields,
        }
        return self.write(f"interlinkers/{kind}/{folder}/metadata.json", raw)

    def schema(self, name="default", **fields) -> Path:
        raw = {"id": name, "name_translations": {"en": f"{name} process"}, **fields}
        return self.write(f"schemas/{name}/metadata.json", raw)

    def phase(self, name: str, *, schema="default", prerequisites=(), objectives=(), **fields):
        raw = {**raw_node(f"phase-{name}", prerequisites), "objectives": list(objectives), **fields}
        return self.write(f"schemas/{schema}/phases/{name}.json", raw)


def raw_node(external_id: str, prerequisites=(), **fields) -> dict:
    """Return a node as INTERLINK writes it."""
    return {
        "id": external_id,
        "name_translations": {"en": external_id.replace("-", " ")},
        "prerequisites": prerequisites
        if isinstance(prerequisites, (dict, str))
        else list(prerequisites),
        **fields,
    }
