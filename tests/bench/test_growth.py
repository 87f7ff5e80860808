"""The search for the largest crowd, with a server whose limit is known."""

from types import SimpleNamespace

import pytest

from bench import growth
from bench.processes import Trouble

OPTIONS = SimpleNamespace(grow_from=None, seconds=None, renew_presence=False)


def search(monkeypatch, limit, grow_from):
    asked = []

    def step(contender, made, seed, options, count):
        asked.append(count)
        return {"clients": count, "p95": 1.0, "ok": count <= limit, "why": ""}

    monkeypatch.setattr(growth, "_step", step)
    contender = SimpleNamespace(name="server", grow_from=grow_from)
    return growth.measure(contender, {}, 1, OPTIONS), asked, contender


@pytest.mark.parametrize("limit", [9, 60, 177, 950, 3_000])
@pytest.mark.parametrize("grow_from", [50, 400])
def test_what_held_and_what_failed_enclose_the_limit_closely(monkeypatch, limit, grow_from):
    found, asked, _ = search(monkeypatch, limit, grow_from)

    assert found["held"] <= limit < found["failed_at"]
    assert found["failed_at"] <= max(found["held"] + 1, found["held"] * growth.CLOSE_ENOUGH)
    assert found["clients"] == found["held"]
    assert len(asked) == len(set(asked)) <= 25


def test_a_server_that_holds_nobody_ends_the_search_with_nothing(monkeypatch):
    found, _, contender = search(monkeypatch, 0, 50)

    assert found["held"] == 0
    assert contender.grow_from == 50


def test_the_next_run_begins_near_the_limit(monkeypatch):
    found, _, contender = search(monkeypatch, 1_000, 50)

    assert contender.grow_from == int(found["held"] * 0.75)


class Contender:
    name = "server"

    def running(self, stock, made):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def figures(**changed):
    sound = {
        "clients": 5,
        "synced": 5,
        "dropped": 0,
        "missing": 0,
        "all_have_everything": True,
        "p95": 9.0,
    }
    return sound | changed


@pytest.mark.parametrize(
    ("outcomes", "ok"),
    [
        ([figures()], True),
        ([figures(p95=501.0), figures()], True),
        ([figures(p95=501.0), figures(p95=501.0)], False),
        ([figures(missing=1), figures(dropped=1)], False),
        ([figures(synced=4), figures(all_have_everything=False)], False),
        ([Trouble("it died"), figures()], True),
        ([Trouble("it died"), Trouble("it died")], False),
    ],
)
def test_a_step_fails_when_it_fails_twice(monkeypatch, outcomes, ok):
    waiting = list(outcomes)

    def measure(*_, **__):
        outcome = waiting.pop(0)
        if isinstance(outcome, Trouble):
            raise outcome
        return dict(outcome)

    monkeypatch.setattr(growth.generator, "measure", measure)

    assert growth._step(Contender(), {}, 1, OPTIONS, 5)["ok"] is ok
    assert not waiting
