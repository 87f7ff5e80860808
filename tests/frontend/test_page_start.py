"""The guided start: five screens, left and resumed, nothing made before the last button and everything by it."""

import datetime
import itertools

import pytest
from django.test import Client

from cocreation.kernel import clock
from cocreation.kernel.errors import Conflict
from community.models import Mail
from frontend.forms.start import HowForm, WhatForm, WhenForm, WhomForm
from processes.models import Invitation, Process, ProcessDraft, Role, WorkDays
from processes.selectors.drafts import phase_periods, proposals
from processes.services.drafts import draft_begin
from processes.services.processes import process_create
from processes.services.templates import periods
from processes.working_days import calendar_of
from tests.factories import processes as factory
from tests.frontend.clients import signed_in

pytestmark = pytest.mark.django_db
START = "/processes/start/"
WHAT = {
    "kind": "policy",
    "title": "Quiet nights",
    "summary": "Residents sleep badly",
    "language": "en",
}
HOW = {"governance": "together", "visibility": "open_to_join", "organisation": ""}
WHOM = {
    "emails": "a@example.org, b@example.org\nA@example.org",
    "role": "coauthor",
    "team": "NGO council",
    "team_kind": "nonprofit",
}


@pytest.fixture
def person():
    return factory.person()


@pytest.fixture
def client(person):
    return signed_in(person)


def when(template, days=100) -> dict:
    first = clock.today()
    last = first + datetime.timedelta(days=days - 1)
    return {"template": str(template.pk) if template else "", "starts_on": first, "ends_on": last}


def walked(client, *answers) -> ProcessDraft:
    """Answer the screens one after the other."""
    path = START
    for answer in answers:
        path = client.post(path, answer).url
    return ProcessDraft.objects.get()


def test_it_asks_for_at_most_twelve_things_on_at_most_five_screens_each_explained():
    forms = [WhatForm(), HowForm(organisations=[]), WhenForm(templates=[]), WhomForm()]
    fields = [field for form in forms for field in form.fields.values()]
    assert len(forms) + 1 <= 5
    assert sum(field.required for field in fields) <= 12
    assert all(field.help_text for field in fields)


def test_five_screens_make_a_process_with_days_team_and_invitations(client):
    template = factory.template(phases=2, tasks=2, duration_days=10)
    draft = walked(client, WHAT, HOW, when(template), WHOM)
    over = client.get(f"{START}{draft.pk}/").url
    page = client.get(over).content.decode()
    assert all(
        words in page for words in ("Quiet nights", "We write and decide together", "Phase 2")
    )
    assert not Process.objects.exists()
    assert not Mail.objects.exists()
    answer = client.post(over)
    process = Process.objects.get()
    assert answer.url == f"/processes/{process.pk}/"
    assert (process.governance, process.visibility) == ("together", "open_to_join")
    tasks = process.nodes.filter(kind="task").order_by("starts_on")
    assert tasks.first().starts_on == clock.today()
    assert tasks.last().ends_on == clock.today() + datetime.timedelta(days=99)
    invited = Invitation.objects.values_list("email", "role", "team__name")
    assert sorted(invited) == [
        ("a@example.org", "coauthor", "NGO council"),
        ("b@example.org", "coauthor", "NGO council"),
    ]
    assert not ProcessDraft.objects.exists()


def test_who_leaves_goes_on_from_my_work_where_they_were(client):
    draft = walked(client, WHAT, HOW)
    assert f"{START}{draft.pk}/" in client.get("/my-work/").content.decode()
    path = client.get(f"{START}{draft.pk}/").url
    assert path == f"{START}{draft.pk}/3/"
    assert client.get(path).status_code == 200
    assert 'value="Quiet nights"' in client.get(f"{START}{draft.pk}/1/").content.decode()
    assert client.get(f"{START}{draft.pk}/5/").status_code == 404
    # It asks first, also without scripts.
    ask = client.post(f"{START}{draft.pk}/2/", HOW | {"discard": "1"}).url
    assert "Throw away what you said so far?" in client.get(ask).content.decode()
    assert ProcessDraft.objects.exists()
    client.post(ask)
    assert not ProcessDraft.objects.exists()


def test_what_was_typed_stays_when_something_is_wrong(client):
    answer = client.post(START, WHAT | {"kind": "poem"})
    assert answer.status_code == 422
    assert 'value="Quiet nights"' in answer.content.decode()
    assert not ProcessDraft.objects.exists()
    draft = walked(client, WHAT, HOW)
    path = f"{START}{draft.pk}/3/"
    for days in ({"ends_on": "2020-01-01"}, {"starts_on": "2999-01-01", "ends_on": "2999-02-01"}):
        assert client.post(path, when(None) | days).status_code == 422
    draft = ProcessDraft.objects.get()
    client.post(path, when(None))
    bad = client.post(f"{START}{draft.pk}/4/", WHOM | {"emails": "a@b"})
    assert bad.status_code == 422
    assert "a@b" in bad.content.decode()


