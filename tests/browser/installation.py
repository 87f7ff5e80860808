"""A real installation and people with browsers, for browser tests and for the screenshots.

Own data folder, demo content, daphne and job worker, Chromium. In the production shape (DATABASE_URL, REDIS_URL set) it
has a database of its own on that PostgreSQL.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from playwright.sync_api import Browser, BrowserType, Page

from frontend.demo.accounts import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "koprade_browser_tests"
START_SECONDS = 60
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Site:
    """A running installation. `stop` and `start` again keep its data."""

    def __init__(self, folder: Path, environment: dict):
        self.folder = folder
        self.environment = environment
        self.process = None
        # Cookies of people who signed in already: one real sign-in each is enough, and attempts are counted.
        self.cookies: dict[str, list] = {}
        self.clients: dict[str, Client] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment["PUBLIC_URL"] = self.url

    @classmethod
    def with_demo(cls, folder: Path) -> "Site":
        """Return an installation with the demo content, running."""
        environment = {**os.environ, "VAR_DIR": str(folder), "DEMO": "1"}
        environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        _own_database(environment)
        site = cls(folder, environment)
        site.manage("migrate", "--verbosity", "0")
        site.manage("load_demo")
        site.start()
        return site

    def manage(self, *arguments: str, may_fail: bool = False) -> str:
        """Run a management command and return what it printed."""
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert may_fail or result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def start(self) -> None:
        self.log = (self.folder / "server.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            # Any answer of the health page means that the server is up (jobs may need a moment more).
            with contextlib.suppress(requests.RequestException):
                requests.get(f"{self.url}/healthz", timeout=5)
                return
            time.sleep(0.2)
        raise AssertionError((self.folder / "server.log").read_text()[-3000:])

    def client(self, email: str) -> "Client":
        """Return somebody's program: REST with a token."""
        if email not in self.clients:
            self.clients[email] = Client(
                self.url, self.manage("create_token", email).strip().splitlines()[-1]
            )
        return self.clients[email]

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(30)
        self.process = None
        self.log.close()


class Client:
    """REST with a token."""

    def __init__(self, url: str, token: str):
        self.url = url
        self.token = token
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {token}"

    def get(self, path: str) -> dict:
        return self._checked(self.session.get(f"{self.url}/api/v1/{path}", timeout=30)).json()

    def post(self, path: str, **data) -> dict:
        answer = self.session.post(f"{self.url}/api/v1/{path}", json=data, timeout=30)
        return self._checked(answer).json()

    def put(self, path: str, **data) -> dict:
        answer = self.session.put(f"{self.url}/api/v1/{path}", json=data, timeout=30)
        return self._checked(answer).json()

    def patch(self, path: str, **data) -> dict:
        answer = self.session.patch(f"{self.url}/api/v1/{path}", json=data, timeout=30)
        return self._checked(answer).json()

    def markdown(self, document: str) -> str:
        """Return a document's text as the server has it."""
        return self.get(f"documents/{document}/markdown/")["markdown"]

    def _checked(self, answer: requests.Response) -> requests.Response:
        assert answer.ok, (
            f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
        )
        return answer


def _own_database(environment: dict) -> None:
    """Give the installation a PostgreSQL database of its own when that is the shape."""
    url = environment.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    environment["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def chromium(kind: BrowserType, *arguments: str) -> Browser:
    """Start Chromium, without a download of its own."""
    return kind.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=[*CHROMIUM_ARGUMENTS, *arguments],
    )


class Person:
    """Somebody with a browser of their own. More options are those of a Playwright context."""

    def __init__(
        self, browser: Browser, site: Site, *, phone: bool = False, dark: bool = False, **options
    ):
        self.site = site
        options = {
            "viewport": PHONE if phone else DESKTOP,
            "has_touch": phone,
            "is_mobile": phone,
            "color_scheme": "dark" if dark else "light",
            "locale": "en-GB",
            "reduced_motion": "reduce",
            **options,
        }
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(error.stack or str(error)))
        self.page.on("console", self._console)

    def _console(self, message) -> None:
        # A strict content security policy must hold on every page: its complaints are faults.
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(f"{message.location['url']}: {message.text}")

    def open(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.site.url + path)
        return self.page

    def sign_in(self, email: str) -> "Person":
        if email in self.site.cookies:
            self.context.add_cookies(self.site.cookies[email])
            return self
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", DEMO_PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/my-work/**")
        self.site.cookies[email] = self.context.cookies()
        return self
