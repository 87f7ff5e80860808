"""Recommendations: the named first, then shared problems by their rarity, then like words; each with its reason."""

import pytest
from django.utils import translation

from interlinkers.models import Interlinker
from interlinkers.selectors import recommendations, related
from tests.factories.interlinkers import interlinker, profile

pytestmark = pytest.mark.django_db


def found(**options):
    options = {"profile_ids": [], "text": "", "language": "en", **options}
    return recommendations(**options)


def names(rows):
    return [row.interlinker.text("name") for row in rows]


def test_shared_problems_come_before_like_words():
    few = profile("Few come")
    for index in range(4):
        interlinker(f"Filler {index}")
    interlinker("Invitation kit", profiles=[few])
    interlinker("Consultation plan", texts={"description": "A plan of a consultation."})
    rows = found(profile_ids=[few.pk], text="Plan the consultation")
    assert names(rows) == ["Invitation kit", "Consultation plan"]
    assert rows[0].reasons == ["Helps with: Few come"]
    assert rows[1].reasons == ["Similar words: consultation, plan"]
    assert rows[0].score > rows[1].score > 0


def test_problem_that_everything_shares_counts_less_than_a_rare_one():
    common, rare = profile("Common"), profile("Rare")
    for index in range(5):
        interlinker(f"Common {index}", profiles=[common])
    interlinker("Rare one", profiles=[rare])
    interlinker("Both", profiles=[common, rare])
    rows = found(profile_ids=[common.pk, rare.pk])
    assert names(rows)[:2] == ["Both", "Rare one"]
    assert rows[0].reasons == ["Helps with: Rare; Common"]


def test_words_decide_between_those_that_share_the_same_problems():
    few = profile("Few come")
    interlinker("Aardvark", profiles=[few])
    interlinker("Survey of participants", profiles=[few])
    interlinker("Budget")
    assert names(found(profile_ids=[few.pk], text="Ask by a survey")) == [
        "Survey of participants",
        "Aardvark",
    ]


def test_what_the_template_names_comes_first_and_says_so():
    few = profile("Few come")
    interlinker("Kit", profiles=[few])
    named = interlinker("Named")
    rows = found(profile_ids=[few.pk], named_ids=[named.pk])
    assert names(rows) == ["Named", "Kit"]
    assert rows[0].reasons == ["Named by the template"]


def test_nothing_in_common_is_not_recommended():
    interlinker("Map")
    interlinker("Plan")
    assert found(text="Zebra crossing") == []
    assert found() == []


def test_words_of_the_process_language_are_compared_with_texts_in_it():
    interlinker({"en": "Map", "lv": "Ieinteresēto pušu karte"})
    interlinker({"en": "Survey", "lv": "Aptaujas veidne"})
    interlinker({"uk": "План консультацій", "en": "Plan"})
    assert names(found(text="Sagatavot aptauju", language="lv")) == ["Survey"]
    assert names(found(text="Підготувати консультації", language="uk")) == ["Plan"]


def test_reasons_are_in_the_language_of_the_reader():
    few = profile({"en": "Few come", "lv": "Maz nāk"})
    interlinker("Kit", profiles=[few])
    with translation.override("lv"):
        assert "Maz nāk" in found(profile_ids=[few.pk])[0].reasons[0]


def test_order_and_limit_are_stable():
    few = profile("Few come")
    for index in range(8):
        interlinker(f"Kit {index}", profiles=[few])
    first = names(found(profile_ids=[few.pk], limit=5))
    assert first == [f"Kit {index}" for index in range(5)]
    assert names(found(profile_ids=[few.pk], limit=5)) == first
    assert found(profile_ids=[few.pk], limit=0) == []


def test_change_of_the_catalogue_is_seen_at_once():
    few = profile("Few come")
    interlinker("Kit", profiles=[few])
    assert len(found(profile_ids=[few.pk])) == 1
    late = interlinker("Late kit", profiles=[few])
    assert len(found(profile_ids=[few.pk])) == 2
    interlinker("Renamed", external_id=late.external_id, profiles=[])
    assert names(found(profile_ids=[few.pk])) == ["Kit"]


def test_hidden_and_left_out_are_not_recommended():
    few = profile("Few come")
    hidden, held = interlinker("A", profiles=[few]), interlinker("B", profiles=[few])
    interlinker("C", profiles=[few])
    row = Interlinker.objects.get(pk=hidden.pk)
    row.is_published = False
    row.save()
    assert names(found(profile_ids=[few.pk], without=[held.pk])) == ["C"]


@pytest.mark.parametrize("number", [1, 50])
def test_recommending_costs_the_same_for_one_and_for_fifty(number, django_assert_num_queries):
    few = profile("Few come")
    for index in range(number):
        interlinker(f"Kit {index}", profiles=[few])
    found()
    with django_assert_num_queries(6):
        rows = found(profile_ids=[few.pk], text="kit", limit=50)
    assert len(rows) == number


def test_related_share_problems_and_leave_itself_out():
    few = profile("Few come")
    row = interlinker("Kit", profiles=[few])
    interlinker("Other kit", profiles=[few])
    assert names(related(row)) == ["Other kit"]