def test_back_keeps_what_was_typed_right_or_wrong(client):
    draft = walked(client, WHAT, HOW, when(None), WHOM)
    path = f"{START}{draft.pk}/"
    # A NUL is wrong in a form, and PostgreSQL would not keep it.
    wrong = WHOM | {"emails": "half@exam", "team": "a\0b", "back": "1"}
    assert client.post(f"{path}4/", wrong).url == f"{path}3/"
    [group] = ProcessDraft.objects.get().answers["unfinished"]["4"]["groups"]
    assert group["team"] == "ab"
    right = when(None, days=50) | {"back": "1"}
    assert client.post(f"{path}3/", right).url == f"{path}2/"
    draft.refresh_from_db()
    assert draft.answers["ends_on"] == right["ends_on"].isoformat()
    assert client.get(f"{path}4/").content.decode().count("half@exam") == 1
    # Nothing begins over what was left unfinished.
    assert client.post(f"{path}5/").url == f"{path}4/"
    assert not Process.objects.exists()
    assert client.post(f"{path}4/", WHOM).url == f"{path}5/"
    assert client.post(f"{path}5/", {"back": "1"}).url == f"{path}4/"
    assert client.post(f"{path}5/").url.startswith("/processes/")


def test_several_groups_come_with_their_own_roles_and_teams(client):
    draft = walked(client, WHAT, HOW, when(None))
    path = f"{START}{draft.pk}/4/"
    assert client.post(path, WHOM | {"more": "1", "groups": "1"}).url == path
    html = client.get(path).content.decode()
    assert 'name="g1-emails"' in html
    assert "NGO council" in html
    second = {"g1-emails": "c@example.org", "g1-role": "commenter", "g1-team": ""}
    third = {"g2-emails": " ", "g2-role": "commenter", "g2-team": ""}
    said = WHOM | second | third | {"groups": "3"}
    twice = client.post(path, said | {"g1-emails": "B@example.org"})
    assert twice.status_code == 422
    assert "is in two groups" in twice.content.decode()
    client.post(client.post(path, said).url)
    invited = Invitation.objects.values_list("email", "role", "team__name")
    assert sorted(invited) == [
        ("a@example.org", "coauthor", "NGO council"),
        ("b@example.org", "coauthor", "NGO council"),
        ("c@example.org", "commenter", None),
    ]


def test_the_days_of_phases_are_shown_and_changed_before_anything_is_made(client):
    from interlinkers.models import TemplateNode, TemplatePrerequisite

    template = factory.template(phases=2, tasks=2, duration_days=10)
    one, two = TemplateNode.objects.filter(template=template, kind="phase").order_by("order")
    TemplatePrerequisite.objects.create(node=two, requires=one, is_strict=True)
    draft = walked(client, WHAT, HOW, when(template), WHOM | {"emails": "", "team": ""})
    path = f"{START}{draft.pk}/5/"
    first, mid = clock.today(), clock.today() + datetime.timedelta(days=70)
    html = client.get(path).content.decode()
    assert f'name="first0" value="{first.isoformat()}"' in html
    assert client.post(path, {"first0": mid, "last0": first}).status_code == 422
    days = {"last0": mid - datetime.timedelta(days=1)}
    early = client.post(path, days)
    assert early.status_code == 422
    assert "cannot begin before “Phase 1” has ended" in early.content.decode()
    assert not Process.objects.exists()
    # Kept, also when the plan is left; with other days of the whole they are proposed anew.
    assert client.post(path, days | {"first1": mid, "back": "1"}).url == f"{START}{draft.pk}/4/"
    assert f'name="first1" value="{mid.isoformat()}"' in client.get(path).content.decode()
    client.post(path, days | {"first1": mid})
    tasks = Process.objects.get().nodes.filter(kind="task").order_by("starts_on")
    ends = [(row.starts_on, row.ends_on) for row in tasks]
    assert (ends[0][0], ends[1][1]) == (first, mid - datetime.timedelta(days=1))
    assert (ends[2][0], ends[3][1]) == (mid, first + datetime.timedelta(days=99))


def test_programs_say_and_read_who_has_the_last_word(client, person):
    data = {"title": "By a program", "language": "en", "governance": "together"}
    send = {"content_type": "application/json"}
    made = client.post("/api/v1/processes/", data, **send).json()
    assert made["governance"] == "together"
    path = f"/api/v1/processes/{made['id']}/"
    assert client.patch(path, {"governance": ""}, **send).json()["governance"] == ""
    assert client.patch(path, {"governance": "king"}, **send).status_code == 400
    other = signed_in(factory.member(Process.objects.get(), Role.COAUTHOR))
    assert other.patch(path, {"governance": "advised"}, **send).status_code == 403


def test_nothing_is_half_done_when_one_invitation_is_refused(client, person):
    draft = walked(client, WHAT, HOW, when(None), WHOM | {"emails": person.email})
    answer = client.post(f"{START}{draft.pk}/5/")
    assert answer.status_code == 409
    assert not Process.objects.exists()
    assert ProcessDraft.objects.exists()


