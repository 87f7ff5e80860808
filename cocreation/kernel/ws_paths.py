"""The socket paths, for realtime (which serves them) and frontend (which writes them into pages)."""

DOCUMENT_SOCKET = "ws/v1/documents/<uuid:document_id>"
EVENTS_SOCKET = "ws/v1/events"


def document_socket_path(document_id: object) -> str:
    """Return the absolute path of a document's socket (no trailing slash: stock Yjs clients add none)."""
    return f"/ws/v1/documents/{document_id}"


def events_socket_path() -> str:
    """Return the absolute path of the events socket."""
    return "/ws/v1/events"
