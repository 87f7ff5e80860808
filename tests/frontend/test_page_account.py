"""Account and error pages: in our frame, with one heading, and clear about what to do."""

import re
from pathlib import Path

import allauth
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import get_template
from django.test import Client, RequestFactory

from cocreation.kernel.errors import Conflict, Forbidden, NotFound, SignInNeeded, TooMany
from frontend.middleware import DomainErrorMiddleware
from tests.factories import processes as factory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ALLAUTH = Path(allauth.__file__).parent / "templates" / "account"
SHIPPED = sorted(path.name for path in ALLAUTH.glob("*.html"))
OPEN = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/inactive/",
    "/accounts/link/",
    "/accounts/link/sent/",
]
OWN = [
    "/accounts/settings/",
    "/accounts/notifications/",
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/remove/",
    "/accounts/settings/remove/",
]


def is_ours(html: str) -> bool:
    return 'id="main"' in html and len(re.findall(r"<h1[ >]", html)) == 1


@pytest.mark.parametrize("path", OPEN)
def test_account_pages_for_everybody(path):
    response = Client().get(path)

    assert response.status_code == 200
    assert is_ours(response.content.decode())


def test_account_pages_for_people():
    client = Client()
    client.force_login(factory.person(), BACKEND)
    for path in OWN:
        response = client.get(path)
        assert response.status_code in (200, 404), path
        assert is_ours(response.content.decode()), path


@pytest.mark.parametrize("name", SHIPPED)
def test_every_account_template_of_allauth_stands_in_our_frame(name):
    template = get_template(f"account/{name}").template
    while template.nodelist and getattr(template.nodelist[0], "must_be_first", False):
        parent = template.nodelist[0].parent_name.var
        template = get_template(parent).template

    assert Path(template.origin.name).parts[-3:] == ("frontend", "templates", "base.html")


def test_sign_in_form_keeps_the_address():
    response = Client().post("/accounts/login/", {"login": "a@example.org", "password": "wrong"})

    html = response.content.decode()
    assert "a@example.org" in html
    assert 'role="alert"' in html


def test_unknown_page_offers_ways_on():
    response = Client().get("/there/is/no/such/page/")

    assert response.status_code == 404
    assert is_ours(response.content.decode())


def test_form_without_its_token_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a@example.org"})

    assert response.status_code == 403
    assert "once more" in response.content.decode()


def _request(path="/", **headers):
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    from django_htmx.middleware import HtmxDetails

    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize("error", [NotFound, Forbidden, SignInNeeded, Conflict, TooMany])
def test_refusals_become_pages_with_their_status_and_reason(error):
    middleware = DomainErrorMiddleware(lambda request: None)

    response = middleware.process_exception(_request(), error("This is the reason."))

    assert response.status_code == error.status
    html = response.content.decode()
    assert "This is the reason." in html
    assert is_ours(html)


def test_refusal_of_a_part_is_shown_above_the_page_that_stays():
    middleware = DomainErrorMiddleware(lambda request: None)

    response = middleware.process_exception(_request(HX_Request="true"), Conflict("Not now."))

    assert response["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()
    assert middleware.process_exception(_request(), ValueError()) is None


def test_server_fault_page_needs_nothing():
    html = get_template("500.html").render()

    assert "fault is ours" in html
