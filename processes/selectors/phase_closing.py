"""Who loses what when a phase closes: said before it is confirmed."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.models import Node, PhaseLevel, Visibility
from processes.permissions import access_for_people
from processes.selectors.people import participants
from processes.selectors.phases import BY_ROLE, GROUPS, role_group

WRITE, COMMENT = PhaseLevel.WRITE, PhaseLevel.COMMENT


def closing_effects(phase: Node) -> list[str]:
    """Return one sentence for each group of people that may write or comment in a phase until it closes.

    Queries: 4 to 6, however many people take part. The caller has checked phase_rule.
    """
    people = list(participants(phase.process))
    accesses = access_for_people(people, phase.process)
    rule = None
    counts: Counter[tuple[str, str]] = Counter()
    for access in accesses.values():
        rule = access.rules.get(phase.pk)
        group = role_group(access.role_at(phase))
        level = level_now(access, phase)
        if level != PhaseLevel.READ and group in BY_ROLE:
            counts[group, level] += 1
    sentences = [
        _sentence(group, level, counts[group, level])
        for group in GROUPS
        for level in (WRITE, COMMENT)
        if counts[group, level]
    ]
    is_open = phase.process.visibility == Visibility.OPEN_TO_COMMENT
    if is_open and (rule is None or rule.level("visitor") == COMMENT):
        sentences.append(_("Citizens and everybody else can no longer comment."))
    return sentences


def level_now(access, phase: Node) -> str:
    """Return how much a person may do in a phase at the moment."""
    if access.decide("document_write", phase):
        return WRITE
    return COMMENT if access.decide("comment_create", phase) else PhaseLevel.READ


def _sentence(group: str, level: str, count: int) -> str:
    patterns = {
        ("leaders", WRITE): ngettext(
            "%(count)d coordinator or facilitator can no longer write or comment.",
            "%(count)d coordinators and facilitators can no longer write or comment.",
            count,
        ),
        ("leaders", COMMENT): ngettext(
            "%(count)d coordinator or facilitator can no longer comment.",
            "%(count)d coordinators and facilitators can no longer comment.",
            count,
        ),
        ("coauthors", WRITE): ngettext(
            "%(count)d co-author can no longer write or comment.",
            "%(count)d co-authors can no longer write or comment.",
            count,
        ),
        ("coauthors", COMMENT): ngettext(
            "%(count)d co-author can no longer comment.",
            "%(count)d co-authors can no longer comment.",
            count,
        ),
        ("commenters", COMMENT): ngettext(
            "%(count)d commenter can no longer comment.",
            "%(count)d commenters can no longer comment.",
            count,
        ),
    }
    return patterns[group, level] % {"count": count}
