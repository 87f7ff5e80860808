"""What happened, as a sentence in the reader's language."""

import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cocreation.kernel.quoting import quoted
from community.models import Activity
from documents.models import Outcome
from processes.models import NodeKind, NodeStatus, Role
from processes.selectors.activity import shown_details

# verb -> sentence after the person's name; %(label)s is the thing it happened to.
SENTENCES = {
    "process.created": gettext_lazy("started this process"),
    "process.updated": gettext_lazy("changed the description of the process"),
    "process.picture_set": gettext_lazy("changed the picture of the process"),
    "process.picture_removed": gettext_lazy("took the picture of the process away"),
    "process.finished": gettext_lazy("finished the process"),
    "process.exported": gettext_lazy("exported the process as a file"),
    "process.imported": gettext_lazy("imported the process from a file"),
    "process.saved_as_template": gettext_lazy("saved the plan as the template “%(label)s”"),
    "process.copied": gettext_lazy("copied this process from “%(label)s”"),
    "story.created": gettext_lazy("began to write the story of the process"),
    "story.updated": gettext_lazy("changed the story of the process"),
    "story.published": gettext_lazy("published the story “%(label)s”"),
    "story.review_removed": gettext_lazy("removed a review of the story “%(label)s”"),
    "story.withdrawn": gettext_lazy("withdrew the story “%(label)s”"),
    "contribution.published": gettext_lazy("published what groups contributed"),
    "contribution.withdrawn": gettext_lazy("withdrew what was published about contributions"),
    "points.turned_on": gettext_lazy("turned points for finished tasks on"),
    "points.turned_off": gettext_lazy("turned points for finished tasks off"),
    "points.reason_changed": gettext_lazy("changed what the points are for"),
    "task.complexity_set": gettext_lazy("said how much work “%(label)s” is"),
    "process.reopened": gettext_lazy("reopened the process"),
    "node.created": gettext_lazy("added “%(label)s”"),
    "node.updated": gettext_lazy("changed “%(label)s”"),
    "node.moved": gettext_lazy("moved “%(label)s”"),
    "node.rescheduled": gettext_lazy("moved “%(label)s” to other days"),
    "node.disabled": gettext_lazy("switched off “%(label)s”"),
    "node.restored": gettext_lazy("brought back “%(label)s”"),
    "node.wait_overridden": gettext_lazy("let “%(label)s” begin before what must come first"),
    "node.wait_restored": gettext_lazy("let “%(label)s” wait again for what must come first"),
    "node.prerequisites_set": gettext_lazy("changed what has to be done before “%(label)s”"),
    "phase.rules_set": gettext_lazy("said what may be done in “%(label)s”"),
    "phase.opened": gettext_lazy("opened “%(label)s”"),
    "phase.reopened": gettext_lazy("opened “%(label)s” again"),
    "phase.closed": gettext_lazy("closed “%(label)s”"),
    "phase.extended": gettext_lazy("gave “%(label)s” more time"),
    "asset.carried_on": gettext_lazy("went on with the text “%(label)s” in another task"),
    "document.moved": gettext_lazy("moved the text “%(label)s” to another task"),
    "task.started": gettext_lazy("began “%(label)s”"),
    "task.finished": gettext_lazy("finished “%(label)s”"),
    "task.reopened": gettext_lazy("took up “%(label)s” again"),
    "task.assigned": gettext_lazy("gave “%(label)s” to somebody"),
    "task.unassigned": gettext_lazy("took “%(label)s” away from somebody"),
    "checklist.point_added": gettext_lazy("added the point “%(label)s” to a checklist"),
    "checklist.point_changed": gettext_lazy("changed the point “%(label)s” of a checklist"),
    "checklist.point_moved": gettext_lazy("moved the point “%(label)s” of a checklist"),
    "checklist.point_removed": gettext_lazy("removed the point “%(label)s” from a checklist"),
    "checklist.point_restored": gettext_lazy("brought back the point “%(label)s” of a checklist"),
    "checklist.ticked": gettext_lazy("ticked off “%(label)s”"),
    "checklist.unticked": gettext_lazy("took the tick off “%(label)s”"),
    "asset.created": gettext_lazy("added “%(label)s” to a task"),
    "asset.updated": gettext_lazy("changed “%(label)s”"),
    "asset.removed": gettext_lazy("removed “%(label)s”"),
    "asset.restored": gettext_lazy("brought back “%(label)s”"),
    "document.created": gettext_lazy("started the text “%(label)s”"),
    "document.renamed": gettext_lazy("renamed a text to “%(label)s”"),
    "document.removed": gettext_lazy("removed the text “%(label)s”"),
    "document.restored": gettext_lazy("brought back the text “%(label)s”"),
    "document.redacted": gettext_lazy("erased words for good in “%(label)s”"),
    "document.reset": gettext_lazy("brought back “%(label)s” from a backup"),
    "document.edited": gettext_lazy("wrote in “%(label)s”"),
    "thread.created": gettext_lazy("commented: %(label)s"),
    "comment.created": gettext_lazy("replied: %(label)s"),
    "comment.updated": gettext_lazy("changed a comment: %(label)s"),
    "comment.removed": gettext_lazy("removed a comment: %(label)s"),
    "comment.restored": gettext_lazy("brought back a comment: %(label)s"),
    "thread.resolved": gettext_lazy("settled a comment: %(label)s"),
    "thread.reopened": gettext_lazy("reopened a comment: %(label)s"),
    "role.granted": gettext_lazy("gave a role: %(label)s"),
    "role.revoked": gettext_lazy("took a role away: %(label)s"),
    "team.created": gettext_lazy("made the team “%(label)s”"),
    "team.updated": gettext_lazy("changed the team “%(label)s”"),
    "team.removed": gettext_lazy("removed the team “%(label)s”"),
    "team.member_added": gettext_lazy("added somebody to the team “%(label)s”"),
    "team.member_removed": gettext_lazy("removed somebody from the team “%(label)s”"),
    "link.created": gettext_lazy("made an invitation link"),
    "link.revoked": gettext_lazy("took an invitation link back"),
    "link.accepted": gettext_lazy("came in by an invitation link"),
    "process.left": gettext_lazy("left the process"),
    "invitation.created": gettext_lazy("invited somebody"),
    "invitation.accepted": gettext_lazy("accepted an invitation"),
    "invitation.revoked": gettext_lazy("withdrew an invitation"),
    "invitation.resent": gettext_lazy("sent an invitation again"),
    "task.put_back": gettext_lazy("put “%(label)s” back to not begun"),
    # outside of processes
    "organisation.created": gettext_lazy("made the organisation “%(label)s”"),
    "organisation.updated": gettext_lazy("changed the organisation “%(label)s”"),
    "organisation.member_invited": gettext_lazy("invited somebody to “%(label)s”"),
    "organisation.member_joined": gettext_lazy("joined “%(label)s”"),
    "organisation.member_added": gettext_lazy("added somebody to “%(label)s”"),
    "organisation.member_removed": gettext_lazy("took somebody out of “%(label)s”"),
    "interlinker.imported": gettext_lazy("imported “%(label)s” into the catalogue"),
    "interlinker.edited": gettext_lazy("changed “%(label)s” in the catalogue"),
    "interlinker.published": gettext_lazy("showed “%(label)s” in the catalogue"),
    "interlinker.hidden": gettext_lazy("hid “%(label)s” in the catalogue"),
    "problem_profile.imported": gettext_lazy("imported “%(label)s” into the catalogue"),
    "process_template.imported": gettext_lazy("imported the template “%(label)s”"),
    "process_template.edited": gettext_lazy("changed the template “%(label)s”"),
    "process_template.published": gettext_lazy("showed the template “%(label)s”"),
    "process_template.hidden": gettext_lazy("hid the template “%(label)s”"),
    "organisation.role_changed": gettext_lazy("changed somebody's role in “%(label)s”"),
    "calendar.renewed": gettext_lazy("got a new address of their calendar"),
    "calendar.withdrawn": gettext_lazy("took the address of their calendar back"),
    "user.joined": gettext_lazy("made an account"),
    "user.updated": gettext_lazy("changed their profile"),
    "user.removed": gettext_lazy("removed their account"),
    "token.created": gettext_lazy("made an access token"),
    "token.revoked": gettext_lazy("revoked an access token"),
    "join_request.created": gettext_lazy("asked to join"),
    "join_request.accepted": gettext_lazy("let somebody join"),
    "join_request.declined": gettext_lazy("declined a request to join"),
}
ANSWERED = pgettext_lazy("activity", "answered a comment (%(outcome)s): %(label)s")


