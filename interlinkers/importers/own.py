"""Loading our own catalogue from `fixtures/`: problem profiles, interlinkers, process templates.

Ours is written by us, so its texts are Markdown already and everything unknown in it is said as a warning; the test
of the fixtures allows none.
"""

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from community.models import User
from interlinkers.entries import InterlinkerEntry, NodeEntry, ProfileEntry, TemplateEntry
from interlinkers.importers.fields import LANGUAGE, Fields, is_web_address
from interlinkers.importers.interlink_templates import LEVELS
from interlinkers.importers.ordering import ordered, prerequisite_ids
from interlinkers.importers.report import EntryError, Report
from interlinkers.importers.seed import SeedDirectory
from interlinkers.importers.vocabulary import difficulty_code, licence_code
from interlinkers.importers.writing import CatalogueWriter
from interlinkers.models import Nature

SOURCE = "koprade"
PROFILES = "catalogue/problem_profiles.json"
# Names of the texts of each kind and their largest length in characters (the columns'); the first one is required.
LONG = 200_000
PROFILE_TEXTS = {"name": 300, "description": LONG, "functionality": LONG}
INTERLINKER_TEXTS = {
    "name": 300,
    "summary": 500,
    **dict.fromkeys(("description", "instructions", "text", "constraints", "regulations"), LONG),
}
TEMPLATE_TEXTS = {"name": 300, "summary": 500, "description": LONG}
NODE_TEXTS = {"name": 300, "description": LONG}
TASK_TEXTS = {**NODE_TEXTS, "done_when": 2000}
POINT_TEXTS = {"text": 300}
POINTS_MAX = 50
LIST_MAX_KINDS = 20
EFFORT_MAX_MINUTES = 100_000
DURATION_MAX_DAYS = 3650


def load_catalogue(root: Path, *, dry_run: bool = False, actor: User | None = None) -> Report:
    """Bring the catalogue in line with a directory like our `fixtures/`. Idempotent; removes nothing.

    Raises: Invalid when `root` is no directory. Emits: one activity per new or changed entry.
    """
    if not root.is_dir():
        raise Invalid(_("%(path)s is not a directory") % {"path": root})
    report = Report()
    directory = SeedDirectory(root, report.warn)
    writer = CatalogueWriter(SOURCE, report, dry_run=dry_run, actor=actor)
    _load_profiles(directory, writer, report)
    for folder, take, read in (
        ("catalogue/interlinkers", writer.interlinker, interlinker_entry),
        ("templates", writer.template, template_entry),
    ):
        for path in directory.files(folder):
            if path.endswith(".json"):
                warn = _warn_at(report, path)
                take(
                    path,
                    lambda path=path, warn=warn, read=read: read(directory.read_json(path), warn),
                )
    return report


def _warn_at(report: Report, where: str) -> Callable[[str], None]:
    return lambda message: report.warn(f"{where}: {message}")


def _load_profiles(directory: SeedDirectory, writer: CatalogueWriter, report: Report) -> None:
    if directory.locate(PROFILES) is None:
        report.warn(_("there is no file %(path)s") % {"path": PROFILES})
        return
    try:
        raw_profiles = directory.read_json(PROFILES)
        if not isinstance(raw_profiles, list):
            raise EntryError(_("a list is expected in this file"))
    except EntryError as error:
        report.fail("problem_profiles", PROFILES, error)
        return
    for order, raw in enumerate(raw_profiles):
        where = f"{PROFILES}[{order}]"
        warn = _warn_at(report, where)
        writer.profile(
            where, lambda raw=raw, order=order, warn=warn: profile_entry(raw, order, warn)
        )


def _translations(fields: Fields, texts: dict[str, int], lists: tuple[str, ...] = ()) -> dict:
    """Return {language: {text: value}} of an entry's translations. Raises: EntryError for a missing name."""
    found = {}
    by_language = fields.mapping("translations")
    for language in by_language.raw:
        if not LANGUAGE.match(language):
            raise EntryError(_("“%(value)s” is not a language") % {"value": language[:40]})
        one = by_language.mapping(language)
        found[language] = {name: one.text(name, limit) for name, limit in texts.items()}
        found[language].update({name: one.words(name, 100) for name in lists})
        one.check_unknown()
        if not found[language][next(iter(texts))]:
            raise EntryError(_("there is no name in “%(language)s”") % {"language": language})
    if not found:
        raise EntryError(_("the entry has no name in any language"))
    return found


def profile_entry(raw: object, order: int, warn: Callable[[str], None]) -> ProfileEntry:
    """Return one problem profile. Raises: EntryError."""
    fields = Fields(raw, warn)
    entry = ProfileEntry(
        fields.identifier(120), _translations(fields, PROFILE_TEXTS), fields.code("group"), order
    )
    fields.check_unknown()
    return entry


