"""Inviting by a list: looked over first, done by a job; the list of people to take along."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community.models import BackgroundWork, Mail
from processes.models import Invitation, Role
from processes.services.people_import import people_import_start
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db
WORDS = "email;role;team\nngo@example.org;coauthor;NGO team\nbroken;coauthor;\nboss@example.org;coordinator;\n"


@pytest.fixture
def process():
    return factory.process()


def path(process, rest="import") -> str:
    return f"/processes/{process.pk}/people/{rest}/"


def upload(words=WORDS, encoding="utf-16", **more):
    file = SimpleUploadedFile("people.csv", words.encode(encoding))
    return {"file": file, "role": "commenter", **more}


def test_a_list_is_looked_over_then_the_good_lines_are_invited(
    process, django_capture_on_commit_callbacks
):
    client = signed_in(process.created_by)
    page = client.post(path(process), upload()).content.decode()
    assert "There is no team “NGO team”." in page
    page = client.post(path(process), upload(new_teams="on")).content.decode()
    assert "2 people can be invited." in page
    assert "These teams are made: NGO team" in page
    assert "“broken” is no e-mail address." in page
    assert not Invitation.objects.exists()
    text = re.search(r'name="text" value="([^"]*)"', page)[1]
    mend = client.post(
        path(process), {"text": text, "role": "commenter", "new_teams": "on", "broken": "1"}
    )
    assert "broken" in mend.content.decode()
    assert "ngo@example.org" not in mend.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            path(process), {"text": text, "role": "commenter", "new_teams": "on", "begin": "1"}
        )
    work = BackgroundWork.objects.get()
    assert answer.url == f"/works/{work.pk}/"
    assert work.report == {"invited": 2, "refused": []}
    invited = dict(Invitation.objects.values_list("email", "team__name"))
    assert invited == {"ngo@example.org": "NGO team", "boss@example.org": None}
    assert Mail.objects.filter(to="ngo@example.org").count() == 1


def test_a_facilitator_invites_no_coordinators_by_list_either(process):
    client = signed_in(factory.member(process, Role.FACILITATOR))
    page = client.post(path(process), upload(new_teams="on")).content.decode()
    assert "1 person can be invited." in page
    assert "boss@example.org" in page


def test_who_lost_the_right_meanwhile_invites_nobody(process, django_capture_on_commit_callbacks):
    facilitator = factory.member(process, Role.FACILITATOR)
    from processes.people_csv import read_people

    lines = read_people(b"a@example.org", default_role="observer").lines
    with django_capture_on_commit_callbacks() as jobs:
        people_import_start(actor=facilitator, process=process, lines=lines)
    process.roles.filter(user=facilitator).delete()
    for job in jobs:
        job()
    assert BackgroundWork.objects.get().state == "failed"
    assert not Invitation.objects.exists()


def test_bad_files_are_said_so_in_the_form(process):
    client = signed_in(process.created_by)
    assert client.post(path(process), {"role": "commenter"}).status_code == 422
    answer = client.post(path(process), upload("name\nSomebody\n", "utf-8"))
    assert answer.status_code == 422
    assert "E-mail" in answer.content.decode()


def test_others_see_neither_the_form_nor_the_list(process):
    for role in (Role.COAUTHOR, Role.OBSERVER):
        client = signed_in(factory.member(process, role))
        assert client.get(path(process)).status_code == 403
        assert client.post(path(process), upload()).status_code == 403
        assert client.get(path(process, "export")).status_code == 403


def test_the_list_of_people_names_roles_places_and_teams(process):
    phase = factory.branch(process)[0]
    factory.team(process, factory.member(process, Role.COAUTHOR, name="=Evil"))
    factory.member(process, Role.OBSERVER, node=phase)
    words = signed_in(process.created_by).get(path(process, "export")).content.decode("utf-8-sig")
    assert words.splitlines()[0] == "Name;E-mail;Role;Where;Team"
    assert "'=Evil" in words
    assert "Observer;Phase 1" in words
