"""Operators show, hide and edit."""

import pytest

from community.models import Activity
from interlinkers.models import Interlinker
from interlinkers.selectors import interlinkers_list
from interlinkers.services.publishing import (
    interlinker_edited,
    interlinkers_publish,
    templates_publish,
)
from tests.factories.community import user as person
from tests.factories.interlinkers import interlinker, template

pytestmark = pytest.mark.django_db


def test_hiding_counts_only_what_changed_and_is_logged():
    rows, operator = [interlinker("A"), interlinker("B")], person()
    ids = [row.pk for row in rows]
    assert interlinkers_publish(actor=operator, ids=ids, is_published=False) == 2
    assert interlinkers_publish(actor=operator, ids=ids, is_published=False) == 0
    assert interlinkers_publish(actor=operator, ids=ids[:1], is_published=True) == 1
    assert Activity.objects.filter(verb="interlinker.hidden", actor=operator).count() == 2
    assert [row.text("name") for row in interlinkers_list()] == ["A"]


def test_templates_are_hidden_the_same_way():
    row = template()
    assert templates_publish(actor=person(), ids=[row.pk], is_published=False) == 1
    row.refresh_from_db()
    assert not row.is_published


def test_hidden_entry_stays_hidden_when_it_is_imported_again():
    row = interlinker("A", external_id="a")
    interlinkers_publish(actor=person(), ids=[row.pk], is_published=False)
    interlinker("A changed", external_id="a")
    assert not Interlinker.objects.get().is_published


def test_edited_text_is_found_by_its_new_words():
    row = interlinker("Map")
    row.translations.update(name="Chart")
    interlinker_edited(actor=person(), interlinker=row)
    assert interlinkers_list(search="chart").count() == 1
    assert interlinkers_list(search="map").count() == 0
    row.refresh_from_db()
    assert row.revision == 2
