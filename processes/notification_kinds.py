"""The sentences that processes tell people; registered with community."""

from django.utils.translation import gettext_lazy as _

from community.notification_kinds import register


def register_kinds() -> None:
    """Register every kind (called once by `AppConfig.ready()`)."""
    register("role.granted", title=_("%(actor)s gave you a role in “%(process)s”"), group="place")
    register(
        "team.member_added",
        title=_("%(actor)s added you to “%(team)s” in “%(process)s”"),
        group="place",
    )
    register(
        "task.assigned",
        title=_("%(actor)s gave you the task “%(task)s” in “%(process)s”"),
        group="asked",
    )
    register(
        "invitation.created",
        title=_("%(actor)s invites you to take part in “%(process)s”"),
        group="asked",
    )
    register(
        "invitation.accepted",
        title=_("%(actor)s accepted the invitation to “%(process)s”"),
        group="answers",
    )
    register("phase.opened", title=_("“%(phase)s” of “%(process)s” is open until %(ends_on)s"))
    register("phase.opened_without_end", title=_("“%(phase)s” of “%(process)s” is open"))
    register("phase.closed", title=_("“%(phase)s” of “%(process)s” is closed"))
    register("phase.extended", title=_("“%(phase)s” of “%(process)s” goes on until %(ends_on)s"))
    register(
        "task.due_soon", title=_("“%(task)s” in “%(process)s” is due on %(day)s"), group="asked"
    )
    register(
        "task.due_tomorrow",
        title=_("“%(task)s” in “%(process)s” is due tomorrow, %(day)s"),
        group="asked",
    )
    register(
        "task.overdue", title=_("“%(task)s” in “%(process)s” was due on %(day)s"), group="asked"
    )
    register(
        "phase.ends_soon", title=_("“%(phase)s” of “%(process)s” ends on %(day)s"), group="asked"
    )
    register(
        "join_request.created",
        title=_("%(actor)s asks to take part in “%(process)s”"),
        mail_text="processes/mails/join_request_created.txt",
        group="asked",
    )
    register(
        "join_request.accepted",
        title=_("You now take part in “%(process)s”"),
        mail_text="processes/mails/join_request_decided.txt",
        group="place",
    )
    register(
        "join_request.declined",
        title=_("Your request to take part in “%(process)s” was declined"),
        mail_text="processes/mails/join_request_decided.txt",
        group="place",
    )
