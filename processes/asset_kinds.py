"""The registry of things a task can hold that live in a higher app (documents), which registers them in `ready()`."""

import uuid
from typing import Protocol

from community.models import User
from processes.models import Node


class AssetKindHandler(Protocol):
    """What a registered kind does. `kind` is one of AssetKind; an asset keeps the id that `create` returns."""

    kind: str

    def create(self, *, actor: User, task: Node, title: str, start: dict) -> tuple[uuid.UUID, str]:
        """Make the thing inside the caller's transaction; return its id and title."""

    def labels(self, object_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
        """Return the present titles of many, in one query."""

    def url(self, object_id: uuid.UUID) -> str:
        """Return the path of its page."""

    def frozen(self, *, actor: User, object_id: uuid.UUID) -> dict:
        """Return it as it is now, as a copy for everybody: {"title", "version", "markdown"}.

        Raises NotFound for what was removed.
        """

    def copy(self, *, actor: User, task: Node, object_id: uuid.UUID) -> tuple[uuid.UUID, str]:
        """Make a new one in another task out of this one as it is now, without its history; return id and title.

        Raises NotFound for what was removed.
        """

    def remove(self, *, actor: User, object_id: uuid.UUID) -> None:
        """Take it out of sight together with its asset."""

    def restore(self, *, actor: User, object_id: uuid.UUID) -> None:
        """Bring it back together with its asset."""

    def move(self, *, actor: User, object_id: uuid.UUID, task: Node) -> None:
        """Let it belong to another task of its process."""


_handlers: dict[str, AssetKindHandler] = {}


def register(handler: AssetKindHandler) -> None:
    """Make a kind known. Raises ValueError when another handler has it."""
    known = _handlers.get(handler.kind)
    if known is not None and type(known) is not type(handler):
        raise ValueError(f"the asset kind {handler.kind} is registered twice")
    _handlers[handler.kind] = handler


def get(kind: str) -> AssetKindHandler | None:
    """Return the handler of a kind, None for kinds that this app keeps itself."""
    return _handlers.get(kind)