def test_drafts_are_ones_own(client):
    draft = walked(client, WHAT)
    stranger = signed_in(factory.person())
    for path in (f"{START}{draft.pk}/", f"{START}{draft.pk}/2/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{START}{draft.pk}/discard/").status_code == 404
    assert ProcessDraft.objects.exists()
    assert Client().get(START).status_code == 302


def test_the_template_that_speaks_of_it_is_proposed_with_its_words(person):
    fits, other = factory.template(), factory.template()
    fits.translations.update(name="A noise policy", summary="For quiet residents")
    other.translations.update(name="Rules of a budget")
    best, second = proposals("policy", "Residents want quiet", user=person)
    assert best.template == fits
    assert "policy" in best.reason
    assert best.score > second.score
    assert second.reason == ""


@pytest.mark.parametrize("days", [1, 3, 4, 40, 400])
def test_things_that_follow_one_another_fill_the_days_between(days):
    first = datetime.date(2027, 1, 1)
    last = first + datetime.timedelta(days=days - 1)
    found = periods([10, 20, 10], first, last)
    assert found[0][0] == first
    assert found[-1][1] == last
    for (_begin, end), (begin, _end) in itertools.pairwise(found):
        assert begin <= end + datetime.timedelta(days=1)
    assert all(begin <= end for begin, end in found)


def test_phases_are_laid_out_between_the_two_days():
    template = factory.template(phases=2, tasks=2, duration_days=5)
    first = datetime.date(2027, 1, 1)
    rows = phase_periods(template, first, first + datetime.timedelta(days=39))
    assert [(row.name, (row.last - row.first).days + 1) for row in rows] == [
        ("Phase 1", 20),
        ("Phase 2", 20),
    ]


def test_the_plan_of_a_guided_start_keeps_off_days_that_do_not_count():
    template = factory.template(phases=2, tasks=3, duration_days=5)
    process = process_create(
        actor=factory.person(),
        title="Working weeks",
        language="lv",
        template=template,
        starts_on=datetime.date(2027, 3, 20),
        ends_on=datetime.date(2027, 5, 2),
        work_days=WorkDays.LV,
    )
    calendar = calendar_of(WorkDays.LV)
    rows = process.nodes.filter(kind="task").order_by("starts_on")
    assert not [
        row for row in rows if calendar.is_off(row.starts_on) or calendar.is_off(row.ends_on)
    ]
    # From a Saturday until a Sunday: the first working day and the last one between them.
    assert (rows[0].starts_on, rows.last().ends_on) == (
        datetime.date(2027, 3, 22),
        datetime.date(2027, 4, 30),
    )


def test_who_has_the_last_word_is_said_and_can_be_changed_later():
    process = factory.process(visibility="public")
    client = signed_in(process.created_by)
    data = {
        "title": process.title, "summary": "", "description": "", "language": "en",
        "visibility": "public", "governance": "community", "revision": "1",
    }  # fmt: skip
    client.post(f"/processes/{process.pk}/edit/", data)
    assert (
        "The community leads, we help." in client.get(f"/processes/{process.pk}/").content.decode()
    )
    member = factory.member(process, Role.COAUTHOR)
    assert signed_in(member).post(f"/processes/{process.pk}/edit/", data).status_code == 403


def test_the_button_pressed_twice_makes_one_process(client, person):
    draft = walked(client, WHAT, HOW, when(None), WHOM)
    kept = ProcessDraft.objects.get(pk=draft.pk)
    client.post(f"{START}{draft.pk}/5/")
    facts = {"template": None, "organisation": None, "groups": []}
    with pytest.raises(Conflict) as refusal:
        draft_begin(
            actor=person, draft=kept, starts_on=clock.today(), ends_on=clock.today(), **facts
        )
    assert refusal.value.code == "begun_already"
    assert Process.objects.count() == 1


def test_a_plan_that_is_offered_no_more_is_chosen_anew(client):
    template = factory.template()
    draft = walked(client, WHAT, HOW, when(template), WHOM)
    type(template).objects.update(is_published=False)
    answer = client.get(f"{START}{draft.pk}/5/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{START}{draft.pk}/3/"
    assert "not offered any more" in answer.content.decode()


def test_days_that_have_passed_meanwhile_begin_nothing(client):
    draft = walked(client, WHAT, HOW, when(None), WHOM)
    draft.answers |= {"starts_on": "2020-01-01", "ends_on": "2020-02-01"}
    draft.save()
    assert client.post(f"{START}{draft.pk}/5/").status_code == 422
    assert not Process.objects.exists()


@pytest.mark.parametrize(
    ("governance", "openness"), [("advised", "open_to_comment"), ("community", "open_to_join")]
)
def test_who_decides_proposes_how_open_it_is(client, governance, openness):
    draft = walked(client, WHAT, HOW | {"governance": governance, "visibility": ""})
    assert draft.answers["visibility"] == openness


def test_addresses_as_mail_programs_write_them_are_read_and_none_is_lost():
    form = WhomForm({"emails": "Somebody Else <A@example.org>; b@example.org", "team": ""})
    assert form.is_valid()
    assert form.cleaned_data["emails"] == "a@example.org\nb@example.org"
    assert not WhomForm({"emails": "a@example.org, bexample.org"}).is_valid()
