"""The page of a large process: server time of the first request and of warm ones, queries and bytes, by who looks.

Run as `python -m bench.page [--shape 20x10x10]` (phases, objectives, tasks). Measures in process, without a network, on
a database of its own beside the one that DATABASE_URL names (as tests do); it is removed at the end.
"""

import argparse
import gzip
import json
import os
import statistics
import time

WARM = 15


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", default="20x10x10")
    parser.add_argument("--warm", type=int, default=WARM)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cocreation.settings")
    import django

    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(json.dumps(_measure(options), indent=2))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _measure(options) -> dict:
    from bench.guide import large_process

    process, coordinator, made = large_process(*map(int, options.shape.split("x")))
    from django.db import connection

    path = f"/processes/{process.pk}/"
    return {
        "database": connection.vendor,
        "tasks": len(made),
        # The first of all has to load templates and translations, too: as after a restart.
        "coordinator": _look(path, coordinator, options.warm),
        "visitor": _look(path, None, options.warm),
    }


def _look(path: str, user, warm: int) -> dict:
    """Ask for a page as somebody and return what it cost."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    host = next((one for one in settings.ALLOWED_HOSTS if one[:1] not in "*."), "localhost")
    client = Client(SERVER_NAME=host)
    if user is not None:
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    times, cpu = [], []
    for _number in range(warm + 1):
        began, busy = time.perf_counter(), time.process_time()
        answer = client.get(path, secure=settings.SECURE_SSL_REDIRECT)
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path, secure=settings.SECURE_SSL_REDIRECT)
    return {
        "first_ms": round(times[0]),
        "warm_ms": round(statistics.median(times[1:])),
        # What others do on the machine does not count in it; nor does what the database server does.
        "warm_cpu_ms": round(statistics.median(cpu[1:])),
        "queries": len(queries),
        "bytes": len(answer.content),
        "bytes_gzip": len(gzip.compress(answer.content)),
    }


if __name__ == "__main__":
    main()
