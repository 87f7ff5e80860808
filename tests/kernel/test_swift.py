"""Statements straight to the driver: all or nothing, errors as Django's, at home inside Django's transactions."""

import contextlib
import uuid

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from cocreation.kernel.swift import execute, fetch_one, swift_transaction
from community.models import Territory
from tests.factories.community import territory


def rename(place, name):
    execute("UPDATE community_territory SET name = %s WHERE code = %s", (name, place.code))


def name_of(place):
    return Territory.objects.get(pk=place.pk).name


@pytest.mark.django_db(transaction=True)
def test_what_was_written_is_there_for_another_transaction_of_django():
    place = territory("Before")
    with swift_transaction():
        rename(place, "After")
        assert fetch_one("SELECT name FROM community_territory WHERE code = %s", (place.code,)) == (
            "After",
        )
    assert connection.get_autocommit()
    assert name_of(place) == "After"


@pytest.mark.django_db(transaction=True)
def test_an_exception_takes_everything_back():
    place = territory("Before")
    with pytest.raises(LookupError), swift_transaction():
        rename(place, "After")
        raise LookupError
    assert name_of(place) == "Before"
    with swift_transaction():
        rename(place, "Later")
    assert name_of(place) == "Later"


@pytest.mark.django_db(transaction=True)
def test_errors_of_the_driver_come_as_djangos_and_take_everything_back():
    place, other = territory("Before"), territory("Other")
    with pytest.raises(IntegrityError), swift_transaction():
        rename(place, "After")
        execute(
            "UPDATE community_territory SET code = %s WHERE code = %s", (other.code, place.code)
        )
    assert name_of(place) == "Before"


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_of_django_it_is_a_savepoint_of_that():
    place, code = territory("Before"), uuid.uuid4().hex[:8]
    with transaction.atomic():
        with pytest.raises(LookupError), swift_transaction():
            rename(place, "After")
            raise LookupError
        Territory.objects.create(code=code, name="Beside")
    assert name_of(place) == "Before"
    assert Territory.objects.filter(code=code).exists()
    with pytest.raises(LookupError), transaction.atomic():
        with swift_transaction():
            rename(place, "After")
        raise LookupError
    assert name_of(place) == "Before"


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_leaves_no_transaction_open():
    place = territory("Before")
    with pytest.raises(IntegrityError), swift_transaction():
        rename(place, "After")
        # Such a reference is looked at when it is committed only, in both databases.
        nobody = uuid.uuid4()
        execute(
            "UPDATE community_territory SET parent_id = %s WHERE code = %s",
            (nobody if connection.features.has_native_uuid_field else nobody.hex, place.code),
        )
    with swift_transaction():
        assert name_of(place) == "Before"


@pytest.mark.django_db(transaction=True)
def test_a_rollback_that_fails_does_not_hide_what_went_wrong():
    place = territory("Before")
    with pytest.raises(LookupError), swift_transaction():
        rename(place, "After")
        # As some errors of SQLite do by themselves.
        execute("ROLLBACK", ())
        raise LookupError
    with swift_transaction():
        assert name_of(place) == "Before"


@pytest.mark.django_db(transaction=True)
def test_what_the_database_gave_up_is_not_taken_for_committed():
    place = territory("Before")
    if connection.vendor != "postgresql":
        pytest.skip("only there a COMMIT may mean ROLLBACK")
    with pytest.raises(OperationalError), swift_transaction():
        rename(place, "After")
        with contextlib.suppress(connection.Database.Error):
            execute("SELECT no_such_column", ())
    assert name_of(place) == "Before"
