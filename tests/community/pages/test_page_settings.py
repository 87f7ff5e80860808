import re

import pytest

from community.models import AccessToken, User
from community.selectors import user_by_token
from community.services.notifications import notify
from community.services.tokens import token_create
from tests.factories import community as make

SETTINGS = "/accounts/settings/"


@pytest.fixture
def user():
    return make.user("Anna", email="anna@example.org")


@pytest.fixture
def signed_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["", "data/", "remove/", "../notifications/"],
    ids=["settings", "data", "remove", "told"],
)
def test_own_pages_ask_visitors_to_sign_in(client, path):
    answer = client.get(f"{SETTINGS}{path}".replace("settings/../", ""))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


@pytest.mark.django_db
def test_settings_are_shown_and_saved(signed_in, user, settings):
    assert b'value="Anna"' in signed_in.get(SETTINGS).content
    answer = signed_in.post(
        SETTINGS,
        {"name": "Berta", "language": "lv", "about": "I teach.", "time_zone": "Asia/Tokyo"},
    )
    assert answer.status_code == 302
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "lv"
    user.refresh_from_db()
    assert (user.name, user.language, user.about) == ("Berta", "lv", "I teach.")
    assert user.time_zone == "Asia/Tokyo"
    assert '<option value="Asia/Tokyo" selected>' in signed_in.get(SETTINGS).content.decode()
    assert "Asia/Tokyo" in signed_in.get(f"{SETTINGS}notifications/").content.decode()


@pytest.mark.django_db
def test_settings_denied_with_wrong_values_keep_what_was_typed(signed_in, user):
    answer = signed_in.post(SETTINGS, {"name": "Berta", "language": "xx", "about": "<b>kept</b>"})
    assert answer.status_code == 400
    assert "&lt;b&gt;kept" in answer.content.decode()
    user.refresh_from_db()
    assert user.name == "Anna"


@pytest.mark.django_db
def test_a_token_is_shown_once(signed_in, user):
    answer = signed_in.post(f"{SETTINGS}tokens/", {"name": "script", "scope": "read", "days": "30"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [secret] = re.findall(r"kpr_[\w-]{43}", answer.content.decode())
    assert user_by_token(secret)[0] == user
    assert secret not in signed_in.get(SETTINGS).content.decode()


@pytest.mark.django_db
def test_a_token_is_denied_with_wrong_values(signed_in):
    answer = signed_in.post(f"{SETTINGS}tokens/", {"name": "x", "scope": "admin", "days": "9999"})
    assert answer.status_code == 400
    assert not AccessToken.objects.exists()


@pytest.mark.django_db
def test_a_token_is_revoked_but_not_somebody_elses(signed_in, user):
    mine, secret = token_create(user=user, name="t", scope="read", days=9)
    theirs, their_secret = token_create(user=make.user(), name="t", scope="read", days=9)
    assert signed_in.post(f"{SETTINGS}tokens/{mine.pk}/revoke/").status_code == 302
    assert user_by_token(secret) is None
    assert signed_in.post(f"{SETTINGS}tokens/{theirs.pk}/revoke/").status_code == 404
    assert user_by_token(their_secret)
    assert signed_in.get(f"{SETTINGS}tokens/{mine.pk}/revoke/").status_code == 405


@pytest.mark.django_db
def test_my_data_is_a_file(signed_in):
    answer = signed_in.get(f"{SETTINGS}data/")
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.json()["account"]["email"] == "anna@example.org"


@pytest.mark.django_db
def test_leaving_signs_out_and_forgets(signed_in, user):
    assert signed_in.get(f"{SETTINGS}remove/").status_code == 200
    answer = signed_in.post(f"{SETTINGS}remove/", {"confirmation": "anna@example.org"})
    assert answer.status_code == 302
    assert "_auth_user_id" not in signed_in.session
    assert User.objects.get(pk=user.pk).display_name == "Former member"
    assert signed_in.get(SETTINGS).status_code == 302


@pytest.mark.django_db
def test_leaving_denied_with_the_wrong_address_or_while_others_depend_on_me(signed_in, user):
    answer = signed_in.post(f"{SETTINGS}remove/", {"confirmation": "no"})
    assert answer.status_code == 422
    organisation = make.organisation("River Keepers")
    make.membership(organisation, user, "administrator")
    make.membership(organisation, make.user())
    answer = signed_in.post(f"{SETTINGS}remove/", {"confirmation": "anna@example.org"})
    assert answer.status_code == 409
    assert "River Keepers" in answer.content.decode()
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.django_db
def test_what_i_was_told_is_listed_opened_and_marked(signed_in, user):
    told = notify(
        user=user,
        kind="organisation.role_changed",
        key="k",
        data={"organisation": "<b>River</b>"},
        url="/organisations/river/",
    )
    page = signed_in.get("/accounts/notifications/").content.decode()
    assert "&lt;b&gt;River" in page
    answer = signed_in.post(f"/accounts/notifications/{told.pk}/")
    assert answer.url == "/organisations/river/"
    told.refresh_from_db()
    assert told.read_at is not None
    assert signed_in.post("/accounts/notifications/read/").status_code == 302


@pytest.mark.django_db
def test_opening_what_somebody_else_was_told_is_denied(signed_in):
    theirs = notify(
        user=make.user(),
        kind="organisation.role_changed",
        key="k",
        data={"organisation": "R"},
        url="/",
    )
    assert signed_in.post(f"/accounts/notifications/{theirs.pk}/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 20])
def test_the_list_of_what_i_was_told_takes_the_same_queries(
    signed_in, user, count, django_assert_max_num_queries
):
    for number in range(count):
        notify(
            user=user,
            kind="organisation.role_changed",
            key=str(number),
            data={"organisation": "R"},
            url="/",
        )
    # session, person, count and rows of the page, unread count of the header
    with django_assert_max_num_queries(6):
        signed_in.get("/accounts/notifications/")
