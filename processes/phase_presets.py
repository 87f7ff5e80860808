"""Sets of rules that fit what a phase is for, to begin with; and which a template's kind of phase proposes."""

from django.utils.translation import gettext_lazy as _

from processes.models import Node, PhaseLevel

_WRITE, _COMMENT, _READ = (level.value for level in PhaseLevel)

PRESETS: dict[str, dict[str, str]] = {
    "drafting": {
        "leaders": _WRITE,
        "coauthors": _WRITE,
        "commenters": _COMMENT,
        "visitors": _COMMENT,
    },
    "consultation": {
        "leaders": _COMMENT,
        "coauthors": _COMMENT,
        "commenters": _COMMENT,
        "visitors": _COMMENT,
    },
    "decision": {"leaders": _WRITE, "coauthors": _READ, "commenters": _READ, "visitors": _READ},
    "evaluation": {
        "leaders": _WRITE,
        "coauthors": _COMMENT,
        "commenters": _COMMENT,
        "visitors": _COMMENT,
    },
}
# (name, what it is called, what it means)
PRESET_WORDS = [
    ("drafting", _("Writing together"), _("Co-authors write; everybody who may comment comments.")),
    ("consultation", _("Consultation"), _("The text stands still; everybody comments.")),
    ("decision", _("Decision"), _("Only coordinators and facilitators put in what was decided.")),
    (
        "evaluation",
        _("Evaluation"),
        _("Coordinators and facilitators write the findings; everybody else comments on them."),
    ),
]
LABELS = {name: label for name, label, _words in PRESET_WORDS}

# The kinds of phase that templates name (fixtures/README.md).
_OF_KIND = {
    "engage": "drafting",
    "design": "drafting",
    "draft": "drafting",
    "consult": "consultation",
    "adopt": "decision",
    "evaluate": "evaluation",
    "sustain": "evaluation",
}


KINDS = tuple(_OF_KIND)


def proposed_preset(phase: Node) -> str:
    """Return the name of the rules that fit the kind of a phase, "" where its template named none."""
    return _OF_KIND.get(phase.phase_kind, "")
