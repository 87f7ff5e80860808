"""Running pandoc: as another program, sandboxed, with limits of time, memory and output."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import pypandoc
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, Unavailable

# A 300-page document takes about 5 s.
TIMEOUT_SECONDS = 60
# Pandoc's own heap limit; a 300-page document needs about 300 MB.
HEAP_MB = 1500
# The JSON of a 300-page document has about 20 MB; pictures are not in it.
OUTPUT_MAX_BYTES = 400_000_000
# How many may run at once in one worker, and how long the next one waits.
_PARALLEL = 2
_WAIT_SECONDS = 90
# Exit code of Haskell's run-time system when the heap limit is reached.
_HEAP_EXHAUSTED = 251

API_VERSION = [1, 23, 1]
_slots = threading.BoundedSemaphore(_PARALLEL)


@cache
def _program() -> str:
    try:
        return pypandoc.get_pandoc_path()
    except OSError as error:
        raise Unavailable(
            _("Word files cannot be read or written here: pandoc is missing."), "pandoc_missing"
        ) from error


def run_pandoc(arguments: Sequence[str], data: bytes, *, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """Feed `data` to pandoc and return what it writes.

    `timeout` in seconds. Raises Invalid("conversion_failed") when pandoc refuses the input,
    Invalid("too_complex") when a limit is reached, Unavailable when it cannot be run now.
    """
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable(_("Too many conversions are running. Try again in a minute."))
    try:
        return _run(arguments, data, timeout)
    finally:
        _slots.release()


def _run(arguments: Sequence[str], data: bytes, timeout: float) -> bytes:
    command = [_program(), "--sandbox", *arguments, "-o", "-"]
    command += ["+RTS", f"-M{HEAP_MB}m", "-RTS"]
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(data)
        stdin.seek(0)
        process = subprocess.Popen(  # noqa: S603 - a fixed program and our own arguments
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            env=_environment(),
        )
        _limit_output(process.pid)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise _too_complex() from error
        except BaseException:
            _kill(process)
            raise
        if code:
            stderr.seek(0)
            raise _failure(code, stderr.read(2000).decode(errors="replace"))
        stdout.seek(0)
        return stdout.read()


def _environment() -> dict[str, str]:
    """Give pandoc nothing of ours (settings and secrets are in the environment)."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": tempfile.gettempdir()}


def _limit_output(pid: int) -> None:
    if hasattr(resource, "prlimit"):  # Linux
        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (OUTPUT_MAX_BYTES, OUTPUT_MAX_BYTES))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _kill(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _too_complex() -> Invalid:
    return Invalid(_("This file is too large or too complex to be converted."), "too_complex")


def _failure(code: int, message: str) -> Invalid:
    if code < 0 or code == _HEAP_EXHAUSTED:
        return _too_complex()
    return Invalid(
        _("This file could not be converted."), "conversion_failed", details={"pandoc": message}
    )


def ast_to_file(ast: dict[str, Any], output_format: str) -> bytes:
    """Return the file that pandoc makes of its own JSON (`docx`, `odt`)."""
    data = json.dumps(ast, ensure_ascii=False).encode()
    return run_pandoc(["-f", "json", "-t", output_format], data)


def file_to_ast(data: bytes, input_format: str, *options: str) -> dict[str, Any]:
    """Return pandoc's JSON of a file. Raises Invalid("too_deep") besides what `run_pandoc` raises."""
    output = run_pandoc(["-f", input_format, "-t", "json", *options], data)
    try:
        return json.loads(output)
    except RecursionError as error:
        raise Invalid(_("The text is nested too deeply."), "too_deep") from error
