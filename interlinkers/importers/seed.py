"""Reading a directory that somebody else wrote: names in any case, no way out of it, no surprise in size or kind."""

import json
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from interlinkers.importers.report import EntryError

# INTERLINK's largest JSON file is the aggregate of all templates, about 600 kB.
JSON_MAX_BYTES = 20_000_000
TEXT_MAX_BYTES = 1_000_000
# What editors and systems leave behind; nobody meant these to be in a catalogue.
DEBRIS = re.compile(r"^(~\$|\.)|^(thumbs\.db|desktop\.ini)$", re.IGNORECASE)


class Refused(Exception):
    """The path or file is not one that we read; the message says why."""


class SeedDirectory:
    """A directory of files to import. All paths are relative to it, with `/`; `warn` takes sentences.

    Symbolic links are never followed (the root itself may be one), so nothing outside can be read.
    """

    def __init__(self, root: Path, warn: Callable[[str], None]):
        self.root = Path(os.path.realpath(root))
        self.warn = warn
        self._listings: dict[str, list[str]] = {}

    def locate(self, relative: str) -> str | None:
        """Return the real spelling of a path inside the directory, or None when there is no such thing.

        Names match in any case when they do not match exactly. Raises: Refused for a path that leads out, through a
        link, or that is no path at all.
        """
        found = PurePosixPath()
        for part in self._parts(relative):
            name = self._match(str(found), part)
            if name is None:
                return None
            found /= name
            if stat.S_ISLNK(os.lstat(self.root / found).st_mode):
                raise Refused(_("%(path)s is a link; links are not followed") % {"path": found})
        return str(found)

    @staticmethod
    def _parts(relative: str) -> list[str]:
        path = relative.replace("\\", "/")
        if "\x00" in path or not path.isprintable() or len(path) > 1000:
            raise Refused(_("%(path)r is not a path") % {"path": relative[:80]})
        if path.startswith("/") or re.match(r"^[A-Za-z]:", path):
            raise Refused(_("%(path)s is outside the directory") % {"path": path})
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise Refused(_("%(path)s is outside the directory") % {"path": path})
        return parts

    def _match(self, parent: str, name: str) -> str | None:
        names = self._listing(parent)
        if name in names:
            return name
        return next((other for other in names if _folded(other) == _folded(name)), None)

    def _listing(self, relative: str) -> list[str]:
        if relative not in self._listings:
            try:
                names = sorted(os.listdir(self.root / relative))
            except (FileNotFoundError, NotADirectoryError):
                names = []
            except OSError as error:
                raise Refused(_("%(path)s cannot be read") % {"path": relative}) from error
            self._listings[relative] = names
        return self._listings[relative]

    def folders(self, relative: str) -> Iterator[str]:
        """Yield the paths of the directories in a directory, by name. Links are left out with a warning."""
        yield from self._children(relative, stat.S_ISDIR)

    def files(self, relative: str) -> Iterator[str]:
        """Yield the paths of the ordinary files in a directory, by name. Links are left out with a warning."""
        yield from self._children(relative, stat.S_ISREG)

    def _children(self, relative: str, wanted: Callable[[int], bool]) -> Iterator[str]:
        try:
            found = self.locate(relative)
            names = self._listing(found) if found is not None else []
        except Refused as refusal:
            self.warn(str(refusal))
            return
        for name in names:
            if DEBRIS.match(name):
                continue
            path = str(PurePosixPath(found) / name)
            try:
                mode = os.lstat(self.root / path).st_mode
            except OSError:
                continue
            if stat.S_ISLNK(mode):
                self.warn(_("%(path)s is a link; links are not followed") % {"path": path})
            elif wanted(mode):
                yield path

    def read_bytes(self, relative: str, max_bytes: int) -> bytes | None:
        """Return the content of an ordinary file, or None when there is none. `max_bytes` is the largest size read.

        Raises: Refused for anything that is not an ordinary file of at most that size.
        """
        found = self.locate(relative)
        if found is None:
            return None
        try:
            # NONBLOCK: a named pipe must not make us wait; NOFOLLOW: it may have become a link since we looked.
            handle = os.open(self.root / found, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise Refused(_("%(path)s cannot be read") % {"path": found}) from error
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Refused(_("%(path)s is not an ordinary file") % {"path": found})
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise Refused(
                _("%(path)s is larger than %(limit)s bytes") % {"path": found, "limit": max_bytes}
            )
        return data

    def read_json(self, relative: str) -> object:
        """Return what a JSON file says (UTF-8, UTF-16 or UTF-32, with or without a byte-order mark).

        Raises: EntryError when it is missing, too large, or not JSON.
        """
        try:
            data = self.read_bytes(relative, JSON_MAX_BYTES)
            if data is None:
                raise EntryError(_("there is no file %(path)s") % {"path": relative})
            return json.loads(data, parse_constant=_refuse_constant)
        except Refused as refusal:
            raise EntryError(str(refusal)) from refusal
        except (ValueError, RecursionError) as error:
            raise EntryError(_("this is not JSON: %(problem)s") % {"problem": error}) from error


def _folded(name: str) -> str:
    """Return a file name as it is compared: in any case, and composed (some systems store accents apart)."""
    return unicodedata.normalize("NFC", name).casefold()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")