def is_known(verb: str) -> bool:
    """Tell whether there is a sentence for a verb."""
    return verb == "thread.answered" or verb in SENTENCES or _of_any_node(verb) in SENTENCES


def activity_sentence(row: Activity) -> str:
    """Return what happened without the name of who did it; unknown verbs are said generally."""
    values = {"label": row.target_label}
    if row.verb == "thread.answered":
        outcome = row.details.get("outcome", "")
        known = Outcome(outcome).label if outcome in Outcome.values else _("answered")
        return str(ANSWERED) % {**values, "outcome": known}
    sentence = SENTENCES.get(row.verb) or SENTENCES.get(_of_any_node(row.verb))
    if sentence is None:
        return _("changed “%(label)s”") % values if row.target_label else _("changed something")
    return str(sentence) % values


def _of_any_node(verb: str) -> str:
    """Phases, objectives and tasks are changed in the same ways: "phase.moved" reads like "node.moved"."""
    kind, _dot, what = verb.partition(".")
    return f"node.{what}" if kind in NodeKind.values else verb


VIA_LABELS = {
    "api": gettext_lazy("through the API"),
    "job": gettext_lazy("by a job in the background"),
    "command": gettext_lazy("on the server's command line"),
    "page": gettext_lazy("on the site"),
}
FIELD_LABELS = {
    "starts_on": gettext_lazy("first day"),
    "ends_on": gettext_lazy("last day"),
    "title": gettext_lazy("title"),
    "text": gettext_lazy("text"),
    "is_needed": gettext_lazy("needed to finish the task"),
}
# name of a detail -> sentence with %(value)s
FACTS = {
    "because_of": gettext_lazy("because “%(value)s” moved"),
    "reason": gettext_lazy("reason: %(value)s"),
    "requires": gettext_lazy("first: %(value)s"),
    "waits_for": gettext_lazy("it waited for: %(value)s"),
    "to": gettext_lazy("to: %(value)s"),
    "person": gettext_lazy("who: %(value)s"),
    "source": gettext_lazy("from: %(value)s"),
    "in_task": gettext_lazy("task: %(value)s"),
    "until": gettext_lazy("until %(value)s"),
    "frozen": gettext_lazy("texts kept as versions: %(value)s"),
}


