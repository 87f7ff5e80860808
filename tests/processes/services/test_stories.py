"""The story of a finished process: written, published, read by everybody, reviewed, started from."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from cocreation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from documents.models import Outcome
from documents.services.dispositions import disposition_set
from processes.models import Process, Role, Story, Visibility
from processes.selectors.stories import stories_list, story_get_for
from processes.services import stories
from processes.services.assets import asset_document_create, asset_file_create
from processes.services.copying import story_use
from processes.services.processes import process_finish, process_reopen
from tests.factories import documents as text_factory
from tests.factories import processes as factory

_BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


def told(process: Process, *, publish: bool = True, **changes) -> Story:
    """Tell the story of a process."""
    if process.status != "finished":
        process_finish(actor=process.created_by, process=process)
    story = stories.story_begin(actor=process.created_by, process=process)
    texts = {"results": "A **law**.", "lessons": "Ask earlier."} | changes
    story = stories.story_update(actor=process.created_by, story=story, **texts)
    return stories.story_publish(actor=process.created_by, story=story) if publish else story


@pytest.fixture
def process():
    made = factory.process(title="Ceļš uz skolu", visibility=Visibility.PRIVATE)
    factory.branch(made, tasks=2)
    return made


def client_of(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user, _BACKEND)
    return client


def test_a_story_is_told_of_a_finished_process_alone(process):
    with pytest.raises(Conflict) as refusal:
        stories.story_begin(actor=process.created_by, process=process)
    assert refusal.value.code == "not_finished"
    story = told(process, publish=False)
    assert stories.story_begin(actor=process.created_by, process=process) == story
    process_reopen(actor=process.created_by, process=process)
    with pytest.raises(Conflict):
        stories.story_update(actor=process.created_by, story=story, lessons="More")
    with pytest.raises(Conflict):
        stories.story_publish(actor=process.created_by, story=story)


def test_an_empty_story_is_not_published(process):
    process_finish(actor=process.created_by, process=process)
    story = stories.story_begin(actor=process.created_by, process=process)
    with pytest.raises(Invalid) as refusal:
        stories.story_publish(actor=process.created_by, story=story)
    assert set(refusal.value.fields) == {"results", "lessons"}


def test_a_published_story_is_everybodys_and_a_draft_its_coordinators(process):
    story = told(process, publish=False)
    member = factory.person()
    for user in (None, member):
        assert client_of(user).get(f"/stories/{story.pk}/").status_code == 404
    assert client_of(process.created_by).get(f"/stories/{story.pk}/").status_code == 200
    stories.story_publish(actor=process.created_by, story=story)
    page = client_of().get(f"/stories/{story.pk}/").content.decode()
    assert "<strong>law</strong>" in page
    assert f"/processes/{process.pk}/" not in page
    stories.story_withdraw(actor=process.created_by, story=story)
    assert client_of().get(f"/stories/{story.pk}/").status_code == 404
    with pytest.raises(Conflict):
        stories.story_withdraw(actor=process.created_by, story=story)


def test_only_coordinators_write(process):
    facilitator = factory.member(process, Role.FACILITATOR)
    story = told(process)
    for path in ("edit/", "publish/", "withdraw/"):
        for user in (facilitator, factory.person()):
            assert client_of(user).post(f"/stories/{story.pk}/{path}").status_code == 403
    assert client_of(facilitator).post(f"/processes/{process.pk}/story/").status_code == 403
    with pytest.raises(Forbidden):
        story_get_for(facilitator, story.pk, need="story_write")


def test_numbers_come_from_the_record_and_stand(process):
    document = text_factory.document(process=process, actor=process.created_by)
    one, _two = (text_factory.thread(document, actor=process.created_by) for _ in range(2))
    disposition_set(actor=process.created_by, thread=one, outcome=Outcome.ANSWERED, reason="So.")
    members = [factory.person() for _ in range(5)]
    factory.team(process, *members)
    factory.team(process, factory.person())
    story = told(process)
    assert story.numbers == {
        "asked": 2, "answered": 1, "comments": 2, "texts": 1, "days": 1, "people": 7,
        "people_citizens": 6, "tasks": 3, "teams": 2,
    }  # fmt: skip
    process_reopen(actor=process.created_by, process=process)
    text_factory.thread(document, actor=process.created_by)
    process_finish(actor=process.created_by, process=process)
    story.refresh_from_db()
    assert story.numbers["comments"] == 2


def test_a_group_of_fewer_than_five_is_not_told(process):
    factory.team(process, *[factory.person() for _ in range(3)])
    assert not {"people", "people_citizens"} & told(process).numbers.keys()


def test_materials_are_copies_that_everybody_reads(process):
    task = process.nodes.filter(kind="task").first()
    actor = process.created_by
    text = asset_document_create(
        actor=actor,
        task=task,
        title="The plan",
        start={"kind": "markdown", "text": "Walk *safely*."},
    )
    upload = SimpleUploadedFile("budget.csv", b"a;b\n")
    file = asset_file_create(actor=actor, task=task, upload=upload)
    hidden = asset_file_create(
        actor=actor, task=task, upload=SimpleUploadedFile("secret.csv", b"x;y\n")
    )
    story = told(process, materials=[text.pk, file.pk], links="The law https://example.org/law")
    page = client_of().get(f"/stories/{story.pk}/").content.decode()
    assert "https://example.org/law" in page
    assert hidden.title not in page
    places = {one["title"]: number for number, one in enumerate(story.materials)}
    shown = client_of().get(f"/stories/{story.pk}/materials/{places['The plan']}/").content.decode()
    assert "<em>safely</em>" in shown
    answer = client_of().get(f"/stories/{story.pk}/files/{places['budget.csv']}/")
    assert b"".join(answer.streaming_content) == b"a;b\n"
    assert answer["Content-Disposition"].startswith("attachment")
    for number in (places["The plan"], 99):
        assert client_of().get(f"/stories/{story.pk}/files/{number}/").status_code == 404
    assert client_of().get(f"/documents/{text.object_id}/").status_code in (302, 404)
    with pytest.raises(Invalid):
        stories.story_update(actor=actor, story=story, links="bad javascript:alert(1)")


def test_a_thing_of_another_process_is_no_material(process):
    other = factory.process()
    _phase, _objective, [task] = factory.branch(other)
    upload = SimpleUploadedFile("other.csv", b"a;b\n")
    asset = asset_file_create(actor=other.created_by, task=task, upload=upload)
    assert told(process, materials=[asset.pk]).materials == []


def test_readers_review_once_and_may_change_it(process):
    facilitator = factory.member(process, Role.OBSERVER)
    story = told(process)
    reader = factory.person()
    stories.review_set(actor=reader, story=story, rating=2)
    stories.review_set(actor=reader, story=story, rating=5, body="We did the same.")
    assert [(row.rating, row.body) for row in story.reviews.all()] == [(5, "We did the same.")]
    assert stories_list().get().rating == 5
    for user in (process.created_by, facilitator):
        with pytest.raises(Forbidden):
            stories.review_set(actor=user, story=story, rating=5)
    for rating in (0, 6):
        with pytest.raises(Invalid):
            stories.review_set(actor=reader, story=story, rating=rating)
    client_of(reader).post(f"/stories/{story.pk}/review/", {"remove": "1"})
    assert not story.reviews.exists()
    assert client_of().post(f"/stories/{story.pk}/review/", {"rating": 5}).status_code == 302
    assert not story.reviews.exists()


def test_stories_are_found_by_their_words(process):
    story = told(process, lessons="Ask the **pupils** first.")
    assert stories_list(search="SKOLU pupils").get() == story
    assert stories_list(search="cels").get() == story
    assert not stories_list(search="harbour").exists()
    assert "Ceļš" in client_of().get("/stories/?search=pupils").content.decode()
    assert "Nothing fits" in client_of().get("/stories/?search=harbour").content.decode()


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_the_same_for_one_and_for_many(number, django_assert_num_queries):
    for _ in range(number):
        told(factory.process())
    with django_assert_num_queries(2):
        assert client_of().get("/stories/").status_code == 200


def test_others_start_from_the_plan_of_a_published_story(process):
    story = told(process)
    reader = factory.person()
    answer = client_of(reader).post(f"/stories/{story.pk}/use/", {"title": "Ours"})
    made = Process.objects.get(title="Ours")
    assert answer["Location"] == f"/processes/{made.pk}/"
    assert made.nodes.count() == process.nodes.count()
    story.refresh_from_db()
    assert story.reuse_count == 1
    stories.story_update(actor=process.created_by, story=story, shares_plan=False)
    with pytest.raises(NotFound):
        story_use(actor=reader, story=story, title="Again")


def test_programs_tell_publish_and_review(process):
    api = APIClient()
    api.force_authenticate(process.created_by)
    assert api.post(f"/api/v1/processes/{process.pk}/story/").status_code == 409
    process_finish(actor=process.created_by, process=process)
    made = api.post(f"/api/v1/processes/{process.pk}/story/")
    assert made.status_code == 201
    url = f"/api/v1/stories/{made.json()['id']}/"
    assert APIClient().get(url).status_code == 404
    assert api.patch(url, {"results": "A law", "lessons": "Early"}).json()["results"] == "A law"
    assert api.post(f"{url}publish/").json()["status"] == "published"
    assert APIClient().get(url).json()["lessons"] == "Early"
    assert APIClient().get("/api/v1/stories/?search=law").json()["count"] == 1
    reader = APIClient()
    assert reader.put(f"{url}review/", {"rating": 4}).status_code == 401
    reader.force_authenticate(factory.person())
    assert reader.put(f"{url}review/", {"rating": 4}).json()["rating"] == 4
    assert reader.get(f"{url}reviews/").json()["count"] == 1
    assert reader.post(f"{url}withdraw/").status_code == 403
    assert reader.post(f"{url}use/", {"title": "Mine"}).status_code == 201
    assert api.post(f"{url}withdraw/").json()["status"] == "withdrawn"
