"""Every service that changes something writes a line of the activity log, or says here why not."""

import ast
from collections import defaultdict

from tests.architecture.test_imports import ROOT, modules

APPS = ("community", "interlinkers", "processes", "documents")
OWN = "of the person alone; nobody else sees anything change"
MAIL = "mails and notifications are rows of their own, with who and when"
LOG = "the log of updates of a text holds who wrote what and when, key by key"
BEGINS = "asks for work in the background, which writes the line when it is done"
EXCEPTIONS: dict[str, str] = {
    "community/services/background.py:work_cancel": OWN,
    "community/services/background.py:work_remove": OWN,
    "community/services/background.py:work_start": BEGINS,
    "community/services/background.py:works_forget": OWN,
    "community/services/links.py:sign_in_link_create": OWN,
    "community/services/mail.py:mail_retry": MAIL,
    "community/services/mail.py:mail_sweep": MAIL,
    "community/services/maintenance.py:heartbeat_record": "a sign of life every 15 seconds",
    "community/services/notification_settings.py:preferences_set": OWN,
    "community/services/notification_settings.py:process_pace_set": OWN,
    "community/services/notification_settings.py:process_paces_forget": OWN,
    "community/services/notification_settings.py:unsubscribe": OWN,
    "community/services/notifications.py:notification_read": OWN,
    "community/services/notifications.py:notifications_read": OWN,
    "community/services/notifications.py:notifications_read_all": OWN,
    "community/services/notifications.py:notify": MAIL,
    "community/services/people.py:user_create": "for the demo, operators' commands and tests",
    "documents/services/drafts.py:draft_create": "nothing is published until its author proves an address",
    "documents/services/edits.py:words_replace": LOG,
    "documents/services/images.py:image_add": LOG,
    "documents/services/leaving.py:person_forget": "user.removed is its line",
    "documents/services/tickets.py:ticket_create": OWN,
    "documents/services/updates.py:server_update_append": LOG,
    "documents/services/versions.py:version_create": "a version has its own author and moment, and is never changed",
    "processes/services/archives.py:check_request": BEGINS,
    "processes/services/archives.py:import_request": BEGINS,
    "processes/services/copying.py:copy_request": BEGINS,
    "processes/services/contributions.py:certificate_create": OWN,
    "processes/services/contributions.py:certificate_withdraw": OWN,
    "processes/services/deadlines.py:process_remind": MAIL,
    "processes/services/drafts.py:draft_save": OWN,
    "processes/services/visits.py:visit_record": OWN,
    "processes/services/visits.py:visit_seen": OWN,
    "processes/services/stories.py:review_remove": OWN,
    "processes/services/stories.py:review_set": "a review has its own author and moment",
    "processes/services/stories.py:story_reused": "process.copied is its line",
}


def services():
    """Yield (module, function) of all functions of services."""
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[0] in APPS and name.split("/")[1] == "services":
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef):
                    yield name, node


def called(node: ast.AST) -> set[str]:
    """Return the bare names of all that a function calls or hands on."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
    return found


def is_writer(node: ast.FunctionDef) -> bool:
    """Tell whether a function is public and changes something: services say so with `@transaction.atomic`."""
    marks = {ast.unparse(mark) for mark in node.decorator_list}
    return not node.name.startswith("_") and "transaction.atomic" in marks


def silent() -> set[str]:
    calls: dict[str, set[str]] = defaultdict(set)
    writers = {}
    for module, node in services():
        calls[node.name] |= called(node)
        if is_writer(node):
            writers[node.name] = module
    telling = {"activity_record"}
    while more := {name for name, used in calls.items() if used & telling} - telling:
        telling |= more
    return {f"{module}:{name}" for name, module in writers.items() if name not in telling}


def test_every_change_is_a_line():
    assert silent() - EXCEPTIONS.keys() == set()


def test_no_exception_is_out_of_date():
    assert EXCEPTIONS.keys() - silent() == set()
