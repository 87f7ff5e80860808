"""Things of lower apps that an input names by id: a wrong one is a mistake in that field, not a missing page."""

import uuid

from cocreation.kernel.errors import Invalid, NotFound
from community.models import Organisation
from community.selectors import organisations_list
from interlinkers.models import Interlinker, ProcessTemplate
from interlinkers.selectors import interlinker_get, template_get
from processes.selectors.fetching import fetch


def organisation_of(ident: uuid.UUID | None) -> Organisation | None:
    """Return the organisation of an id. Raises: Invalid for the field `organisation`."""
    return _named("organisation", lambda: fetch(organisations_list(), ident)) if ident else None


def template_of(ident: uuid.UUID | None, user=None) -> ProcessTemplate | None:
    """Return the published template of an id, or one of the person's own. Raises: Invalid for the field `template`."""
    return _named("template", lambda: template_get(ident, user=user)) if ident else None


def interlinker_of(ident: uuid.UUID | None) -> Interlinker | None:
    """Return the published interlinker of an id. Raises: Invalid for the field `interlinker`."""
    return _named("interlinker", lambda: interlinker_get(ident)) if ident else None


def _named(field: str, get):
    try:
        return get()
    except NotFound as missing:
        raise Invalid(missing.message, field, fields={field: [missing.message]}) from None
