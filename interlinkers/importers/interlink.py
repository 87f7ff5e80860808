"""Importing a directory in the layout of INTERLINK's `catalogue/seed`. Any part of it may be missing or broken."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from community.models import User
from interlinkers.entries import TemplateEntry
from interlinkers.importers.interlink_entries import InterlinkerReader
from interlinkers.importers.interlink_templates import profile_entry, template_entry
from interlinkers.importers.report import EntryError, Report
from interlinkers.importers.seed import Refused, SeedDirectory
from interlinkers.importers.vocabulary import nature_of_folder
from interlinkers.importers.weblate import Weblate
from interlinkers.importers.writing import CatalogueWriter

SOURCE = "interlink"
PROFILES = "problemprofiles/problemprofiles.json"
AGGREGATE = "schemas_DO_NOT_MODIFY.json"


def import_interlink(root: Path, *, dry_run: bool = False, actor: User | None = None) -> Report:
    """Read a directory and bring the catalogue in line with it; what it no longer has stays here.

    Raises: Invalid when `root` is no directory. Emits: one activity per new or changed entry.
    """
    if not root.is_dir():
        raise Invalid(_("%(path)s is not a directory") % {"path": root})
    return _Import(root, dry_run, actor).run()


class _Import:
    def __init__(self, root: Path, dry_run: bool, actor: User | None):
        self.report = Report()
        self.directory = SeedDirectory(root, self.report.warn)
        self.weblate = Weblate(self.directory)
        self.writer = CatalogueWriter(SOURCE, self.report, dry_run=dry_run, actor=actor)

    def run(self) -> Report:
        self._profiles()
        self._interlinkers()
        self._templates()
        if not any(sum(counts.values()) for counts in self.report.counts.values()):
            self.report.warn(_("nothing here looks like a part of INTERLINK's catalogue/seed"))
        return self.report

    def _warn_at(self, where: str) -> Callable[[str], None]:
        return lambda message: self.report.warn(f"{where}: {message}")

    def _has(self, path: str) -> bool:
        try:
            return self.directory.locate(path) is not None
        except Refused as refusal:
            self.report.warn(str(refusal))
            return False

    # --- problem profiles
    def _profiles(self) -> None:
        if not self._has(PROFILES):
            self.report.warn(_("there is no file %(path)s") % {"path": PROFILES})
            return
        try:
            raw_profiles = _list_of(self.directory.read_json(PROFILES))
        except EntryError as error:
            self.report.fail("problem_profiles", PROFILES, error)
            return
        for order, raw in enumerate(raw_profiles):
            where = f"{PROFILES}[{order}]"
            self.writer.profile(
                where,
                lambda raw=raw, order=order, where=where: profile_entry(
                    raw, order, self.weblate, self._warn_at(where)
                ),
            )

    # --- interlinkers
    def _interlinkers(self) -> None:
        for kind_folder in self.directory.folders("interlinkers"):
            nature = nature_of_folder(PurePosixPath(kind_folder).name)
            if nature is None:
                self.report.warn(
                    _("%(path)s is not a kind of interlinker; left out") % {"path": kind_folder}
                )
                continue
            for folder in self.directory.folders(kind_folder):
                self._interlinker(folder, nature)

    def _interlinker(self, folder: str, nature: str) -> None:
        if not self._has(f"{folder}/metadata.json"):
            self.report.warn(_("there is no file %(path)s") % {"path": f"{folder}/metadata.json"})
            return
        reader = InterlinkerReader(
            self.directory, folder, nature, self.weblate, self._warn_at(folder)
        )
        self.writer.interlinker(folder, reader.read)

    # --- process templates
    def _templates(self) -> None:
        aggregate = dict(self._aggregate())
        taken = set()
        for folder in self.directory.folders("schemas"):
            name = PurePosixPath(folder).name
            if not self._has(f"{folder}/metadata.json"):
                self.report.warn(
                    _("there is no file %(path)s") % {"path": f"{folder}/metadata.json"}
                )
                continue
            taken.add(name.casefold())

            def read(folder: str = folder, name: str = name) -> TemplateEntry:
                raw = self.directory.read_json(f"{folder}/metadata.json")
                if isinstance(raw, dict) and isinstance(raw.get("id"), str):
                    taken.add(raw["id"].casefold())
                phases = self._phases(folder)
                if not phases:
                    phases = _phases_of(aggregate.get(name.casefold()))
                if not phases:
                    self._warn_at(folder)(_("there are no phases"))
                return template_entry(raw, phases, self.weblate, self._warn_at(folder), name)

            self.writer.template(folder, read)
        for key, raw in aggregate.items():
            if key not in taken:
                where = f"{AGGREGATE}: {key}"
                self.writer.template(
                    where,
                    lambda raw=raw, where=where: template_entry(
                        raw, _phases_of(raw), self.weblate, self._warn_at(where)
                    ),
                )

    def _phases(self, folder: str) -> list:
        return [
            self._phase(path)
            for path in self.directory.files(f"{folder}/phases")
            if path.lower().endswith(".json")
        ]

    def _phase(self, path: str) -> object:
        try:
            return self.directory.read_json(path)
        except EntryError as error:
            raise EntryError(f"{path}: {error.message}") from error

    def _aggregate(self) -> Iterator[tuple[str, object]]:
        """Yield (id, object) of the file that holds all templates; needed only for those without a folder."""
        if not self._has(AGGREGATE):
            return
        try:
            raw_templates = _list_of(self.directory.read_json(AGGREGATE))
        except EntryError as error:
            if any(self.directory.folders("schemas")):
                self.report.warn(f"{AGGREGATE}: {error.message}")
            else:
                self.report.fail("process_templates", AGGREGATE, error)
            return
        for index, raw in enumerate(raw_templates):
            name = raw.get("id") if isinstance(raw, dict) else None
            yield (name.casefold() if isinstance(name, str) and name else f"[{index}]"), raw


def _list_of(raw: object) -> list:
    if not isinstance(raw, list):
        raise EntryError(_("a list is expected in this file"))
    return raw


def _phases_of(raw: object) -> list:
    phases = raw.get("phases") if isinstance(raw, dict) else None
    if phases is None:
        return []
    if not isinstance(phases, list):
        raise EntryError(_("phases must be a list"))
    return phases
