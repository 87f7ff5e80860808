"""The description itself: without warnings, and its page loads from this server alone."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

# §6 of the issue: what programs were promised. `+` lists what hangs below one thing.
PROMISED = {
    "me/": (),
    "organisations/": (),
    "interlinkers/": (),
    "problem-profiles/": (),
    "process-templates/": (),
    "processes/": ("tree/", "roles/", "invitations/"),
    "tasks/": ("assets/", "recommendations/"),
    "documents/": ("threads/", "markdown/", "ticket/", "response-table/"),
    "threads/": ("comments/", "disposition/"),
}


def test_the_description_has_no_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_everything_promised_is_described():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    known = {re.sub(r"\{\w+\}", "{}", path) for path in paths}
    for name, parts in PROMISED.items():
        assert f"/api/v1/{name}" in known
        for part in parts:
            assert f"/api/v1/{name}{{}}/{part}" in known


def test_lists_are_paginated_and_bounded():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for name in PROMISED:
        if name == "me/":
            continue
        parameters = {row["name"]: row for row in paths[f"/api/v1/{name}"]["get"]["parameters"]}
        assert parameters["page"]["schema"]["minimum"] == 1
        assert parameters["page_size"]["schema"]["minimum"] == 1


@pytest.mark.django_db
def test_the_page_of_the_description_needs_no_other_host():
    answer = Client().get("/api/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not re.search(r"""(src|href)\s*=\s*["'](https?:)?//""", page)
    assets = re.findall(r"""(?:src|href)\s*=\s*["']/static/([^"']+)""", page)
    assert len(assets) >= 3
    assert all(finders.find(asset) for asset in assets)


@pytest.mark.django_db
def test_only_the_page_of_the_description_is_without_a_content_security_policy():
    client = Client()
    assert "Content-Security-Policy" not in client.get("/api/docs/")
    for address in ("/api/v1/schema/", "/api/v1/interlinkers/"):
        assert "Content-Security-Policy" in client.get(address)
