import pytest
from django.core.cache import cache

from community.models import MembershipInvitation
from tests.factories import community as make


@pytest.fixture(autouse=True)
def _uncounted():
    cache.clear()


@pytest.mark.django_db
def test_an_administrator_invites_and_sees_who_is_still_awaited(client):
    organisation = make.organisation()
    keeper = make.administrator(organisation)
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/organisations/{organisation.slug}/"
    add = f"{page}members/"
    answer = client.post(add, {"email": "new@example.org", "role": "member"}, follow=True)
    assert answer.status_code == 200
    assert "new@example.org" in answer.content.decode()
    assert MembershipInvitation.objects.get().email == "new@example.org"


@pytest.mark.django_db
def test_inviting_is_denied_to_others(client):
    organisation = make.organisation()
    client.force_login(make.user(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(
        f"/organisations/{organisation.slug}/members/", {"email": "a@example.org", "role": "member"}
    )
    assert answer.status_code == 403
    assert not MembershipInvitation.objects.exists()
