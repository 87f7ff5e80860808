"""Django's admin of the catalogue: its pages open, its actions go through the services."""

import pytest
from django.urls import reverse

from interlinkers.models import Interlinker, ProcessTemplate
from interlinkers.selectors import interlinkers_list
from tests.factories.community import user as person
from tests.factories.interlinkers import interlinker, png, profile, template

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    row = person()
    row.is_staff = row.is_superuser = True
    row.save()
    client.force_login(row)
    return client


@pytest.mark.parametrize(
    "model", ["problemprofile", "interlinker", "processtemplate", "templatenode"]
)
def test_pages_open(operator, model):
    few = profile()
    interlinker(profiles=[few], files=(png(),))
    template()
    listed = operator.get(reverse(f"admin:interlinkers_{model}_changelist"), {"q": "a"})
    assert listed.status_code == 200
    row = {
        "problemprofile": few,
        "interlinker": Interlinker.objects.get(),
        "processtemplate": ProcessTemplate.objects.get(),
        "templatenode": ProcessTemplate.objects.get().nodes.first(),
    }[model]
    page = operator.get(reverse(f"admin:interlinkers_{model}_change", args=[row.pk]))
    assert page.status_code == 200


def test_actions_hide_and_show(operator):
    row = interlinker()
    url = reverse("admin:interlinkers_interlinker_changelist")
    for action, expected in (("hide", False), ("show", True)):
        operator.post(url, {"action": action, "_selected_action": [str(row.pk)]})
        row.refresh_from_db()
        assert row.is_published is expected


def test_text_mended_by_an_operator_is_found(operator):
    row = interlinker("Mpa")
    text = row.translations.get()
    data = {
        "external_id": row.external_id,
        "nature": "knowledge",
        "targets": "[]",
        "types": "[]",
        "scopes": "[]",
        "integration": "{}",
        "is_published": "on",
        "translations-TOTAL_FORMS": 1,
        "translations-INITIAL_FORMS": 1,
        "translations-0-id": text.pk,
        "translations-0-interlinker": str(row.pk),
        "translations-0-language": "en",
        "translations-0-name": "Map",
        "translations-0-tags": "[]",
        "translations-0-capability_texts": "{}",
        "files-TOTAL_FORMS": 0,
        "files-INITIAL_FORMS": 0,
    }
    answer = operator.post(reverse("admin:interlinkers_interlinker_change", args=[row.pk]), data)
    assert answer.status_code == 302, answer.context["errors"]
    assert interlinkers_list(search="map").count() == 1
