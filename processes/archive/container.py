"""Looking over a foreign file: everything that its list says is checked before a byte is unpacked, and every byte is
counted while it is. Nothing is ever written to a path that the archive names.
"""

import hashlib
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings

from community.background_kinds import Progress
from processes.archive.problems import refusal
from processes.archive.writer import FORMAT, VERSION, blocks

MAX_MEMBERS = 20_000
MAX_ROWS = 500_000
# The lists of rows compress well, up to some dozens of times; a bomb does so a thousand times.
MAX_RATIO = 200
RATIO_FREE_BYTES = 1_000_000
MAX_JSON_BYTES = 20_000_000
MAX_LINE_BYTES = 40_000_000
CHUNK_BYTES = 1_000_000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NAME = re.compile(r"[a-z0-9_][a-z0-9_.\-]*(/[a-z0-9_][a-z0-9_.\-]*)*", re.ASCII)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class Container:
    """A ZIP file that was looked over. Raises the refusals of `problems`."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.infos = _checked_list(archive)
        self.manifest = self._manifest()

    def _manifest(self) -> dict:
        if "manifest.json" not in self.infos:
            raise refusal("manifest_missing")
        manifest = self.json("manifest.json")
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise refusal("format_unknown")
        if manifest.get("version") != VERSION:
            raise refusal("version_unknown", name=manifest.get("version"))
        members = manifest.get("members")
        if not _are_members(members) or not isinstance(manifest.get("process"), dict):
            raise refusal("json_broken", name="manifest.json")
        for name in members:
            if name not in self.infos:
                raise refusal("member_missing", name=name)
        for name in self.infos:
            if name != "manifest.json" and name not in members:
                raise refusal("member_unknown", name=name)
        return manifest

    @property
    def members(self) -> dict[str, dict]:
        """What the list of contents says of each member."""
        return self.manifest["members"]

    def size(self, name: str) -> int:
        """Return how many bytes a member unpacks to, as the list of the ZIP file says."""
        return self.infos[name].file_size

    def verify(self, name: str, progress: Progress) -> None:
        """Read a member to its end and compare it with the list of contents."""
        digest, size = hashlib.sha256(), 0
        for chunk in self.chunks(name):
            digest.update(chunk)
            size += len(chunk)
            progress.step(blocks(len(chunk)))
        stated = self.members[name]
        if digest.hexdigest() != stated["sha256"] or size != stated["size"]:
            raise refusal("checksum", name=name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a member."""
        if name not in self.infos:
            raise refusal("member_missing", name=name)
        try:
            with self.archive.open(self.infos[name]) as opened:
                left = self.infos[name].file_size
                while chunk := opened.read(CHUNK_BYTES):
                    left -= len(chunk)
                    if left < 0:
                        raise refusal("zip_bomb", name=name)
                    yield chunk
        except BROKEN as error:
            raise refusal("checksum", name=name) from error

    def json(self, name: str) -> object:
        """Return a small JSON member."""
        if name in self.infos and self.infos[name].file_size > MAX_JSON_BYTES:
            raise refusal("json_broken", name=name)
        return _parsed(b"".join(self.chunks(name)), name)

    def lines(self, name: str) -> Iterator[dict]:
        """Yield the rows of a member with one JSON object a line."""
        rest = b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise refusal("json_broken", name=name)
            for line in whole:
                row = _parsed(line, name)
                if not isinstance(row, dict):
                    raise refusal("json_broken", name=name)
                yield row
        if rest.strip():
            raise refusal("json_broken", name=name)


@contextmanager
def opened(file: BinaryIO) -> Iterator[Container]:
    """Open an archive and look over its list. Raises the refusals of `problems`."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Container(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise refusal("not_a_zip") from error


def _checked_list(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        raise refusal("too_many_members", limit=MAX_MEMBERS)
    infos: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in listed:
        _check_info(info)
        if info.filename in infos:
            raise refusal("duplicate_member", name=info.filename)
        infos[info.filename] = info
        total += info.file_size
    if total > settings.ARCHIVE_MAX_UNPACKED_BYTES:
        limit = settings.ARCHIVE_MAX_UNPACKED_BYTES // 1_000_000
        raise refusal("unpacked_too_large", limit=limit)
    return infos


def _check_info(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    if not _NAME.fullmatch(name) or name != info.filename or ".." in name or len(name) > 200:
        raise refusal("path_trick", name=name)
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise refusal("link", name=name)
    if info.flag_bits & 0x1:
        raise refusal("encrypted")
    if info.compress_type not in METHODS:
        raise refusal("not_a_zip")
    if info.file_size > RATIO_FREE_BYTES and info.file_size > info.compress_size * MAX_RATIO:
        raise refusal("zip_bomb", name=name)


def _are_members(members: object) -> bool:
    return isinstance(members, dict) and all(
        isinstance(stated, dict)
        and isinstance(stated.get("sha256"), str)
        and isinstance(stated.get("size"), int)
        for stated in members.values()
    )


def _parsed(data: bytes, name: str) -> object:
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refusal("json_broken", name=name) from error


def _no_constant(text: str) -> object:
    raise ValueError(text)
