"""Each page of a process for each kind of person: shown, refused with a reason, or not there at all."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from processes.models import Role, Visibility
from tests.factories import documents as document_factory
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
ROLES = [Role.COORDINATOR, Role.FACILITATOR, Role.COAUTHOR, Role.COMMENTER, Role.OBSERVER]
PEOPLE = [*ROLES, "visitor", None]


class Scene:
    """One process with a text and a comment, and a client for each kind of person."""

    def __init__(self, visibility):
        self.process = factory.process(visibility=visibility)
        _phase, _objective, (self.task,) = factory.branch(self.process)
        self.document = document_factory.document(
            process=self.process, actor=self.process.created_by
        )
        document_factory.thread(self.document)

    def client(self, who) -> Client:
        client = Client()
        if who in ROLES:
            client.force_login(factory.member(self.process, who), _BACKEND)
        elif who == "visitor":
            client.force_login(factory.person(), _BACKEND)
        return client

    def path(self, name: str) -> str:
        args = {
            "task": [self.process.pk, self.task.pk],
            "node-edit": [self.process.pk, self.task.pk],
        }.get(name, [self.process.pk])
        return reverse(f"processes:{name}", args=args)


_BACKEND = "django.contrib.auth.backends.ModelBackend"
READ = ["detail", "guide", "texts", "people", "timeline", "task"]


@pytest.fixture(params=[Visibility.PRIVATE, Visibility.OPEN_TO_COMMENT, Visibility.OPEN_TO_JOIN])
def scene(request, db):
    return Scene(request.param)


def expected(name: str, who, visibility: str) -> set[int]:
    is_open = visibility != Visibility.PRIVATE
    if who not in ROLES and not is_open:
        return {404, 302} if who is None else {404}
    if name in READ:
        return {200}
    leaders = (Role.COORDINATOR, Role.FACILITATOR)
    if name == "activity":
        return {200} if who in ROLES else {403, 401}
    if name in ("edit", "node-create", "node-edit"):
        return {200} if who in leaders else {403, 302, 401}
    if name == "join":
        may_ask = who == "visitor" and visibility == Visibility.OPEN_TO_JOIN
        return {200} if may_ask else {403, 302, 401}
    raise AssertionError(name)


@pytest.mark.parametrize("who", PEOPLE)
def test_process_pages_answer_by_role_and_openness(scene, who):
    client = scene.client(who)
    for name in [*READ, "activity", "edit", "node-create", "node-edit", "join"]:
        response = client.get(scene.path(name))
        wanted = expected(name, who, scene.process.visibility)
        assert response.status_code in wanted, (name, who, response.status_code)


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_have_one_heading_a_language_and_no_inline_code(scene, who):
    client = scene.client(who)
    for name in ("detail", "texts", "people", "timeline", "task", "edit"):
        html = client.get(scene.path(name), follow=True).content.decode()
        assert len(re.findall(r"<h1[ >]", html)) == 1, name
        assert re.search(r'<html lang="(en|lv|uk)"', html)
        assert not re.search(r'\sstyle="', html)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), name


def test_refusal_says_why_and_offers_to_sign_in():
    scene = Scene(Visibility.OPEN_TO_COMMENT)

    response = scene.client(Role.OBSERVER).get(scene.path("edit"))

    assert response.status_code == 403
    assert "Only coordinators and facilitators" in response.content.decode()
    missing = scene.client(None).get("/processes/00000000-0000-4000-8000-000000000000/")
    assert missing.status_code == 404
    assert reverse("account_login") in missing.content.decode()


def test_tools_are_shown_only_to_those_who_may_use_them():
    scene = Scene(Visibility.OPEN_TO_COMMENT)
    tools = (reverse("processes:node-create", args=[scene.process.pk]), "Send the invitation")

    for who, is_shown in ((Role.COORDINATOR, True), (Role.COMMENTER, False), (None, False)):
        client = scene.client(who)
        html = client.get(scene.path("detail")).content.decode()
        html += client.get(scene.path("people")).content.decode()
        assert all((tool in html) is is_shown for tool in tools), who


def test_guide_alone_is_a_part_of_the_page():
    scene = Scene(Visibility.PUBLIC)
    client = scene.client(None)

    whole = client.get(scene.path("detail")).content.decode()
    part = client.get(scene.path("guide"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" in whole
    assert 'id="guide"' in whole
    assert "<html" not in part
    assert 'id="guide"' in part


def test_own_pages_ask_visitors_to_sign_in():
    for path in ("/my-work/", "/processes/new/", "/accounts/settings/", "/accounts/notifications/"):
        response = Client().get(path)
        assert response.status_code == 302, path
        assert reverse("account_login") in response.url


def test_pages_for_everybody_open():
    for path in ("/", "/processes/", "/about/", "/help/", "/accessibility/", "/privacy/"):
        response = Client().get(path)
        assert response.status_code == 200, path
        assert len(re.findall(r"<h1[ >]", response.content.decode())) == 1, path
        assert "HX-Request" in response["Vary"]
