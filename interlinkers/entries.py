"""What a catalogue entry is on its way into the tables: plain values that importers make and services store.

Translations are `{language: {field: value}}` with the field names of the translation tables; references to other
entries are external ids of the same source.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator

# Raise when the readers make something different of the same files, so that the next import brings it in.
READER_VERSION = 1

Translations = dict[str, dict]


@dataclasses.dataclass(frozen=True)
class FileEntry:
    """A checked file. `role` is a FileRole; `data` is the whole content."""

    role: str
    language: str
    name: str
    content_type: str
    order: int
    data: bytes = dataclasses.field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclasses.dataclass(frozen=True)
class ProfileEntry:
    """A problem profile."""

    external_id: str
    translations: Translations
    group: str = ""
    order: int = 0


@dataclasses.dataclass(frozen=True)
class InterlinkerEntry:
    """An interlinker of any nature. `fields` are columns of the table itself, by name."""

    external_id: str
    fields: dict
    translations: Translations
    problem_profiles: tuple[str, ...] = ()
    files: tuple[FileEntry, ...] = ()


@dataclasses.dataclass(frozen=True)
class NodeEntry:
    """A phase, objective or task of a template, with what is below it in the order to show it.

    `prerequisites` are ids of nodes of the same kind, first looked for among the siblings.
    """

    kind: str
    external_id: str
    fields: dict
    translations: Translations
    prerequisites: tuple[str, ...] = ()
    problem_profiles: tuple[str, ...] = ()
    interlinkers: tuple[str, ...] = ()
    children: tuple["NodeEntry", ...] = ()


@dataclasses.dataclass(frozen=True)
class TemplateEntry:
    """A process template with its whole tree."""

    external_id: str
    fields: dict
    translations: Translations
    phases: tuple[NodeEntry, ...] = ()

    def nodes(self) -> Iterator[NodeEntry]:
        """Yield every node, parents before their children."""
        stack = list(reversed(self.phases))
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def prerequisite_pairs(entry: TemplateEntry) -> tuple[list[tuple[int, int]], list[tuple[str, str]]]:
    """Resolve the prerequisites of a template.

    Returns pairs (position of a node, position of the one it comes after), counted in the order of `entry.nodes()`,
    and what could not be found as (node id, prerequisite id). Only what comes earlier counts, so pairs never make a
    circle.
    """
    nodes = list(entry.nodes())
    places = {id(node): place for place, node in enumerate(nodes)}
    anywhere: dict[tuple[str, str], int] = {}
    for place, node in enumerate(nodes):
        anywhere.setdefault((node.kind, node.external_id), place)
    families = [entry.phases, *(node.children for node in nodes)]
    pairs, missing = [], []
    for family in families:
        near = {node.external_id: places[id(node)] for node in reversed(family)}
        for node in family:
            for wanted in node.prerequisites:
                place = near.get(wanted, anywhere.get((node.kind, wanted)))
                if place is None:
                    missing.append((node.external_id, wanted))
                elif place < places[id(node)]:
                    pairs.append((places[id(node)], place))
    return list(dict.fromkeys(pairs)), missing


def content_hash(entry: ProfileEntry | InterlinkerEntry | TemplateEntry, **resolved: object) -> str:
    """Return the fingerprint of an entry: equal fingerprints mean that there is nothing to write.

    `resolved` holds what the fingerprint must also depend on, such as the references that could be found.
    """
    plain = _plain(entry)
    payload = json.dumps([READER_VERSION, plain, resolved], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(payload.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, FileEntry):
        return [
            value.role,
            value.language,
            value.name,
            value.content_type,
            value.order,
            value.digest,
        ]
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
