"""A process with large files out as one file and in again: time, and how much memory that takes.

Run as `python -m bench.archive [--megabytes 195] [--files 10]`. In process, with a database and a store of its own that
are removed at the end; files hold random bytes, which do not compress. Needs about four times their size on the disk.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

PAGE = resource.getpagesize()
SAMPLE_SECONDS = 0.02


class Memory:
    """The largest resident size while something goes on, above what it was before."""

    def __enter__(self) -> "Memory":
        self._before = self._most = _resident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._began = time.perf_counter()
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self._most = max(self._most, _resident())

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def told(self) -> dict:
        """Return seconds and MB."""
        return {
            "seconds": round(time.perf_counter() - self._began, 1),
            "memory_growth_mb": round((self._most - self._before) / 1e6, 1),
        }


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=195)
    parser.add_argument("--files", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VAR_DIR": folder, "MEDIA_ROOT": f"{folder}/media", "TMPDIR": folder}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cocreation.settings")
        tempfile.tempdir = folder
        import django

        django.setup()
        from django.db import connection

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            print(json.dumps(_measure(Path(folder), options), indent=2))
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _measure(folder: Path, options) -> dict:
    from bench.guide import large_process
    from processes.archive.counting import Counting
    from processes.archive.writer import archive_write
    from processes.services.archives import archive_check, process_import

    process, coordinator, tasks = large_process(1, 1, options.files)
    for number, task in enumerate(tasks):
        _file(folder, coordinator, task, options.megabytes * 1_000_000 // options.files, number)
    found: dict = {"files_mb": options.megabytes}
    with Memory() as memory:
        path, _manifest = archive_write(process, Counting())
    found["export"] = memory.told()
    found["archive_mb"] = round(path.stat().st_size / 1e6, 1)
    with path.open("rb") as file, Memory() as memory:
        archive_check(file, importer=coordinator, progress=Counting())
    found["check"] = memory.told()
    with path.open("rb") as file, Memory() as memory:
        process_import(file, importer=coordinator, vouched=False, progress=Counting())
    found["import"] = memory.told()
    path.unlink()
    left = [one.name for one in folder.glob("*") if one.suffix == ".zip"]
    if left:
        sys.exit(f"left behind: {left}")
    return found


def _file(folder: Path, actor, task, size: int, number: int) -> None:
    """Put a file of random bytes into a task; what begins like a PDF is taken for one."""
    from django.core.files.uploadedfile import UploadedFile

    from processes.services.assets import asset_file_create

    path = folder / f"{number}.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for _part in range(size // 1_000_000):
            file.write(os.urandom(1_000_000))
    with path.open("rb") as file:
        upload = UploadedFile(file, name=path.name, size=path.stat().st_size)
        asset_file_create(actor=actor, task=task, upload=upload)
    path.unlink()


if __name__ == "__main__":
    main()
