import pytest
from rest_framework.test import APIClient

from processes.models import Visibility
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
MINE = "/api/v1/me/notification-settings/"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_a_person_reads_and_changes_their_own_paces():
    api = client_of(factory.person("Citizen"))
    assert api.get(MINE).json() == {
        "asked": "now",
        "answers": "now",
        "place": "now",
        "events": "daily",
        "account": "daily",
    }
    answer = api.patch(MINE, {"events": "never"})
    assert (answer.status_code, answer.json()["events"]) == (200, "never")
    assert api.patch(MINE, {"asked": "never"}).status_code == 422
    assert api.patch(MINE, {"asked": "often"}).status_code in (400, 422)
    assert APIClient().get(MINE).status_code in (401, 403)


def test_a_person_chooses_for_a_process_they_may_read_only():
    user = factory.person("Citizen")
    api = client_of(user)
    seen = factory.process(visibility=Visibility.PUBLIC)
    hidden = factory.process(visibility=Visibility.PRIVATE)
    address = "/api/v1/processes/{}/notification-settings/"
    assert api.get(address.format(seen.pk)).json() == {"pace": "usual"}
    assert api.put(address.format(seen.pk), {"pace": "asked"}).status_code == 200
    assert api.get(address.format(seen.pk)).json() == {"pace": "asked"}
    assert api.put(address.format(hidden.pk), {"pace": "asked"}).status_code == 404
    assert api.get(address.format(hidden.pk)).status_code == 404
    assert APIClient().put(address.format(seen.pk), {"pace": "asked"}).status_code in (401, 403)
