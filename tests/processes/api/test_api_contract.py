"""REST: whatever is sent to this app's addresses, the answer is one that the description names (schemathesis).

Not asked: that everything of the right shape is accepted (an objective takes no dates, an id may be of nobody: that
answers 422 or 404, with the field), nor that a number is refused where a text is meant.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from community.services.tokens import token_create
from tests.factories import processes as make

OURS = r"^/api/v1/(processes|nodes|tasks|assets|invitations)/"


@pytest.fixture
def known(db) -> dict[str, str]:
    """Return ids of things that are there, by the part of the address before them, and a coordinator's token."""
    process = make.process(template=make.template(phases=1, tasks=1), visibility="open_to_join")
    task = process.nodes.get(kind="task")
    asset = task.assets.create(kind="link", title="Law", url="https://example.org")
    _token, secret = token_create(user=process.created_by, name="test", scope="write", days=1)
    return {
        "/processes/{": str(process.pk),
        "/nodes/{": str(task.parent_id),
        "/tasks/{": str(task.pk),
        "/assets/{": str(asset.pk),
        "token": f"Token {secret}",
    }


@pytest.fixture
def api(known):
    """Return the description. Connections stay open after each answer, as Django's own test client does it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


schema = schemathesis.pytest.from_fixture("api").include(path_regex=OURS)


@schema.parametrize()
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_names(case, known):
    for part, ident in known.items():
        if part in case.path and case.path_parameters:
            name = case.path.split(part, 1)[1].split("}", 1)[0]
            case.path_parameters[name] = ident
    case.call_and_validate(
        headers={"Authorization": known["token"]},
        excluded_checks=[positive_data_acceptance, negative_data_rejection],
    )
