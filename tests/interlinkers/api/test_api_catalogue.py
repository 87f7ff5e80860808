"""The catalogue over REST: public, in the language asked for, problems as problem+json, constant queries."""

import uuid

import pytest
from rest_framework.test import APIClient

from interlinkers.models import Interlinker
from tests.factories.interlinkers import interlinker, node, png, profile, template

pytestmark = pytest.mark.django_db
INTERLINKERS = "/api/v1/interlinkers/"
PROFILES = "/api/v1/problem-profiles/"
TEMPLATES = "/api/v1/process-templates/"


@pytest.fixture
def api():
    return APIClient()


def names(response):
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def test_anybody_may_list_and_narrow(api):
    few = profile({"en": "Few come", "lv": "Maz nāk"})
    interlinker({"en": "Map", "lv": "Karte"}, profiles=[few], form="canvas", files=(png(),))
    interlinker("Plan", nature="software")
    assert names(api.get(INTERLINKERS)) == ["Map", "Plan"]
    assert names(api.get(INTERLINKERS, {"nature": "software"})) == ["Plan"]
    assert names(api.get(INTERLINKERS, {"nature": ["software", "knowledge"]})) == ["Map", "Plan"]
    assert names(api.get(INTERLINKERS, {"form": "canvas"})) == ["Map"]
    assert names(api.get(INTERLINKERS, {"problem_profile": str(few.pk)})) == ["Map"]
    assert names(api.get(INTERLINKERS, {"available_in": "lv"})) == ["Map"]
    assert names(api.get(INTERLINKERS, {"search": "KARTE"})) == ["Map"]
    row = api.get(INTERLINKERS, {"search": "map"}).json()["results"][0]
    assert row["problem_profiles"][0]["name"] == "Few come"
    assert row["form_label"] == "Canvas"
    assert row["languages"] == ["en", "lv"]
    assert row["logo"].startswith(f"/catalogue/{row['id']}/files/")
    assert row["used_in_count"] == 0


def test_texts_come_in_the_language_asked_for(api):
    row = interlinker({"en": "Map", "lv": "Karte", "it": "Mappa"})
    url = f"{INTERLINKERS}{row.pk}/"
    for headers, query, expected in (
        ({}, {}, ("Map", "en")),
        ({}, {"language": "lv"}, ("Karte", "lv")),
        ({"Accept-Language": "it-IT,it;q=0.9,lv;q=0.5"}, {}, ("Mappa", "it")),
        ({"Accept-Language": "it"}, {"language": "lv"}, ("Karte", "lv")),
        ({"Accept-Language": "xx, lv;q=0.1"}, {}, ("Karte", "lv")),
        ({}, {"language": "uk"}, ("Map", "en")),
    ):
        answer = api.get(url, query, headers=headers)
        assert (answer.json()["name"], answer.json()["language"]) == expected
        assert "Accept-Language" in answer["Vary"]
        listed = api.get(INTERLINKERS, query, headers=headers).json()["results"][0]
        assert (listed["name"], listed["language"]) == expected


def test_a_language_without_texts_is_refused(api):
    assert api.get(INTERLINKERS, {"language": "<x>"}).status_code == 400


def test_one_interlinker_shows_everything(api):
    row = interlinker(
        {"en": {"name": "Map", "text": "# Map", "instructions": "Do", "tags": ["a"]}},
        files=(png(),),
        targets=["all"],
    )
    body = api.get(f"{INTERLINKERS}{row.pk}/").json()
    assert (body["text"], body["instructions"], body["tags"]) == ("# Map", "Do", ["a"])
    assert body["files"][0]["url"].endswith(f"/files/{row.files.get().pk}/")
    assert body["targets"] == ["all"]


@pytest.mark.parametrize(
    "query",
    [
        {"nature": "magic"},
        {"problem_profile": "x"},
        {"available_in": "\x00"},
        {"search": "x" * 201},
    ],
)
def test_bad_filter_is_a_problem(api, query):
    answer = api.get(INTERLINKERS, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid"
    assert next(iter(query)) in answer.json()["fields"]


def test_characters_that_no_text_has_are_no_error_in_a_search(api):
    interlinker("Map")
    assert names(api.get(INTERLINKERS, {"search": "ma\x00p"})) == ["Map"]
    assert api.get(PROFILES, {"search": "\x00"}).status_code == 200


@pytest.mark.parametrize("url", [INTERLINKERS, PROFILES, TEMPLATES])
def test_unknown_id_is_not_found(api, url):
    answer = api.get(f"{url}{uuid.uuid4()}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert api.get(f"{url}no-id/").status_code == 404


@pytest.mark.parametrize("url", [INTERLINKERS, PROFILES, TEMPLATES])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_through_the_api(api, url, method):
    assert getattr(api, method)(url, {}).status_code in (401, 403, 405)


def test_hidden_interlinker_is_not_found(api):
    row = interlinker()
    Interlinker.objects.update(is_published=False)
    assert names(api.get(INTERLINKERS)) == []
    assert api.get(f"{INTERLINKERS}{row.pk}/").status_code == 404


def test_profiles_are_listed_and_shown(api):
    row = profile({"en": {"name": "Few come", "functionality": "A list"}, "lv": "Maz nāk"})
    interlinker(profiles=[row])
    assert names(api.get(PROFILES, {"language": "lv"})) == ["Maz nāk"]
    assert names(api.get(PROFILES, {"search": "zebra"})) == []
    body = api.get(f"{PROFILES}{row.pk}/").json()
    assert (body["functionality"], body["interlinker_count"]) == ("A list", 1)


def test_template_shows_its_tree(api):
    kit = interlinker("Kit")
    row = template(
        node(
            "phase",
            "p",
            node(
                "objective",
                "o",
                node("task", "t1", fields={"document": {"interlinker": "", "titles": {"en": "T"}}}),
                node("task", "t2", prerequisites=["t1"], interlinkers=(kit.external_id,)),
            ),
            name={"en": "Draft", "lv": "Rakstām"},
        ),
        interlinkers=[kit],
    )
    listed = api.get(TEMPLATES).json()["results"][0]
    assert (listed["phase_count"], listed["task_count"]) == (1, 2)
    body = api.get(f"{TEMPLATES}{row.pk}/", {"language": "lv"}).json()
    phase = body["phases"][0]
    tasks = phase["children"][0]["children"]
    assert (phase["name"], phase["kind"]) == ("Rakstām", "phase")
    assert tasks[0]["starts_document"] is True
    assert tasks[1]["requires"] == [tasks[0]["id"]]
    assert tasks[1]["interlinkers"][0]["name"] == "Kit"
    assert tasks[1]["children"] == []


@pytest.mark.parametrize("number", [1, 50])
def test_lists_cost_the_same_for_one_and_for_fifty(api, number, django_assert_num_queries):
    few = profile()
    for index in range(number):
        interlinker(f"Map {index}", profiles=[few], files=(png(),))
        template(external_id=f"t{index}")
    with django_assert_num_queries(6):
        assert len(names(api.get(INTERLINKERS, {"page_size": 50}))) == number
    with django_assert_num_queries(3):
        assert len(names(api.get(TEMPLATES, {"page_size": 50}))) == number
    with django_assert_num_queries(3):
        names(api.get(PROFILES))
