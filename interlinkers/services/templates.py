"""Writing process templates with their trees: the only place that does."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from community.models import User
from interlinkers.entries import NodeEntry, TemplateEntry, prerequisite_pairs
from interlinkers.models import (
    ProcessTemplate,
    ProcessTemplateTranslation,
    TemplateNode,
    TemplateNodeTranslation,
    TemplatePrerequisite,
)
from interlinkers.services.catalogue import locked_or_new, record, translations_store

NODE_COLUMNS = {
    "phase_kind": "",
    "duration_days": None,
    "is_part_of_codelivery": False,
    "document": {},
    "roles": {},
    "checklist": [],
}


@transaction.atomic
def template_store(
    *,
    actor: User | None,
    source: str,
    entry: TemplateEntry,
    fingerprint: str,
    profiles: Mapping[str, UUID],
    interlinkers: Mapping[str, UUID],
) -> ProcessTemplate:
    """Make or change a process template. Nodes keep their rows (by place in the tree and id), so that processes
    made from them still know where they came from; nodes no longer in the entry go.

    Raises: ValidationError. Emits: activity process_template.imported.
    """
    template = locked_or_new(ProcessTemplate, source, entry.external_id)
    for name, value in entry.fields.items():
        setattr(template, name, value)
    template.content_hash = fingerprint
    template.full_clean()
    template.save()
    translations_store(ProcessTemplateTranslation, "template", template, entry.translations)
    tree = _Tree(template, profiles, interlinkers)
    tree.level(entry.phases, None)
    tree.finish(entry)
    record(actor, "process_template", template, entry.translations)
    return template


class _Tree:
    """Brings the rows of a template's nodes in line with an entry, parents first."""

    def __init__(
        self,
        template: ProcessTemplate,
        profiles: Mapping[str, UUID],
        interlinkers: Mapping[str, UUID],
    ):
        self.template = template
        self.profiles = profiles
        self.interlinkers = interlinkers
        self.rows: dict[tuple, list[TemplateNode]] = {}
        for row in template.nodes.order_by("order", "id"):
            self.rows.setdefault((row.parent_id, row.kind, row.external_id), []).append(row)
        self.by_entry: dict[int, TemplateNode] = {}

    def level(self, entries: tuple[NodeEntry, ...], parent: TemplateNode | None) -> None:
        """Store siblings in their order, then what is below each."""
        for order, entry in enumerate(entries):
            row = self._store(entry, parent, order)
            self.by_entry[id(entry)] = row
            self.level(entry.children, row)

    def _store(self, entry: NodeEntry, parent: TemplateNode | None, order: int) -> TemplateNode:
        known = self.rows.get((parent.pk if parent else None, entry.kind, entry.external_id))
        row = known.pop(0) if known else None
        if row is None:
            row = TemplateNode(
                template=self.template,
                parent=parent,
                kind=entry.kind,
                external_id=entry.external_id,
            )
        row.order = order
        row.revision = self.template.revision
        for name, default in NODE_COLUMNS.items():
            setattr(row, name, entry.fields.get(name, default))
        row.full_clean(exclude=["template", "parent"])
        row.save()
        row.problem_profiles.set(
            [self.profiles[key] for key in entry.problem_profiles if key in self.profiles]
        )
        row.interlinkers.set(
            [self.interlinkers[key] for key in entry.interlinkers if key in self.interlinkers]
        )
        return row

    def finish(self, entry: TemplateEntry) -> None:
        """Drop what is no longer there and write texts and prerequisites in bulk."""
        gone = [row.pk for rows in self.rows.values() for row in rows]
        TemplateNode.objects.filter(pk__in=gone).delete()
        nodes = list(entry.nodes())
        TemplateNodeTranslation.objects.filter(node__template=self.template).delete()
        translations = [
            TemplateNodeTranslation(
                node=self.by_entry[id(node)],
                language=language,
                source_revision=self.template.revision,
                **texts,
            )
            for node in nodes
            for language, texts in node.translations.items()
        ]
        for translation in translations:
            translation.full_clean(exclude=["language", "node"], validate_unique=False)
        TemplateNodeTranslation.objects.bulk_create(translations)
        TemplatePrerequisite.objects.filter(node__template=self.template).delete()
        TemplatePrerequisite.objects.bulk_create(
            TemplatePrerequisite(
                node=self.by_entry[id(nodes[later])], requires=self.by_entry[id(nodes[earlier])]
            )
            for later, earlier in prerequisite_pairs(entry)[0]
        )
