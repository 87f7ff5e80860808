"""The sentences that documents tell people; registered with community."""

from django.utils.translation import gettext_lazy as _

from community.notification_kinds import register


def register_kinds() -> None:
    """Register every kind (called once by `AppConfig.ready()`)."""
    register(
        "thread.created",
        title=_("%(author)s commented on “%(document)s” (#%(number)s)"),
        mail_text="documents/mails/thread_created.txt",
        group="events",
    )
    register(
        "comment.created",
        title=_("%(author)s replied in #%(number)s of “%(document)s”"),
        mail_text="documents/mails/comment_created.txt",
        group="answers",
    )
    register(
        "comment.mentioned",
        title=_("%(author)s mentioned you in #%(number)s of “%(document)s”"),
        mail_text="documents/mails/comment_created.txt",
        group="asked",
    )
    register(
        "thread.answered",
        title=_("Your comment #%(number)s on “%(document)s” was answered"),
        mail_text="documents/mails/thread_answered.txt",
        group="answers",
    )