def interlinker_entry(raw: object, warn: Callable[[str], None]) -> InterlinkerEntry:
    """Return one interlinker. Raises: EntryError."""
    fields = Fields(raw, warn)
    external_id = fields.identifier(160)
    nature = fields.code("nature")
    if nature not in Nature.values:
        raise EntryError(_("“%(value)s” is not a nature of interlinkers") % {"value": nature})
    translations = _translations(fields, INTERLINKER_TEXTS, ("tags",))
    for language, uri in _addresses(fields, list(translations)).items():
        translations[language]["uri"] = uri
    columns = {
        "nature": nature,
        "form": fields.code("form"),
        "file_format": "",
        "difficulty": difficulty_code(fields),
        "effort_minutes": fields.number("effort_minutes", EFFORT_MAX_MINUTES),
        "licence": licence_code(fields),
        "targets": fields.words("targets"),
        "scopes": fields.words("scopes"),
        "origin": fields.text("source", 500),
    }
    profiles = tuple(fields.words("problem_profiles", 120))
    fields.check_unknown()
    return InterlinkerEntry(external_id, columns, translations, profiles)


def _addresses(fields: Fields, languages: list[str]) -> dict[str, str]:
    """Return {language: web address} of `uri`, which is one address for all languages or one for each."""
    if isinstance(fields.raw.get("uri"), dict):
        found = fields.texts("uri", 1000)
        if left := set(found) - set(languages):
            raise EntryError(_("uri: there is no text in “%(language)s”") % {"language": min(left)})
    else:
        uri = fields.text("uri", 1000)
        found = dict.fromkeys(languages, uri) if uri else {}
    if not all(is_web_address(uri) for uri in found.values()):
        raise EntryError(_("uri must be a web address"))
    return found


def template_entry(raw: object, warn: Callable[[str], None]) -> TemplateEntry:
    """Return one process template with its tree. Raises: EntryError."""
    fields = Fields(raw, warn)
    external_id = fields.identifier(120)
    entry = TemplateEntry(
        external_id=external_id,
        fields={"licence": licence_code(fields), "origin": fields.text("source", 500)},
        translations=_translations(fields, TEMPLATE_TEXTS),
        phases=_level(fields.items("phases"), 0, external_id, warn),
    )
    fields.check_unknown()
    return entry


def _level(
    raw_nodes: list, depth: int, where: str, warn: Callable[[str], None]
) -> tuple[NodeEntry, ...]:
    nodes = [_node(raw, depth, where, warn) for raw in raw_nodes]
    ids = [node.external_id for node in nodes]
    if len(set(ids)) < len(ids):
        raise EntryError(_("%(where)s: several nodes have the same id") % {"where": where})
    requires = {node.external_id: node.prerequisites for node in nodes}
    return tuple(nodes[index] for index in ordered(ids, requires, warn, where))


def _node(raw: object, depth: int, where: str, warn: Callable[[str], None]) -> NodeEntry:
    kind, below = LEVELS[depth]
    fields = Fields(raw, warn, where)
    external_id = fields.identifier(200)
    fields.path = f"{where}/{external_id}"
    columns = {"duration_days": fields.number("duration_days", DURATION_MAX_DAYS)}
    if kind == "phase":
        columns["phase_kind"] = fields.code("kind", 24)
    elif kind == "task":
        columns["document"] = _document(fields)
        columns["roles"] = _roles(fields)
        columns["checklist"] = _checklist(fields)
    fields.seen.add("prerequisites")
    node = NodeEntry(
        kind=kind,
        external_id=external_id,
        fields=columns,
        translations=_translations(fields, TASK_TEXTS if kind == "task" else NODE_TEXTS),
        prerequisites=tuple(prerequisite_ids(fields.raw.get("prerequisites"))),
        problem_profiles=tuple(fields.words("problem_profiles", 120)),
        interlinkers=tuple(fields.words("interlinkers", 160)) if kind == "task" else (),
        children=_level(fields.items(below), depth + 1, fields.path, warn) if below else (),
    )
    fields.check_unknown()
    return node


def _document(fields: Fields) -> dict:
    """Return what the task's document starts from, as `TemplateNode.document` holds it."""
    if fields.raw.get("document") is None:
        fields.seen.add("document")
        return {}
    document = fields.mapping("document")
    titles = _translations(document, {"title": 200})
    found = {
        "interlinker": document.text("interlinker", 160),
        "titles": {language: texts["title"] for language, texts in titles.items()},
    }
    document.check_unknown()
    return found


def _roles(fields: Fields) -> dict[str, str]:
    """Return which role teams of a kind get on the task when its document is started."""
    roles = fields.mapping("roles")
    found = {kind: roles.code(kind, 24) for kind in list(roles.raw)[:LIST_MAX_KINDS]}
    roles.check_unknown()
    return {kind: role for kind, role in found.items() if role}


def _checklist(fields: Fields) -> list[dict]:
    """Return the points of the task's checklist, as `TemplateNode.checklist` holds them."""
    found = []
    for index, raw in enumerate(fields.items("checklist")):
        point = Fields(raw, fields.warn, f"{fields.path}/checklist[{index}]")
        translations = _translations(point, POINT_TEXTS)
        texts = {language: words["text"] for language, words in translations.items()}
        found.append({"texts": texts, "is_needed": not point.flag("optional")})
        point.check_unknown()
    if len(found) > POINTS_MAX:
        raise EntryError(
            _("%(where)s: a checklist has at most %(limit)s points")
            % {"where": fields.path, "limit": POINTS_MAX}
        )
    return found
