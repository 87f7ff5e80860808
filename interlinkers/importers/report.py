"""What came of an import: counts per kind, and what was left out and why."""

import dataclasses

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid

OUTCOMES = ("new", "changed", "unchanged", "failed")
KINDS = ("problem_profiles", "process_templates", "interlinkers")
# One line of the report, so that a hostile file cannot flood the terminal.
MESSAGE_MAX_CHARACTERS = 400


class EntryError(Invalid):
    """One entry cannot be taken in; the others can. The message says which part of it is wrong."""


@dataclasses.dataclass
class Report:
    """Counts and warnings. Kinds and outcomes are those of `KINDS` and `OUTCOMES`."""

    counts: dict[str, dict[str, int]] = dataclasses.field(
        default_factory=lambda: {kind: dict.fromkeys(OUTCOMES, 0) for kind in KINDS}
    )
    warnings: list[str] = dataclasses.field(default_factory=list)
    failures: list[str] = dataclasses.field(default_factory=list)

    def warn(self, message: str) -> None:
        """Note that something was left out or mended. Said once even when it is met often."""
        message = shorten(message)
        if message not in self.warnings:
            self.warnings.append(message)

    def count(self, kind: str, outcome: str) -> None:
        """Count one entry."""
        self.counts[kind][outcome] += 1

    def fail(self, kind: str, where: str, error: Exception) -> None:
        """Count an entry that could not be taken in, with the reason."""
        self.count(kind, "failed")
        reason = getattr(error, "message", None) or str(error) or type(error).__name__
        self.failures.append(
            shorten(_("%(where)s: not imported: %(reason)s") % {"where": where, "reason": reason})
        )

    @property
    def failed(self) -> int:
        """How many entries failed."""
        return len(self.failures)

    def as_dict(self) -> dict:
        """Return the report as one JSON object; failures come first among the warnings."""
        return {**self.counts, "warnings": [*self.failures, *self.warnings]}


def shorten(message: str) -> str:
    """Return a message as one line that is safe to print: a path may hold anything."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in " ".join(message.split()))
    if len(line) > MESSAGE_MAX_CHARACTERS:
        line = line[: MESSAGE_MAX_CHARACTERS - 1] + "…"
    return line
