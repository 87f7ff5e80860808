"""SQLite's write-ahead log is taken over in the background, beside somebody who writes."""

import pytest
from django.db import DatabaseError, connection

from cocreation.kernel import sqlite
from tests.factories.community import territory

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_taken_over():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        territory("Somewhere")
        sqlite.checkpoint()
        # A passive one that finds nothing left says: all pages of the log are in the database.
        _busy, logged, taken = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    assert logged == taken > 0


@pytest.mark.django_db(transaction=True)
def test_a_database_that_refuses_is_not_the_writers_trouble(monkeypatch, caplog):
    def refuse():
        raise DatabaseError("locked")

    monkeypatch.setattr(sqlite.connection, "cursor", refuse)
    sqlite.checkpoint()
    assert "could not be taken over" in caplog.text
