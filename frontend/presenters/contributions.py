"""Shares of groups as their page shows them."""

from django.utils.translation import gettext as _

from processes import contribution_kinds
from processes.models import PublishedShares
from processes.selectors.contributions import group_labels


def share_tables(shares: PublishedShares) -> list[dict]:
    """Return [{"label", "cells": [{"label", "percent", "words"}]}] of published shares.

    A kind that this program does not know any more is left out.
    """
    labels = group_labels()
    tables = []
    for kind in shares.figures.get("kinds", []):
        known = contribution_kinds.get(kind["name"])
        if known is None:
            continue
        cells = [
            {
                "label": labels.get(cell["group"], cell["group"]),
                "percent": cell["percent"],
                "words": percent_words(cell["percent"]),
            }
            for cell in kind["cells"]
        ]
        tables.append({"label": known.label, "cells": cells})
    return tables


def percent_words(percent: int) -> str:
    """Return a share in steps of five as people say it."""
    if not percent:
        return _("less than 5%%") % ()
    return _("about %(number)d%%") % {"number": percent}
