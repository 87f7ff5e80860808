#!/usr/bin/env python3
"""Set up everything that `make demo`, `make run` and `make test` need, once; quick when nothing has changed.

Runs on the machine's own Python before anything is installed, so it uses the standard library alone.

    python3 scripts/setup.py [--dev]     # --dev: also what tests need
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
EDITOR = ROOT / "frontend" / "editor"
BUILD = ROOT / "frontend" / "static" / "build"
NODE_MINIMUM = 20


def fail(what, remedy):
    """Say plainly what is missing and what to do about it, and stop."""
    sys.exit(f"\nCannot go on: {what}\n  → {remedy}\n")


class Step:
    """One long step: prints its name when it begins and the seconds when it ends."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print(f"  … {self.name}", flush=True)
        self.start = time.monotonic()

    def __exit__(self, kind, *_):
        if kind is None:
            print(f"  ✓ {self.name} ({time.monotonic() - self.start:.0f} s)", flush=True)


def digest(paths):
    """Return one hash of the contents of all files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def fresh(stamp, value):
    """Tell whether the step with this stamp was done for exactly this input."""
    path = STAMPS / stamp
    return path.is_file() and path.read_text() == value


def done(stamp, value):
    """Remember that the step was done for this input."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / stamp).write_text(value)


def run(command, **options):
    """Run a command quietly; show what it printed only when it fails."""
    result = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    if result.returncode:
        print(result.stdout[-4000:], result.stderr[-6000:], sep="\n")
        fail(
            f"`{' '.join(map(str, command))}` failed (see above)", "mend the cause, then run again"
        )
    return result.stdout


def check_python():
    """Make sure that this Python can make virtual environments and is new enough."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything is set up
        have = ".".join(map(str, sys.version_info[:3]))
        fail(
            f"Python 3.11 or newer is needed, this is {have}",
            "install it, then: make PYTHON=python3.11 …",
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "this Python has no venv module",
            f"Debian, Ubuntu: apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv",
        )


def set_up_environment():
    """Make .venv with this Python if there is none that works."""
    if (
        PYTHON.is_file()
        and subprocess.run([str(PYTHON), "-c", "import pip"], check=False).returncode == 0
    ):
        return
    with Step("virtual environment in .venv"):
        run([sys.executable, "-m", "venv", "--clear", VENV])


def set_up_packages(name):
    """Install requirements/<name>.txt, hashes checked."""
    source = ROOT / "requirements" / f"{name}.txt"
    value = digest([source]) + sys.version.split()[0]
    if fresh(name, value):
        return
    with Step(f"Python packages ({name}; the first time takes a few minutes)"):
        run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                source,
            ]
        )
    done(name, value)


def node_path():
    """Return a PATH on which node and npm are new enough: the machine's own, else a wheel's in .venv."""
    path = os.environ.get("PATH", "")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=False
        ).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= NODE_MINIMUM:
            return path
    set_up_packages("build")
    return f"{VENV / 'bin'}{os.pathsep}{path}"


def editor_inputs():
    """Return every file that the bundle is made of."""
    skip = {"node_modules", "build", "dist", "__pycache__"}
    # Templates too: the icons that they name are what the sprite holds.
    names = ("editor", "styles", "templates", "templatetags")
    folders = [ROOT / "frontend" / name for name in names]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [
        *[path for path in files if not skip & set(path.relative_to(ROOT).parts)],
        ROOT / "documents" / "schema.json",
    ]


def set_up_bundle():
    """Build the editor and the style sheets with npm, unless their inputs have not changed."""
    value = digest(editor_inputs())
    if (
        fresh("bundle", value)
        and (BUILD / "site.css").is_file()
        and (BUILD / "editor.js").is_file()
    ):
        return
    environment = {**os.environ, "PATH": node_path(), "CI": "true"}
    lock = digest([EDITOR / "package-lock.json"])
    if not fresh("node_modules", lock) or not (EDITOR / "node_modules").is_dir():
        with Step("editor packages (npm)"):
            run(["npm", "ci", "--no-audit", "--no-fund"], cwd=EDITOR, env=environment)
        done("node_modules", lock)
    with Step("editor bundle and style sheets"):
        run(["npm", "run", "build"], cwd=EDITOR, env=environment)
    done("bundle", value)


def set_up_translations():
    """Compile the .po files (no gettext tools needed)."""
    sources = sorted((ROOT / "locale").rglob("*.po"))
    value = digest(sources)
    if fresh("translations", value) and all(path.with_suffix(".mo").is_file() for path in sources):
        return
    with Step("translations"):
        code = (
            "import polib,sys\nfor p in sys.argv[1:]: polib.pofile(p).save_as_mofile(p[:-2]+'mo')"
        )
        run([PYTHON, "-c", code, *sources])
    done("translations", value)


def main():
    """Do all steps that are needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests need")
    options = parser.parse_args()
    check_python()
    set_up_environment()
    set_up_packages("dev" if options.dev else "base")
    set_up_bundle()
    set_up_translations()


if __name__ == "__main__":
    main()
