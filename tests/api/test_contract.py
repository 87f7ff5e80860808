"""REST: whatever is sent to any address, the answer is one that the description names (schemathesis, all checks).

The API is the same in both shapes, and asking it is the dearest test of all: a coordinator asks where the database is
PostgreSQL, the others where it is SQLite. `CONTRACT=full` has everybody ask everywhere, and sends also each boundary
value that the description names (several minutes more).
"""

import os
import re
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings as site
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

pytestmark = pytest.mark.usefixtures("_kept_connection")

CONFIG = Path(__file__).parents[2] / "schemathesis.toml"
FULL = os.environ.get("CONTRACT") == "full"
POSTGRESQL = site.DATABASES["default"]["ENGINE"].endswith("postgresql")
SETTINGS = settings(
    # For each of some 200 operations, in both shapes.
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def description():
    """Return the API's description with the application behind it, as /api/v1/schema/ gives it to anybody."""
    config = SchemathesisConfig.from_path(CONFIG)
    config.projects.default.phases.coverage.enabled = FULL
    schema = schemathesis.openapi.from_dict(
        SchemaGenerator().get_schema(request=None, public=True), config=config
    )
    schema.app = get_wsgi_application()
    return schema


described = description()
everything = described if FULL or POSTGRESQL else described.include(path="/api/v1/me/")
reading = described.include(method="GET", path_regex=None if FULL or not POSTGRESQL else r"/me/$")
entering = described.include(method="POST", path_regex=r"/(join-requests|accept)/$")


# The fields of bodies that name something by its id.
REFERENCES = {
    "user": "/members/",
    "team": "/teams/",
    "organisation": "/organisations/",
    "template": "/process-templates/",
    "process": "/processes/",
    "parent": "/nodes/",
    "interlinker": "/interlinkers/",
}


def at_known_things(case, ids: dict[str, str]) -> None:
    """Let valid addresses and half of the ids in bodies lead to what is there; invalid ones stay as they are."""
    if isinstance(case.body, dict) and case.media_type == "application/json":
        known = {
            name: ids[before]
            for name, before in REFERENCES.items()
            if re.fullmatch(
                r"[0-7][0-9a-f]{7}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(case.body.get(name))
            )
        }
        if known:
            case.body = {**case.body, **known}
    components = case.meta.components
    if not case.path_parameters or ParameterLocation.PATH not in components:
        return
    if components[ParameterLocation.PATH].mode.is_negative:
        return
    case.path_parameters = {
        name: ids[before] for before, name in re.findall(r"(/[a-z-]+/)\{(\w+)\}", case.path)
    }


@everything.parametrize()
@SETTINGS
def test_a_coordinators_program_gets_described_answers(case, world):
    at_known_things(case, world.ids)
    case.call_and_validate(headers={"Authorization": f"Token {world.token}"})


@reading.parametrize()
@SETTINGS
def test_a_program_of_nobody_gets_described_answers(case, world):
    at_known_things(case, world.ids)
    case.call_and_validate()


@entering.parametrize()
@SETTINGS
def test_a_program_of_a_newcomer_gets_described_answers(case, world):
    at_known_things(case, world.ids)
    case.call_and_validate(headers={"Authorization": f"Token {world.newcomer_token}"})
