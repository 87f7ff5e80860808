"""The registry of what an archive holds. Each app registers its tables in `ready()`; a test walks all models that hang
on a process and fails for one that is neither here nor left out with a reason.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from django.db.models import Field, Model

from processes.archive.problems import refusal
from processes.models import Process


class IdMap(Protocol):
    """The ids of an import: what each old one is called here."""

    is_changed: bool

    def text(self, value: object) -> object:
        """Return plain values with every old id that is known in them replaced."""

    def bytes(self, value: bytes) -> bytes:
        """Return bytes with every old id that is known in them replaced by one of the same length."""


def no_file(row: Model, file: BinaryIO) -> str:
    """Take no file: for tables without any."""
    raise refusal("file_refused", name=type(row).__name__)


@dataclass(frozen=True)
class Table:
    """One table. `process` leads from its rows to the process ("document__process"; "" for the process itself).

    `left_out` are fields with the reason why they do not travel, `refill` what they get at import. A table with
    `is_rights` says who may do what: it is only brought back where an operator vouches for the archive. `check` looks
    at one unsaved row and returns what is wrong with it (English, for whoever made the file) or "". `remap` mends what
    the generic replacement of ids cannot see. `file` looks at the content of a row's file and returns the ending to
    store it under; it raises Invalid for what we do not take. `unvouched` changes a row of an archive that no
    operator vouches for.
    """

    model: type[Model]
    process: str
    left_out: Mapping[str, str] = field(default_factory=dict)
    refill: Mapping[str, Callable[[Model], object]] = field(default_factory=dict)
    is_rights: bool = False
    check: Callable[[Model], str] = lambda row: ""
    remap: Callable[[Model, IdMap], None] = lambda row, ids: None
    file: Callable[[Model, BinaryIO], str] = no_file
    unvouched: Callable[[Model], None] = lambda row: None

    @property
    def name(self) -> str:
        """The label, as in "documents.thread"."""
        return self.model._meta.label_lower  # noqa: SLF001 - Django documents it

    @property
    def member(self) -> str:
        """Where its rows are in the archive."""
        return f"tables/{self.name}.jsonl"

    def fields(self) -> list[Field]:
        """The columns that travel. A number that a database gives by itself says nothing elsewhere."""
        columns = self.model._meta.concrete_fields  # noqa: SLF001 - Django documents it
        return [
            column
            for column in columns
            if column.name not in self.left_out
            and column.get_internal_type() not in ("AutoField", "BigAutoField")
        ]

    def many(self) -> list[Field]:
        """The many-to-many fields that travel."""
        fields = self.model._meta.many_to_many  # noqa: SLF001 - Django documents it
        return [one for one in fields if one.name not in self.left_out]


@dataclass(frozen=True)
class Reference:
    """Rows outside the archive that it points to (an organisation): `describe` says what they are called, `find` which
    rows here are the same ones. What is not found is left empty and reported.
    """

    model: type[Model]
    describe: Callable[[Iterable], Mapping[str, object]]
    find: Callable[[Mapping[str, object]], Mapping[str, Model]]


@dataclass(frozen=True)
class Part:
    """What one app brings. `check` sees all rows of an import before anything is written and raises Invalid; `after`
    is called in the import's transaction when all rows are there.
    """

    name: str
    tables: tuple[Table, ...] = ()
    references: tuple[Reference, ...] = ()
    check: Callable[[Mapping[str, list[Model]]], None] = lambda rows: None
    after: Callable[[Process], None] = lambda process: None
    # model label -> why none of its rows travel
    left_out: Mapping[str, str] = field(default_factory=dict)


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Make a part known; registering it again replaces it."""
    _parts[part.name] = part


def parts() -> list[Part]:
    """Return all parts, in the order of their registration (lower apps first)."""
    return list(_parts.values())


def tables() -> list[Table]:
    """Return all tables; a table comes after those that it points to, as far as apps are concerned."""
    return [table for part in parts() for table in part.tables]


def references() -> dict[type[Model], Reference]:
    """Return the references by model."""
    return {reference.model: reference for part in parts() for reference in part.references}


def left_out() -> dict[str, str]:
    """Return {model label: reason} of what hangs on a process and does not travel."""
    return {label: why for part in parts() for label, why in part.left_out.items()}
