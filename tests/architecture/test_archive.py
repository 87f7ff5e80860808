"""Nothing that hangs on a process is forgotten by its archive: each new table is registered, or left out with a reason.

A table is one line in the `archive_part.py` of its app (see processes/archive/parts.py).
"""

from django.apps import apps
from django.db.models import Model, UUIDField

from community.models import BackgroundWork, User
from processes.archive import parts
from processes.models import Process, ProcessRole


def hangs_on_a_process() -> set[type[Model]]:
    """Return all models with a chain of foreign keys to the process, or with the id of one in a plain column."""
    found: set[type[Model]] = {Process}
    models = [model for model in apps.get_models() if not model._meta.proxy]
    while True:
        more = {
            model
            for model in models
            if model not in found
            and not model._meta.auto_created
            and any(
                (field.is_relation and field.related_model in found and not field.auto_created)
                or (isinstance(field, UUIDField) and field.name == "process_id")
                for field in model._meta.get_fields()
                if hasattr(field, "column")
            )
        }
        if not more:
            return found
        found |= more


def test_every_table_that_hangs_on_a_process_travels_or_is_left_out_with_a_reason():
    known = {table.name for table in parts.tables()} | set(parts.left_out())
    assert {model._meta.label_lower for model in hangs_on_a_process()} - known == set()


def test_every_pointer_of_a_table_leads_somewhere_that_an_import_can_find():
    inside = {table.model for table in parts.tables()} | {User} | set(parts.references())
    for table in parts.tables():
        for field in [*table.fields(), *table.many()]:
            if field.is_relation:
                assert field.related_model in inside, (table.name, field.name)


def test_what_is_left_out_has_a_reason_and_is_there():
    for table in parts.tables():
        names = {field.name for field in table.model._meta.get_fields()}
        for name, reason in table.left_out.items():
            assert name in names
            assert len(reason) > 10
    assert all(len(reason) > 10 for reason in parts.left_out().values())
    assert ProcessRole._meta.label_lower in {t.name for t in parts.tables() if t.is_rights}
    assert BackgroundWork._meta.label_lower in parts.left_out()
