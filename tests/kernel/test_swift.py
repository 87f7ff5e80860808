"""Statements straight to the driver: all or nothing, errors as Django's, at home inside Django's transactions."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

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
