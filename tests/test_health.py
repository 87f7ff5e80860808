import datetime

import pytest

from cocreation import health
from cocreation.kernel import clock
from community.models import Heartbeat
from community.services.maintenance import heartbeat_record

PARTS = {"database", "channel_layer", "jobs"}


@pytest.fixture
def with_worker(settings):
    """As outside tests, where jobs need a worker."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    heartbeat_record()


def failing(client):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    body = answer.json()
    assert body["status"] == "failed"
    for name in body["failed"]:
        assert body["checks"][name].startswith("failed")
    return body["failed"]


@pytest.mark.django_db
def test_healthy_when_all_parts_work(client, with_worker):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": dict.fromkeys(PARTS, "ok")}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_unhealthy_when_no_worker_ever_came(client, with_worker):
    Heartbeat.objects.all().delete()
    assert failing(client) == ["jobs"]


@pytest.mark.django_db
def test_unhealthy_when_the_worker_fell_silent(client, with_worker, settings):
    stale = clock.now() - datetime.timedelta(seconds=settings.JOB_HEARTBEAT_STALE_SECONDS + 1)
    Heartbeat.objects.update(beat_at=stale)
    assert failing(client) == ["jobs"]


@pytest.mark.django_db
def test_unhealthy_when_the_channel_layer_is_down(client, with_worker, monkeypatch):
    class Down:
        async def group_send(self, group, message):
            raise ConnectionRefusedError

    monkeypatch.setattr(health, "get_channel_layer", Down)
    assert failing(client) == ["channel_layer"]


@pytest.mark.django_db
def test_unhealthy_when_the_database_is_down(client, with_worker, monkeypatch):
    class Down:
        def cursor(self):
            raise ConnectionError("secret address of the database")

    monkeypatch.setattr(health, "connection", Down())
    answer = client.get("/healthz")
    assert answer.json()["failed"] == ["database"]
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_only_reading_is_answered(client):
    assert client.post("/healthz").status_code == 405
