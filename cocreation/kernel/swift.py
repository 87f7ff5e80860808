"""Statements straight to the database's driver, for the one path where every tenth of a millisecond is felt.

Django's transaction and cursor wrappers take longer than SQLite needs for the whole commit of a keystroke
(docs/performance.md). Only for the log of updates; everything else uses the ORM. Errors come as Django's, and inside a
transaction of Django's own everything goes through Django.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction


@contextmanager
def swift_transaction() -> Iterator[None]:
    """Run a transaction; inside one of Django's, a savepoint of it.

    Within, use `fetch_one` and `execute`, and read with the ORM; what writes with the ORM wants `transaction.atomic`.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        driver = connection.connection
        driver.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        try:
            yield
            _commit(driver)
        except BaseException:
            _roll_back(driver)
            raise


def _commit(driver) -> None:
    done = driver.execute("COMMIT")
    # After an error that somebody caught within, PostgreSQL takes back and calls that a success.
    if connection.vendor == "postgresql" and done.statusmessage != "COMMIT":
        raise OperationalError(f"the transaction ended with {done.statusmessage}")


def _roll_back(driver) -> None:
    """End the transaction, also one whose COMMIT failed: SQLite leaves it open, and with it the lock for writing."""
    try:
        driver.execute("ROLLBACK")
    except connection.Database.Error:
        # The database has done it by itself, or is away. What went wrong before matters, not this.
        connection.close()


def execute(sql: str, values: Sequence[object]):
    """Run a statement with `%s` placeholders; values as the driver takes them. Returns the driver's cursor."""
    if connection.in_atomic_block:
        # Also inside a test's transaction, and where Django counts statements.
        cursor = connection.cursor()
        cursor.execute(sql, values)
        return cursor
    if connection.vendor == "sqlite":
        sql = sql.replace("%s", "?")
    return connection.connection.execute(sql, values)


def fetch_one(sql: str, values: Sequence[object]) -> tuple | None:
    """Run a statement and return its first row."""
    return execute(sql, values).fetchone()