def via_label(via: str) -> str:
    """Return which door a change came in by; nothing for lines from before that was written down."""
    return str(VIA_LABELS.get(via, ""))


def activity_facts(row: Activity, *, is_whole: bool) -> str:
    """Return what else is known of a line: from which day to which, who, why. Nothing about parts one may not see."""
    facts = []
    for name, value in shown_details(row.details, is_whole=is_whole).items():
        if isinstance(value, dict) and {"from", "to"} <= value.keys():
            if name in FIELD_LABELS:
                facts.append(
                    _("%(field)s: %(before)s → %(after)s")
                    % {
                        "field": FIELD_LABELS[name],
                        "before": _said(value["from"]),
                        "after": _said(value["to"]),
                    }
                )
        elif name in ("role", "before") and value in Role.values:
            words = _("role: %(value)s") if name == "role" else _("before: %(value)s")
            facts.append(words % {"value": Role(value).label})
        elif name == "before" and value:
            facts.append(_("before: %(value)s") % {"value": quoted(value)})
        elif name == "to" and value in NodeStatus.values:
            continue  # "finished" says it already
        elif name in FACTS and value:
            facts.append(str(FACTS[name]) % {"value": _said(value)})
    return " · ".join(facts)


def _said(value: object) -> str:
    """Return a plain value of the details as people say it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if value in (None, ""):
        return _("none")
    try:
        return formats.date_format(datetime.date.fromisoformat(str(value)), "DATE_FORMAT")
    except ValueError:
        return str(value)
