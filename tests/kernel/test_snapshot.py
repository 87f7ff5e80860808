"""A snapshot sees one moment, on every database, and keeps nobody from writing."""

import threading

import pytest
from django.db import connection

from cocreation.kernel.snapshot import reading_snapshot
from community.models import Heartbeat
from community.services.maintenance import heartbeat_record


def in_another_connection(call) -> None:
    """Run something as another worker would, and wait for it."""

    def run():
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_seen_inside_and_seen_afterwards():
    heartbeat_record(name="before")
    with reading_snapshot():
        assert Heartbeat.objects.count() == 1
        in_another_connection(lambda: heartbeat_record(name="meanwhile"))
        assert Heartbeat.objects.count() == 1
    assert Heartbeat.objects.count() == 2
    heartbeat_record(name="after")
    assert Heartbeat.objects.count() == 3


@pytest.mark.django_db
def test_inside_a_transaction_its_own_view_counts():
    with reading_snapshot():
        heartbeat_record(name="own")
        assert Heartbeat.objects.count() == 1
