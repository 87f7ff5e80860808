#!/usr/bin/env python3
"""Run the browser tests when there is a Chromium; say how to get one when there is none.

They run apart from the rest: Playwright's event loop does not share a process with pytest-asyncio's.
"""

import os
import shutil
import subprocess
import sys

import setup


def chromium():
    """Return the path of a Chromium, or None."""
    for candidate in (
        os.environ.get("CHROMIUM"),
        "/usr/bin/chromium",
        shutil.which("chromium"),
        shutil.which("chromium-browser"),
        shutil.which("google-chrome"),
    ):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    return None


def main():
    """Run, skip with a word, or fail when the browser is required."""
    path = chromium()
    if path is None:
        print(
            "Browser tests SKIPPED: no Chromium. Debian, Ubuntu: apt-get install chromium; "
            "or set CHROMIUM=/path/to/it."
        )
        sys.exit(1 if os.environ.get("REQUIRE_BROWSER") == "1" else 0)
    environment = {**os.environ, "CHROMIUM": path, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    command = [
        str(setup.PYTHON),
        "-m",
        "pytest",
        "-q",
        "-m",
        "browser",
        "-p",
        "no:asyncio",
        "tests/browser",
    ]
    sys.exit(subprocess.call([*command, *sys.argv[1:]], cwd=setup.ROOT, env=environment))


if __name__ == "__main__":
    main()
