"""Looking for damage in the log of a text: everything is replayed and compared, nothing is changed."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from documents import schema, update_bytes, ydoc
from documents.models import (
    Document,
    DocumentClient,
    DocumentHead,
    DocumentSnapshot,
    DocumentUpdate,
)
from documents.selectors.updates import checksum
from documents.ydoc import BadUpdate

# Rows that are in memory at one time.
CHUNK_ROWS = 500
# A text that is damaged all over is told about as often.
FAULTS_MAX = 50


@dataclass(frozen=True)
class Fault:
    """Something that is wrong. `code` is stable; `sequence` is the row or snapshot, where it is one."""

    code: str
    detail: str
    sequence: int | None = None


@dataclass
class Verification:
    """What was found in one document. `snapshots` are the sequences of those that are wrong and can be thrown away."""

    document_id: uuid.UUID
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    snapshots: list[int] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def as_dict(self) -> dict:
        """Return it as plain values."""
        return {
            "document": str(self.document_id),
            "rows": self.rows,
            "is_sound": self.is_sound,
            "faults": [asdict(fault) for fault in self.faults],
        }

    def add(self, code: str, detail: str, sequence: int | None = None) -> None:
        """Note a fault."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(Fault(code, detail, sequence))


def verify_document(
    document_id: uuid.UUID, *, progress: Callable[[int], None] = lambda rows: None
) -> Verification:
    """Replay a document from its first row and report everything that is wrong with it.

    Checks: numbers without gaps, checksums, readable rows, the head, client ids bound to who wrote, each snapshot
    against the text at its sequence, the schema. Reads rows in portions; calls `progress` with rows read so far.
    Never raises for damage. What is written meanwhile is left for the next time.
    """
    found = Verification(document_id)
    head = DocumentHead.objects.filter(document_id=document_id).first()
    if head is None:
        found.add("no_head", "the document has no head row")
        return found
    replay = _Replay(document_id, found)
    for number, row in enumerate(_rows(document_id, head.sequence), 1):
        replay.take(*row)
        if number % CHUNK_ROWS == 0:
            progress(number)
    replay.end(head)
    now = DocumentHead.objects.filter(document_id=document_id).values_list("sequence", flat=True)
    beyond = DocumentUpdate.objects.filter(document_id=document_id, sequence__gt=head.sequence)
    # Rows and head change in one transaction: still the old head means that nothing was written meanwhile.
    if beyond.exists() and now.first() == head.sequence:
        found.add("beyond_head", f"there are rows after {head.sequence}, where the head stands")
    return found


def _rows(document_id: uuid.UUID, last: int) -> Iterator[tuple]:
    """Return rows up to `last`, in portions by key, so that no cursor stays open while they are replayed."""
    after = -1
    rows = DocumentUpdate.objects.filter(document_id=document_id, sequence__lte=last)
    while portion := list(
        rows.filter(sequence__gt=after)
        .order_by("sequence")
        .values_list("sequence", "user_id", "data", "checksum")[:CHUNK_ROWS]
    ):
        yield from portion
        after = portion[-1][0]


class _Replay:
    def __init__(self, document_id: uuid.UUID, found: Verification):
        self.found = found
        self.document = Document.objects.get(pk=document_id)
        self.doc = ydoc.new_doc()
        clients = DocumentClient.objects.filter(document_id=document_id)
        self.owners = dict(clients.values_list("client_id", "user_id"))
        # Only sequences: states are large, and read one by one.
        self.snapshots = set(
            DocumentSnapshot.objects.filter(
                document_id=document_id, generation=self.document.generation
            ).values_list("sequence", flat=True)
        )
        self.last = 0
        self.is_whole = True

    def take(self, sequence: int, user_id: uuid.UUID | None, data: bytes, stored: int) -> None:
        data = bytes(data)
        self.found.rows += 1
        if sequence != self.last + 1:
            self._broken("gap", f"after row {self.last} comes {sequence}", sequence)
        self.last = sequence
        if checksum(data) != stored:
            self._broken("checksum", "the bytes are not those that were stored", sequence)
            return
        try:
            content = update_bytes.read(data)
            ydoc.apply(self.doc, data)
        except BadUpdate as error:
            self._broken("unreadable", str(error), sequence)
            return
        self._check_clients(content.clients, user_id, sequence)
        if sequence in self.snapshots and self.is_whole:
            self._compare(sequence)

    def _broken(self, code: str, detail: str, sequence: int) -> None:
        self.found.add(code, detail, sequence)
        # What is replayed from here on is not the text: comparing with it would accuse the innocent.
        self.is_whole = False

    def _check_clients(self, clients: set[int], user_id: uuid.UUID | None, sequence: int) -> None:
        for client in clients:
            if client not in self.owners:
                self.found.add("unbound", f"client id {client} is nobody's", sequence)
            # A row of the server's own names who asked for it, under an id that is nobody's.
            elif self.owners[client] not in (user_id, None):
                self.found.add("foreign", f"client id {client} is another person's", sequence)

    def _compare(self, sequence: int) -> None:
        snapshot = DocumentSnapshot.objects.filter(
            document=self.document, sequence=sequence, generation=self.document.generation
        ).first()
        if snapshot is None:
            return
        state = bytes(snapshot.state)
        try:
            stored = ydoc.document_from_updates(state, [])
            is_same = (
                checksum(state) == snapshot.checksum
                and _vector(stored) == _vector(self.doc)
                and ydoc.doc_to_json(stored) == ydoc.doc_to_json(self.doc)
            )
        except BadUpdate:
            is_same = False
        if not is_same:
            self.found.add("snapshot", "the snapshot is not the text at its sequence", sequence)
            self.found.snapshots.append(sequence)

    def end(self, head: DocumentHead) -> None:
        found = self.found
        if head.sequence != self.last:
            found.add("head", f"the head says {head.sequence}, the last row is {self.last}")
            self.is_whole = False
        for sequence in sorted(number for number in self.snapshots if number > head.sequence):
            found.add("snapshot", "the snapshot is of a row that is not there", sequence)
            found.snapshots.append(sequence)
        if not self.is_whole:
            return
        content = ydoc.doc_to_json(self.doc, canonical=False)
        for problem in schema.validate(content):
            if problem.code not in schema.HEALED_CODES:
                found.add("schema", f"{problem.path}: {problem.message}")


def _vector(doc: ydoc.Doc) -> dict[int, int]:
    return update_bytes.read_vector(ydoc.state_vector(doc))
