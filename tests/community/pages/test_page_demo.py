import pytest

from tests.factories import community as make

MAILS = "/demo/mails/"
TEXT = "Open <b>this</b>:\nhttp://127.0.0.1:8000/accounts/link/abc/\nthanks"


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.community.demo_urlconf"


@pytest.mark.django_db
def test_the_demo_shows_its_mails(client, demo):
    mail = make.mail(subject="Hello & welcome", text=TEXT, to="anna@example.org")
    assert "Hello &amp; welcome" in client.get(MAILS).content.decode()
    page = client.get(f"{MAILS}{mail.pk}/").content.decode()
    assert "&lt;b&gt;this" in page
    assert 'href="http://127.0.0.1:8000/accounts/link/abc/"' in page


@pytest.mark.django_db
def test_tests_read_mails_as_json(client, demo):
    mail = make.mail(to="anna@example.org", text=TEXT)
    make.mail(to="berta@example.org")
    found = client.get(MAILS, {"format": "json", "to": "Anna@example.org"}).json()
    assert found["count"] == 1
    assert found["results"][0]["text"] == TEXT
    assert client.get(f"{MAILS}{mail.pk}/", {"format": "json"}).json()["to"] == "anna@example.org"


@pytest.mark.django_db
def test_without_demo_there_is_no_such_page(client):
    mail = make.mail()
    for path in (MAILS, f"{MAILS}{mail.pk}/", f"{MAILS}?format=json"):
        assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_without_demo_no_mail_is_shown_even_where_the_address_is_known(client, settings):
    settings.ROOT_URLCONF = "tests.community.demo_urlconf"
    settings.DEMO = False
    mail = make.mail(text="secret")
    for path in (MAILS, f"{MAILS}{mail.pk}/", f"{MAILS}?format=json"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert b"secret" not in answer.content
