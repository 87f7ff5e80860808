"""The paths of pages that notifications and mails point to. The pages themselves live in a higher app."""

from processes.models import Certificate, Node, Process


def process_path(process: Process) -> str:
    """Return the page of a process (named processes:detail)."""
    return f"/processes/{process.pk}/"


def task_path(task: Node) -> str:
    """Return the page of a task (named processes:task)."""
    return f"/processes/{task.process_id}/tasks/{task.pk}/"


def join_requests_path(process: Process) -> str:
    """Return the place where requests to join are answered."""
    return f"/processes/{process.pk}/#join-requests"


def link_path(secret: str) -> str:
    """Return the page of an invitation link (named processes:link)."""
    return f"/links/{secret}/"


def invitation_path(secret: str) -> str:
    """Return the page of an invitation with its one button (named processes:invitation)."""
    return f"/invitations/{secret}/"


def certificate_path(certificate: Certificate) -> str:
    """Return where anybody who has its code sees what a certificate says."""
    return f"/certificates/{code_shown(certificate)}/"


def code_shown(certificate: Certificate) -> str:
    """Return the code of a certificate as people read it: in groups of four."""
    code = certificate.code
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
