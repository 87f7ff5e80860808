"""Rows out of an archive: read, checked, given their ids here; nothing is written to the database yet."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Field, FileField, Model, UUIDField

from community.background_kinds import Progress
from community.models import Organisation
from processes.archive import parts
from processes.archive.container import MAX_ROWS, Container
from processes.archive.parts import Table
from processes.archive.problems import refusal
from processes.archive.values import check_values, is_person, read_value, target

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID_BYTES = re.compile(_UUID.pattern.encode())


class Ids:
    """What each old id is called here (see `parts.IdMap`)."""

    def __init__(self, known: Mapping[str, str]):
        self.known = {old: new for old, new in known.items() if old != new}
        self.is_changed = bool(self.known)

    def one(self, value: uuid.UUID) -> uuid.UUID:
        """Return an id as it is here."""
        return uuid.UUID(self.known.get(str(value), str(value)))

    def text(self, value: object) -> object:
        """Return plain values with every old id that is known in them replaced."""
        if not self.known:
            return value
        if isinstance(value, str):
            return _UUID.sub(lambda found: self.known.get(found[0], found[0]), value)
        if isinstance(value, list):
            return [self.text(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.text(item) for key, item in value.items()}
        return value

    def bytes(self, value: bytes) -> bytes:
        """Return bytes with every old id that is known in them replaced by one of the same length.

        Ids stand in a text's updates as whole strings (pictures are named by id), so lengths and structure stay.
        """
        if not self.known:
            return value
        return _UUID_BYTES.sub(
            lambda found: self.known.get(found[0].decode(), found[0].decode()).encode(), value
        )


@dataclass
class Loaded:
    """All rows of an archive, unsaved, by table; `files` are (row, column, member); `many` are
    (field, row, ids of the others). `accounts` are people yet to be saved."""

    ids: Ids
    rows: dict[str, list[Model]] = field(default_factory=dict)
    files: list[tuple[Table, Model, Field, str]] = field(default_factory=list)
    many: list[tuple[Field, Model, list]] = field(default_factory=list)
    notes: Counter = field(default_factory=Counter)
    accounts: list[Model] = field(default_factory=list)


def raw_rows(container: Container, progress: Progress) -> dict[str, list[dict]]:
    """Return the rows of all tables as they stand in the archive. Raises the refusals of `problems`."""
    known = {table.member: table for table in parts.tables()}
    for name in container.members:
        if name.startswith("tables/") and name not in known:
            raise refusal("table_unknown", name=name)
    rows: dict[str, list[dict]] = {}
    count = 0
    for member, table in known.items():
        # A table that is younger than the archive is empty in it.
        listed = container.lines(member) if member in container.members else ()
        rows[table.name] = kept = []
        for row in listed:
            count += 1
            if count > MAX_ROWS:
                raise refusal("too_many_rows", limit=MAX_ROWS)
            kept.append(row)
        progress.step()
    return rows


def row_ids(rows: Mapping[str, list[dict]]) -> dict[str, set[uuid.UUID]]:
    """Return the ids of the rows that have one of their own, by table. Raises refusals for broken and double ones."""
    found: dict[str, set[uuid.UUID]] = {}
    for table in parts.tables():
        pk = _own_id(table)
        if pk is None:
            continue
        found[table.name] = ids = set()
        for row in rows[table.name]:
            try:
                ident = uuid.UUID(str(row.get(pk.name)))
            except ValueError:
                raise refusal("row_broken", name=f"{table.name}: {pk.name}") from None
            if ident in ids:
                raise refusal("rows_conflict")
            ids.add(ident)
    return found


def free_ids(ids: Mapping[str, set[uuid.UUID]]) -> dict[str, str]:
    """Return {old: new}: the same ids where all of them are free here, new ones for everything else."""
    models = {table.name: table.model for table in parts.tables()}
    taken = any(_is_taken(models[name], wanted) for name, wanted in ids.items())
    every = [ident for wanted in ids.values() for ident in wanted]
    return {str(old): str(uuid.uuid4() if taken else old) for old in every}


def _is_taken(model: type[Model], ids: set[uuid.UUID]) -> bool:
    wanted = list(ids)
    return any(
        model._default_manager.filter(pk__in=wanted[start : start + 500]).exists()  # noqa: SLF001
        for start in range(0, len(wanted), 500)
    )


def _own_id(table: Table) -> Field | None:
    pk = table.model._meta.pk  # noqa: SLF001 - Django documents it
    return pk if isinstance(pk, UUIDField) else None


@dataclass
class Builder:
    """Makes unsaved rows of raw ones. `people` maps old to new ids of persons; `found` is {model: {old id: row}} of
    what lies outside; `organisations` are those that may be named, None for any.
    """

    ids: Ids
    known: Mapping[str, set[uuid.UUID]]
    people: Mapping[str, uuid.UUID]
    found: Mapping[type[Model], Mapping[str, Model]]
    organisations: set[uuid.UUID] | None
    with_rights: bool

    def build(self, raw: Mapping[str, list[dict]]) -> Loaded:
        """Return all rows. Raises the refusals of `problems`."""
        loaded = Loaded(self.ids)
        for table in parts.tables():
            loaded.rows[table.name] = []
            if table.is_rights and not self.with_rights:
                if raw[table.name]:
                    loaded.notes["rights_left_out"] += len(raw[table.name])
                continue
            for values in raw[table.name]:
                loaded.rows[table.name].append(self._row(table, values, loaded))
        return loaded

    def _row(self, table: Table, values: dict, loaded: Loaded) -> Model:
        row = table.model()
        for column in table.fields():
            if column.name not in values:
                continue  # a column that is younger than the archive keeps its default
            try:
                value = read_value(column, values[column.name])
            except (ValueError, TypeError, ValidationError):
                raise refusal("row_broken", name=f"{table.name}: {column.name}") from None
            self._set(table, row, column, value, loaded)
        for name, make in table.refill.items():
            setattr(row, name, make(row))
        if wrong := check_values(table, row):
            raise refusal("row_broken", name=f"{table.name}: {wrong}")
        if not self.with_rights:
            table.unvouched(row)
        if self.ids.is_changed:
            self._remap(table, row)
        for many in table.many():
            self._many(table, row, many, values.get(many.name, []), loaded)
        return row

    def _set(self, table: Table, row: Model, column: Field, value: object, loaded: Loaded) -> None:
        if target(column) is not None:
            value = self._pointed(table, column, value, loaded)
        elif isinstance(column, FileField):
            if value:
                loaded.files.append((table, row, column, value))
            return
        elif isinstance(value, uuid.UUID):
            value = self.ids.one(value)
        setattr(row, column.attname, value)

    def _remap(self, table: Table, row: Model) -> None:
        """Put the new ids wherever old ones stand in words, in plain values and in bytes."""
        for column in table.fields():
            value = getattr(row, column.attname)
            if column.is_relation or isinstance(column, FileField):
                continue
            if isinstance(value, (str, list, dict)):
                setattr(row, column.attname, self.ids.text(value))
            elif isinstance(value, bytes):
                setattr(row, column.attname, self.ids.bytes(value))
        table.remap(row, self.ids)

    def _pointed(
        self, table: Table, column: Field, value: uuid.UUID | None, loaded: Loaded
    ) -> uuid.UUID | None:
        if value is None:
            if not column.null:
                raise refusal("row_broken", name=f"{table.name}: {column.name}")
            return None
        here = self._here(table, column.name, column.related_model, value)
        if here is None:
            if not column.null:
                raise refusal("reference_missing", name=f"{table.name}: {column.name}")
            loaded.notes[f"unknown_{column.related_model._meta.model_name}"] += 1  # noqa: SLF001
        return here

    def _here(
        self, table: Table, name: str, model: type[Model], value: uuid.UUID
    ) -> uuid.UUID | None:
        """Return the id that something has here; None for what lies outside the archive and is not known here."""
        if is_person(model):
            if str(value) not in self.people:
                raise refusal("reference_missing", name=f"{table.name}: {name}")
            return self.people[str(value)]
        label = model._meta.label_lower  # noqa: SLF001 - Django documents it
        if label in self.known:
            if value not in self.known[label]:
                raise refusal("reference_missing", name=f"{table.name}: {name}")
            return self.ids.one(value)
        row = self.found.get(model, {}).get(str(value))
        if row is None or (
            model is Organisation
            and self.organisations is not None
            and row.pk not in self.organisations
        ):
            return None
        return row.pk

    def _many(self, table: Table, row: Model, many: Field, ids: object, loaded: Loaded) -> None:
        if not isinstance(ids, list):
            raise refusal("row_broken", name=f"{table.name}: {many.name}")
        here = []
        for value in ids:
            try:
                ident = uuid.UUID(str(value))
            except ValueError:
                raise refusal("row_broken", name=f"{table.name}: {many.name}") from None
            found = self._here(table, many.name, many.related_model, ident)
            if found is None:
                loaded.notes[f"unknown_{many.related_model._meta.model_name}"] += 1  # noqa: SLF001
            elif found not in here:
                here.append(found)
        if here:
            loaded.many.append((many, row, here))
