"""Taking entries in one by one: compare with what is there, store, count. One transaction per entry."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from community.models import User
from interlinkers.entries import (
    InterlinkerEntry,
    ProfileEntry,
    TemplateEntry,
    content_hash,
    prerequisite_pairs,
)
from interlinkers.importers.report import EntryError, Report
from interlinkers.models import Interlinker, ProblemProfile, ProcessTemplate
from interlinkers.services.catalogue import interlinker_store, profile_store
from interlinkers.services.templates import template_store

logger = logging.getLogger(__name__)

Entry = ProfileEntry | InterlinkerEntry | TemplateEntry


class Known:
    """The rows of one kind and source: external id → (row, fingerprint). In a dry run new ones have no row."""

    def __init__(self, model: type, source: str):
        rows = model.objects.filter(source=source).values_list("external_id", "id", "content_hash")
        self.hashes = {external_id: fingerprint for external_id, _id, fingerprint in rows}
        self.ids: dict[str, UUID | None] = {external_id: pk for external_id, pk, _hash in rows}
        self.met: set[str] = set()

    def resolved(self, external_ids: tuple[str, ...]) -> tuple[list[str], list[str]]:
        """Split references into those found and those not."""
        found = [key for key in external_ids if key in self.ids]
        return found, [key for key in external_ids if key not in self.ids]


class CatalogueWriter:
    """Stores the entries of one source. With `dry_run` everything is compared and counted, nothing written."""

    def __init__(self, source: str, report: Report, *, dry_run: bool, actor: User | None = None):
        self.source = source
        self.report = report
        self.dry_run = dry_run
        self.actor = actor
        self.profiles = Known(ProblemProfile, source)
        self.interlinkers = Known(Interlinker, source)
        self.templates = Known(ProcessTemplate, source)

    def profile(self, where: str, read: Callable[[], ProfileEntry]) -> None:
        """Take in a problem profile."""
        self._take("problem_profiles", self.profiles, where, read, self._profile)

    def interlinker(self, where: str, read: Callable[[], InterlinkerEntry]) -> None:
        """Take in an interlinker. Profiles it names should have been taken in before."""
        self._take("interlinkers", self.interlinkers, where, read, self._interlinker)

    def template(self, where: str, read: Callable[[], TemplateEntry]) -> None:
        """Take in a template. Profiles and interlinkers it names should have been taken in before."""
        self._take("process_templates", self.templates, where, read, self._template)

    def _take(
        self,
        kind: str,
        known: Known,
        where: str,
        read: Callable[[], Entry],
        prepare: Callable[[str, Entry], tuple[str, Callable]],
    ) -> None:
        try:
            entry = read()
            if entry.external_id in known.met:
                raise EntryError(
                    _("there is another entry with the id %(id)s") % {"id": entry.external_id}
                )
            known.met.add(entry.external_id)
            fingerprint, store = prepare(where, entry)
            before = known.hashes.get(entry.external_id)
            if before == fingerprint:
                outcome = "unchanged"
            else:
                outcome = "new" if before is None else "changed"
                row = None if self.dry_run else store()
                known.ids.setdefault(entry.external_id, row.pk if row else None)
                known.hashes[entry.external_id] = fingerprint
        except (EntryError, OSError, DatabaseError) as error:
            self.report.fail(kind, where, error)
        except ValidationError as error:
            self.report.fail(kind, where, EntryError(_validation_message(error)))
        except Exception as error:
            # A fault of ours must not keep the other entries out; the log has the trace.
            logger.exception("an entry could not be imported")
            self.report.fail(kind, where, error)
        else:
            self.report.count(kind, outcome)

    def _warn_of_missing(self, where: str, what: str, missing: list[str]) -> None:
        for key in missing:
            self.report.warn(
                _("%(where)s: there is no %(what)s “%(id)s”")
                % {"where": where, "what": what, "id": key}
            )

    def _profile(self, where: str, entry: ProfileEntry) -> tuple[str, Callable]:
        fingerprint = content_hash(entry)
        return fingerprint, lambda: profile_store(
            actor=self.actor, source=self.source, entry=entry, fingerprint=fingerprint
        )

    def _interlinker(self, where: str, entry: InterlinkerEntry) -> tuple[str, Callable]:
        found, missing = self.profiles.resolved(entry.problem_profiles)
        self._warn_of_missing(where, _("problem profile"), missing)
        fingerprint = content_hash(entry, profiles=found)
        return fingerprint, lambda: interlinker_store(
            actor=self.actor,
            source=self.source,
            entry=entry,
            fingerprint=fingerprint,
            profiles=self.profiles.ids,
        )

    def _template(self, where: str, entry: TemplateEntry) -> tuple[str, Callable]:
        resolved = []
        for node in entry.nodes():
            profiles, missing_profiles = self.profiles.resolved(node.problem_profiles)
            start = node.fields.get("document", {}).get("interlinker")
            named = (*node.interlinkers, start) if start else node.interlinkers
            interlinkers, missing_interlinkers = self.interlinkers.resolved(named)
            self._warn_of_missing(where, _("problem profile"), missing_profiles)
            self._warn_of_missing(where, _("interlinker"), missing_interlinkers)
            resolved.append([profiles, interlinkers])
        for node_id, wanted in prerequisite_pairs(entry)[1]:
            self._warn_of_missing(f"{where}: {node_id}", _("prerequisite"), [wanted])
        fingerprint = content_hash(entry, resolved=resolved)
        return fingerprint, lambda: template_store(
            actor=self.actor,
            source=self.source,
            entry=entry,
            fingerprint=fingerprint,
            profiles=self.profiles.ids,
            interlinkers=self.interlinkers.ids,
        )


def _validation_message(error: ValidationError) -> str:
    if hasattr(error, "message_dict"):
        return "; ".join(
            f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()
        )
    return " ".join(error.messages)
