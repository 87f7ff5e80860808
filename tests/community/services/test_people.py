import pytest

from cocreation.kernel.errors import Conflict, Invalid
from community import personal_data
from community.models import AccessToken, Activity, Mail, Membership, Notification, SignInLink, User
from community.selectors import (
    personal_data_export,
    removal_obstacles,
    user_by_email,
    user_by_token,
)
from community.services.links import sign_in_link_create
from community.services.people import profile_update, user_create, user_remove
from community.services.tokens import token_create
from tests.factories import community as make


@pytest.fixture
def holders(monkeypatch):
    """Only what a test registers."""
    monkeypatch.setattr(personal_data, "_holders", {})


@pytest.mark.django_db
def test_a_person_changes_name_language_and_about():
    user = make.user()
    changed = profile_update(actor=user, name=" Anna ", language="lv", about="I teach.")
    assert (changed.name, changed.language, changed.about) == ("Anna", "lv", "I teach.")
    assert profile_update(actor=user, about="I learn.").name == "Anna"
    assert Activity.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"name": "x" * 121}, {"language": "xx"}, {"about": "x" * 301}])
def test_profile_update_denied_with_wrong_values(wrong):
    user = make.user()
    with pytest.raises(Invalid) as refused:
        profile_update(actor=user, **wrong)
    assert set(refused.value.fields) == set(wrong)


@pytest.mark.django_db
def test_who_leaves_is_forgotten_but_the_row_stays(holders):
    user = make.user("Anna", email="anna@example.org", about="I teach.")
    organisation = make.organisation()
    make.membership(organisation, user)
    _token, secret = token_create(user=user, name="t", scope="write", days=9)
    sign_in_link_create(email=user.email, next_url="", language="en")
    user_remove(actor=user, confirmation="Anna@example.org")
    gone = User.objects.get(pk=user.pk)
    assert gone.display_name == "Former member"
    assert gone.initials == "FM"
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert user_by_token(secret) is None
    assert user_by_email("anna@example.org") is None
    for model in (AccessToken, SignInLink, Mail, Membership, Notification):
        assert not model.objects.exists()
    for row in [*User.objects.values(), *Activity.objects.values()]:
        assert "anna" not in str(row).lower()


@pytest.mark.django_db
def test_who_left_may_come_back_as_somebody_new(holders):
    user = make.user(email="anna@example.org")
    user_remove(actor=user, confirmation=user.email)
    assert user_create(email="anna@example.org").pk != user.pk


@pytest.mark.django_db
def test_user_remove_denied_without_the_address():
    user = make.user()
    with pytest.raises(Invalid) as refused:
        user_remove(actor=user, confirmation="yes")
    assert "confirmation" in refused.value.fields
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.django_db
def test_user_remove_denied_while_others_depend_on_the_person(holders):
    organisation = make.organisation("River Keepers")
    keeper = make.administrator(organisation)
    make.membership(organisation, make.user())
    assert removal_obstacles(keeper) == [
        "You are the only administrator of River Keepers. Name another one first."
    ]
    with pytest.raises(Conflict) as refused:
        user_remove(actor=keeper, confirmation=keeper.email)
    assert refused.value.code == "obstacles"
    assert "River Keepers" in refused.value.message
    keeper.refresh_from_db()
    assert keeper.is_active


@pytest.mark.django_db
def test_higher_apps_have_their_say_when_somebody_leaves(holders):
    forgotten = []
    personal_data.register(
        personal_data.Holder(
            "test",
            export=lambda user: {"comments": 3},
            obstacles=lambda user: ["Settle this first."] if user.name == "Busy" else [],
            forget=forgotten.append,
        )
    )
    busy, free = make.user("Busy"), make.user("Free")
    assert personal_data_export(free)["test"] == {"comments": 3}
    with pytest.raises(Conflict, match=r"Settle this first\."):
        user_remove(actor=busy, confirmation=busy.email)
    user_remove(actor=free, confirmation=free.email)
    assert forgotten == [free]


@pytest.mark.django_db
def test_the_download_has_everything_but_secrets(holders):
    user = make.user("Anna")
    make.membership(make.organisation("River Keepers"), user)
    token, secret = token_create(user=user, name="my script", scope="read", days=9)
    data = personal_data_export(user)
    assert data["account"]["name"] == "Anna"
    assert data["organisations"] == [{"organisation": "River Keepers", "role": "member"}]
    assert data["tokens"][0]["name"] == "my script"
    assert data["activity"][0]["verb"] == "token.created"
    text = str(data)
    for hidden in (secret, token.digest, user.password):
        assert hidden not in text
