import pytest
from django.apps import apps

from community.models import AccessToken, Mail, User
from community.models.activity import MailStatus
from community.selectors import user_by_token
from community.services.activity import activity_record
from community.services.links import sign_in_link_create
from community.services.maintenance import heartbeat_record
from community.services.membership_invitations import membership_invitation_send
from community.services.notifications import notify
from community.services.tokens import token_create
from tests.factories import community as make

MODELS = [
    "user",
    "organisation",
    "territory",
    "accesstoken",
    "signinlink",
    "membershipinvitation",
    "mail",
    "notification",
    "activity",
    "heartbeat",
]


@pytest.fixture
def operator():
    return make.operator()


@pytest.fixture
def desk(client, operator):
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def rows(operator):
    organisation = make.organisation(territory=make.territory())
    membership_invitation_send(
        actor=make.administrator(organisation),
        organisation=organisation,
        email="b@example.org",
        role="member",
    )
    token_create(user=operator, name="t", scope="read", days=9)
    sign_in_link_create(email="a@example.org", next_url="/", language="en")
    heartbeat_record()
    notify(
        user=operator,
        kind="organisation.role_changed",
        key="k",
        data={"organisation": "R"},
        url="/",
    )
    activity_record(actor=operator, verb="task.finished", target_type="user", target_id=operator.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
def test_operators_see_each_table_and_row(desk, rows, model):
    assert desk.get(f"/admin/community/{model}/").status_code == 200
    row = apps.get_model("community", model).objects.first()
    page = desk.get(f"/admin/community/{model}/{row.pk}/change/")
    assert page.status_code == 200
    digest = getattr(row, "digest", "never there")
    assert digest not in page.content.decode()


@pytest.mark.django_db
def test_nobody_else_gets_in(client):
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert client.get(answer.url).url.startswith("/accounts/login/")
    client.force_login(make.user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/login/", follow=False).status_code == 403


@pytest.mark.django_db
def test_texts_of_mails_are_not_shown(desk):
    mail = make.mail(text="https://x.example/secret-link")
    page = desk.get(f"/admin/community/mail/{mail.pk}/change/")
    assert "secret-link" not in page.content.decode()


@pytest.mark.django_db
def test_an_operator_revokes_tokens_and_sends_mails_again(desk, django_capture_on_commit_callbacks):
    token, secret = token_create(user=make.user(), name="t", scope="read", days=9)
    data = {"action": "revoke", "_selected_action": [str(token.pk)]}
    assert desk.post("/admin/community/accesstoken/", data).status_code == 302
    assert user_by_token(secret) is None
    mail = make.mail()
    Mail.objects.update(status=MailStatus.FAILED)
    data = {"action": "send_again", "_selected_action": [str(mail.pk)]}
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/admin/community/mail/", data)
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT


@pytest.mark.django_db
def test_operators_write_no_rows_that_only_the_program_writes(desk, operator):
    token, _secret = token_create(user=operator, name="t", scope="read", days=9)
    for path in (
        "accesstoken/add/",
        "mail/add/",
        "activity/add/",
        f"accesstoken/{token.pk}/delete/",
        f"user/{operator.pk}/delete/",
    ):
        assert desk.get(f"/admin/community/{path}").status_code == 403
    desk.post(f"/admin/community/accesstoken/{token.pk}/change/", {"scope": "write"})
    assert AccessToken.objects.get().scope == "read"


@pytest.mark.django_db
def test_an_operator_adds_a_person(desk):
    data = {
        "email": "new@example.org",
        "usable_password": "true",
        "password1": make.PASSWORD,
        "password2": make.PASSWORD,
    }
    answer = desk.post("/admin/community/user/add/", data)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert User.objects.get(email="new@example.org").check_password(make.PASSWORD)


@pytest.mark.django_db
def test_the_first_operator_can_sign_in_without_any_mail(client):
    User.objects.create_superuser("op@example.org", make.PASSWORD)
    answer = client.post("/accounts/login/", {"login": "op@example.org", "password": make.PASSWORD})
    assert answer.url == "/my-work/"
