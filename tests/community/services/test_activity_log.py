"""The activity log is only added to: neither the program nor the database changes a line, but people may leave it."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from cocreation.kernel.door import API, JOB, PAGE, through
from community.models import Activity
from community.services.activity import activity_record
from community.services.people import user_remove
from tests.factories.community import user

pytestmark = pytest.mark.django_db


def line(**fields) -> Activity:
    known = {"actor": user("Writer"), "verb": "task.assigned", "target_type": "task"}
    known |= {"target_id": user().pk, "target_label": "Somebody", "details": {"to": "Somebody"}}
    return activity_record(**(known | fields))


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'task.finished'",
        "target_label = 'Somebody else'",
        "created_at = '2020-01-01 00:00:00+00:00'",
        "via = 'api'",
        """details = '{"to": "Somebody else"}'""",
        """details = '{"to": "Somebody", "more": 1}'""",
        "details = '{}'",
    ],
)
def test_the_database_refuses_to_say_something_else(change):
    line()
    with pytest.raises(IntegrityError, match="only added to"):
        raw(f"UPDATE community_activity SET {change}")


def test_the_database_refuses_another_actor():
    line()
    other = user("Other")
    value = other.pk.hex if connection.vendor == "sqlite" else other.pk
    with pytest.raises(IntegrityError, match="only added to"):
        raw(f"UPDATE community_activity SET actor_id = '{value}'")


def test_the_database_refuses_to_take_a_line_away():
    line()
    with pytest.raises(IntegrityError, match="only added to"):
        raw("DELETE FROM community_activity")
    assert Activity.objects.exists()


def test_the_program_has_no_way_to_change_a_line():
    row = line()
    row.verb = "task.finished"
    for call in (
        row.save,
        row.delete,
        lambda: Activity.objects.update(verb="task.finished"),
        lambda: Activity.objects.filter(pk=row.pk).delete(),
        lambda: Activity.objects.bulk_update([row], ["verb"]),
    ):
        with pytest.raises(TypeError, match="only added to"):
            call()


def test_who_leaves_goes_out_of_the_log_and_the_lines_stay():
    leaver = user("Anna Unique")
    line(actor=leaver)
    line(target_label="Anna Unique", details={"to": "Anna Unique", "role": "observer"})
    user_remove(actor=leaver, confirmation=leaver.email)
    assert "Anna Unique" not in repr(list(Activity.objects.values()))
    assert Activity.objects.get(details__role="observer").details == {"to": "", "role": "observer"}
    leaver.delete()
    assert Activity.objects.filter(actor=None).count() == 2


def test_a_line_says_which_door_it_came_in_by(client):
    assert line().via == "command"
    for door in (PAGE, API, JOB):
        with through(door):
            assert line().via == door
    assert line().via == "command"


def test_an_installation_has_the_guards():
    """A migration that rebuilds the table in SQLite drops them unknowingly."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'community_activity%%'")
            wanted = {"community_activity_guard"}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = {"community_activity_no_update", "community_activity_no_delete"}
        assert wanted <= {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_log_and_the_guard_stands_again():
    line()
    call_command("flush", interactive=False, inhibit_post_migrate=True)
    assert not Activity.objects.exists()
    line()
    with pytest.raises(IntegrityError, match="only added to"):
        raw("DELETE FROM community_activity")
