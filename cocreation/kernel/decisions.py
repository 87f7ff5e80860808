"""The answer to "may I?": truthy or falsy, and when falsy with the sentence for the person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """A yes."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """A no. `reason` is translated text for the person; `code` is stable, for programs."""

    reason: str
    code: str = "forbidden"

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied
ALLOWED = Allowed()
