"""`manage.py serve`: the web server and, in the embedded shape, the background jobs, under one command."""

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from realtime.servers import SERVERS

# Twice DRAIN_SECONDS of realtime/conf.py, and a little: sockets first, then the writer.
STOP_SECONDS = 25


def is_loopback(host: str) -> bool:
    """Tell whether a server that listens on `host` is reached from this machine alone."""
    try:
        addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(addresses) and all(
        ipaddress.ip_address(address).is_loopback for address in addresses
    )


class Command(BaseCommand):
    help = "Serve the site and run the background jobs beside it."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--server",
            choices=list(SERVERS),
            default="daphne",
            help="uvicorn carries more people (docs/adr/0007)",
        )
        parser.add_argument("--no-jobs", action="store_true", help="jobs run elsewhere")

    def handle(self, *args, host, port, server, no_jobs, **options):
        if settings.DEMO and not is_loopback(host):
            raise CommandError(
                "This is a demo: its password is public, so it listens on loopback only, "
                f"not on {host}. For a real installation see docs/operations.md."
            )
        self._check_port(host, port)
        commands = {"server": SERVERS[server](host, port)}
        if not no_jobs:
            commands["jobs"] = self._jobs()
        children = {name: subprocess.Popen(command) for name, command in commands.items()}  # noqa: S603
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        self._announce(host, port)
        code = self._watch(children, commands, stopping)
        self._stop(children)
        sys.exit(code)

    def _check_port(self, host, port):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Cannot listen on {host}:{port} ({error.strerror}). Another one is running there? "
                    f"Choose another port: make demo PORT={port + 1}"
                ) from error

    def _jobs(self):
        return [
            sys.executable, "-m", "celery", "--quiet", "-A", "cocreation", "worker", "--beat", "--pool", "solo",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
            "--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME,
        ]  # fmt: skip

    def _announce(self, host, port):
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"\n  {settings.SITE_NAME} → http://{shown}:{port}\n")
        if settings.DEMO:
            # Imported here: an installation that is no demo does not need it.
            from frontend.demo.accounts import demo_notice

            self.stdout.write(demo_notice(f"http://{shown}:{port}"))
        self.stdout.write("  Stop with Ctrl+C.\n\n")
        self.stdout.flush()

    def _watch(self, children, commands, stopping) -> int:
        """Wait until told to stop or the server ends; start the jobs again when they end."""
        while not stopping.wait(0.5):
            if (code := children["server"].poll()) is not None:
                self.stderr.write("The server stopped; see above.")
                return code or 1
            jobs = children.get("jobs")
            if jobs is not None and jobs.poll() is not None:
                self.stderr.write("The job worker stopped; starting it again.")
                time.sleep(1)
                children["jobs"] = subprocess.Popen(commands["jobs"])  # noqa: S603
        return 0

    def _stop(self, children):
        for child in children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.kill(child.pid, signal.SIGKILL)
