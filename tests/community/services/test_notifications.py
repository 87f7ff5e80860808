import pytest
from django.core import mail as outbox
from django.utils import translation
from django.utils.translation import gettext_lazy

from cocreation.kernel import events
from cocreation.kernel.errors import NotFound
from community import notification_kinds
from community.models import Mail, Notification
from community.selectors import (
    notification_get_for,
    notifications_for,
    notifications_unread_count,
)
from community.services.notifications import notification_read, notifications_read_all, notify
from tests.factories import community as make

# "Yes" stands in for a translated sentence: Django itself brings its translations.
notification_kinds.register("test.told", title=gettext_lazy("Yes"), group="asked")
notification_kinds.register("test.named", title="%(who)s wrote <b>“%(what)s”</b>", group="asked")


def tell(user, **fields):
    fields = {
        "kind": "test.named",
        "key": "k",
        "data": {"who": "Anna", "what": "x"},
        "url": "/p/",
    } | fields
    return notify(user=user, **fields)


@pytest.fixture
def announced(monkeypatch):
    sent = []
    monkeypatch.setattr(events, "_send", lambda topic, event: sent.append((topic, event)))
    return sent


@pytest.mark.django_db
def test_a_person_is_told_once_inside_and_by_mail(announced, django_capture_on_commit_callbacks):
    user = make.user()
    with django_capture_on_commit_callbacks(execute=True):
        notification = tell(user)
        assert tell(user) is None
    assert [notification] == list(notifications_for(user))
    assert len(outbox.outbox) == 1
    assert "http://127.0.0.1:8000/p/" in outbox.outbox[0].body
    # a text mail is not escaped like HTML
    assert "Anna wrote <b>“x”</b>" in outbox.outbox[0].body
    [(topic, event)] = announced
    assert topic == f"user.{user.pk}"
    assert event["type"] == "notification.created"
    assert event["data"] == {"notification": str(notification.pk)}


@pytest.mark.django_db
def test_two_people_are_told_the_same_thing():
    assert tell(make.user())
    assert tell(make.user())
    assert Mail.objects.count() == 2


@pytest.mark.django_db
def test_no_mail_when_not_asked_for():
    tell(make.user(), mail=False)
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_a_closed_account_is_not_told():
    assert tell(make.user(is_active=False)) is None
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_a_kind_nobody_registered_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        tell(make.user(), kind="test.unknown")


@pytest.mark.django_db
def test_a_long_key_still_fits():
    tell(make.user(), key="x" * 200)
    assert len(Mail.objects.get().key) <= 200


@pytest.mark.django_db
def test_the_sentence_is_in_the_readers_language_when_it_is_shown():
    notification = tell(make.user(language="lv"), kind="test.told")
    told = {}
    for language in ("en", "lv", "uk"):
        with translation.override(language):
            told[language] = notification_kinds.title(notification.kind, notification.data)
    assert told == {"en": "Yes", "lv": "Jā", "uk": "Так"}


@pytest.mark.django_db
def test_the_mail_is_in_the_language_of_the_person_not_of_the_one_who_caused_it():
    with translation.override("uk"):
        tell(make.user(language="lv"), kind="test.told")
    assert Mail.objects.get().subject == "Jā"


def test_a_row_of_a_kind_that_is_gone_is_still_shown():
    assert notification_kinds.title("gone.kind", {}) == "Something changed that concerns you"
    assert notification_kinds.title("test.named", {"who": "Anna"}) == "Anna wrote <b>“…”</b>"


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        notification_kinds.register("test.named", title="Another")


@pytest.mark.django_db
def test_reading_marks_ones_own_and_only_those():
    user, other = make.user(), make.user()
    mine, also_mine = tell(user), tell(user, key="2")
    theirs = tell(other)
    assert notifications_unread_count(user) == 2
    notification_read(actor=user, notification=mine)
    assert list(notifications_for(user, unread=True)) == [also_mine]
    first = mine.read_at
    assert notification_read(actor=user, notification=mine).read_at == first
    assert notifications_read_all(actor=user) == 1
    assert notifications_unread_count(user) == 0
    assert notifications_unread_count(other) == 1
    with pytest.raises(NotFound):
        notification_get_for(user, theirs.pk)
    assert notification_read(actor=user, notification=theirs).read_at is None
