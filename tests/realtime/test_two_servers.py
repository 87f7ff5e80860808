"""Two servers and a Redis of their own, which is killed: what crosses, what does not, and how it comes back.

Polling is off, so that only Redis can carry words from one server to the other; a row that was missed is found by its
sequence when the next one comes. (Without Redis, words cross by polling: see `test_chaos` and `test_stock_provider`.)
"""

import subprocess

import pytest
from django.conf import settings

from tests.realtime.server import Redis, Server, node
from tests.realtime.test_stock_provider import result, start

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.node,
    pytest.mark.skipif(node() is None, reason="needs Node and the editor's packages (make setup)"),
    pytest.mark.skipif(not settings.REDIS_URL, reason="the embedded shape has one worker"),
]


def go_on(process: subprocess.Popen, expected: str) -> None:
    assert process.stdout.readline() == expected + "\n", process.stderr.read()


def tell(process: subprocess.Popen) -> None:
    process.stdin.write("go on\n")
    process.stdin.flush()


def test_words_and_presence_cross_servers_again_after_redis_came_back_and_a_crash_takes_people_away(
    transactional_db, world
):
    redis = Redis().start()
    environment = {
        "REDIS_URL": redis.url,
        "REALTIME_POLL_SECONDS": "3600",
        "REALTIME_WORKER_BEAT_SECONDS": "0.4",
        "REALTIME_WORKER_SILENT_SECONDS": "2",
    }
    one, two = (Server(**environment).start() for _ in range(2))
    people = [world.writer, world.second, world.reader]
    process = start(one, world, "neighbours", people, urls=[one.url, two.url, one.url])
    try:
        go_on(process, "together")
        redis.kill()
        tell(process)
        go_on(process, "alone")
        redis.start()
        tell(process)
        go_on(process, "together again")
        one.kill()
        tell(process)
        answer = result(process)
    finally:
        process.kill()
        for server in (one, two):
            server.stop()
        redis.kill()
    assert "one" in answer["alone"]
    assert "two" not in answer["alone"], "only Redis carries words here"
    assert answer["left"], "who stays is not disturbed"
