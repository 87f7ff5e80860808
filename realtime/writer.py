"""The writer: one thread per worker, with its own database connection, that commits the batches of all rooms.

Whatever waits when it comes round goes into one transaction, with a savepoint per document, so that a busy worker
commits once for many rooms and a batch that is refused takes no other with it. Rooms announce nothing before they hear
back. If the database fails, the same batches are tried again, with growing pauses, until it is there; nothing is
dropped.
"""

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)

from cocreation.kernel.errors import DomainError
from cocreation.kernel.faults import fault_point
from documents.services import updates
from documents.services.updates import Appended, NewRow
from realtime.conf import Conf
from realtime.database import DATABASE_TROUBLE

logger = logging.getLogger(__name__)


class WriterFull(Exception):
    """The queue of the writer is full: the database does not keep up."""


@dataclass
class WriteJob:
    """One room's batch: the arguments of `updates.append`, and where the answer goes."""

    arguments: dict
    future: asyncio.Future | None = None
    loop: asyncio.AbstractEventLoop | None = None

    def answer(self, result: Appended | BaseException) -> None:
        """Give the answer to the room's event loop, if there still is one."""
        if self.future is None or self.loop is None:
            if isinstance(result, BaseException):
                document = self.arguments["document_id"]
                logger.error("changes of %s were not stored at the end: %s", document, result)
            return
        try:
            self.loop.call_soon_threadsafe(self._answer, result)
        except RuntimeError:
            logger.debug("a batch was stored after its event loop had ended")

    def _answer(self, result: Appended | BaseException) -> None:
        if self.future.done():
            return
        if isinstance(result, BaseException):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


@dataclass
class Figures:
    """What the writer did, for operators and the benchmark."""

    transactions: int = 0
    batches: int = 0
    rows: int = 0
    failures: int = 0
    seconds: float = 0.0


@dataclass
class Writer:
    """Starts with the first job. `on_trouble(True)` is called from the writer's thread when the database fails,
    `on_trouble(False)` when it is back.
    """

    conf: Conf
    on_trouble: Callable[[bool], None]
    figures: Figures = field(default_factory=Figures)

    def __post_init__(self):
        self._queue: queue.Queue[WriteJob | None] = queue.Queue(self.conf.WRITER_QUEUE_MAX)
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def submit(self, arguments: dict) -> asyncio.Future:
        """Queue a batch from an event loop; the future has `Appended` or the refusal. Raises WriterFull."""
        loop = asyncio.get_running_loop()
        job = WriteJob(arguments, loop.create_future(), loop)
        self._put(job)
        return job.future

    def submit_blind(self, arguments: dict) -> None:
        """Queue a batch whose answer nobody waits for (the server is ending). Raises WriterFull."""
        self._put(WriteJob(arguments))

    def _put(self, job: WriteJob) -> None:
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            raise WriterFull from None
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                # A daemon, so that a worker can end; `stop` is called at exit and waits for what is queued.
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def stop(self, timeout_seconds: float) -> bool:
        """Store what is queued and end the thread. Returns whether all was stored in time."""
        with self._lock:
            thread = self._thread
        if thread is None or not thread.is_alive():
            return self._queue.empty()
        deadline = time.monotonic() + timeout_seconds
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=timeout_seconds)
        thread.join(max(0.0, deadline - time.monotonic()))
        # Past the deadline a failing database is not waited for any longer.
        self._stopping.set()
        thread.join(1.0)
        return not thread.is_alive() and self._queue.empty()

    # --- the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while True:
                jobs, is_last = self._take()
                if jobs and not self._store(jobs):
                    return
                if is_last:
                    return
        finally:
            connection.close()

    def _take(self) -> tuple[list[WriteJob], bool]:
        """Return what waits (at least one job), and whether the writer is to end after it."""
        jobs: list[WriteJob] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) >= self.conf.WRITER_BATCHES_MAX or self._queue.empty():
                break
            job = self._queue.get_nowait()
        # Every worker locks heads in the same order, so that none waits for another in a circle.
        jobs.sort(key=lambda job: job.arguments["document_id"])
        return jobs, job is None

    def _store(self, jobs: list[WriteJob]) -> bool:
        """Commit jobs, however long it takes; return False when told to stop before it succeeded."""
        pause = self.conf.RETRY_MIN_SECONDS
        is_trouble = False
        while True:
            started = time.monotonic()
            try:
                results = self._results(jobs)
            except DATABASE_TROUBLE as error:
                self.figures.failures += 1
                logger.warning("the database did not take %d batches: %s", len(jobs), error)
                connection.close()
                if not is_trouble:
                    is_trouble = True
                    self.on_trouble(True)
                if self._stopping.wait(pause):
                    logger.error("ended with %d batches that the database did not take", len(jobs))
                    return False
                pause = min(pause * 2, self.conf.RETRY_MAX_SECONDS)
                continue
            except Exception as error:
                # A fault of ours. Unanswered, these rooms would wait for ever; told, they load what is in the log.
                logger.exception("%d batches could not be stored", len(jobs))
                connection.close()
                results = [error] * len(jobs)
            break
        fault_point("writer.before_announce")
        self.figures.transactions += 1
        self.figures.batches += len(jobs)
        self.figures.seconds += time.monotonic() - started
        if is_trouble:
            self.on_trouble(False)
        for job, result in zip(jobs, results, strict=True):
            job.answer(result)
        return True

    def _results(self, jobs: list[WriteJob]) -> list[Appended | BaseException]:
        try:
            return self._transaction(jobs)
        except (IntegrityError, DataError):
            # Found at the commit, so nobody knows whose row it was: each batch by itself then.
            return [self._alone(job) for job in jobs]

    def _alone(self, job: WriteJob) -> Appended | BaseException:
        try:
            return self._transaction([job])[0]
        except (IntegrityError, DataError) as error:
            logger.exception("a batch does not fit the database")
            return error

    def _transaction(self, jobs: list[WriteJob]) -> list[Appended | BaseException]:
        """One transaction for all jobs. A refusal or a fault of one batch is its own answer."""
        if len(jobs) == 1:
            # The service's own transaction is enough; two statements less.
            return [self._one(jobs[0])]
        results: list[Appended | BaseException] = []
        with transaction.atomic():
            for job in jobs:
                if results:
                    fault_point("writer.between_documents")
                results.append(self._one(job))
            if connection.needs_rollback:
                # A refused batch could not be taken back by itself. Django now takes back all, without a word.
                raise OperationalError("the transaction cannot be committed any more")
        return results

    def _one(self, job: WriteJob) -> Appended | BaseException:
        try:
            # The service is atomic itself: inside our transaction that is a savepoint.
            result = updates.append(**job.arguments)
        except (DomainError, IntegrityError, DataError) as refusal:
            return refusal
        except DATABASE_TROUBLE:
            # The driver's own errors too: some come past Django, as when a cursor is closed on a lost connection.
            raise
        except Exception as error:
            logger.exception("a batch could not be stored")
            return error
        self.figures.rows += len(job.arguments["rows"])
        return result


__all__ = ["Appended", "Figures", "NewRow", "WriteJob", "Writer", "WriterFull"]
