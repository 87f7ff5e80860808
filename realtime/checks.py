"""System checks: nothing can be asked of a socket that has no rule."""

import re

from django.core.checks import Error, register

from cocreation.kernel.events import TOPIC
from processes.permissions.table import ABILITIES
from realtime.events import COMMAND_RULES, COMMANDS
from realtime.topics import RULES


@register()
def commands_have_rules(**kwargs: object) -> list[Error]:
    """Every command of the events socket has a rule."""
    return [
        Error(f"the command {name} of the events socket has no rule", id="realtime.E001")
        for name in sorted(COMMANDS.keys() ^ COMMAND_RULES.keys())
    ]


@register()
def topics_have_rules(**kwargs: object) -> list[Error]:
    """Every kind of topic that the kernel knows needs an ability that the table of rights knows."""
    kinds = set(re.search(r"\(([a-z|]+)\)", TOPIC.pattern).group(1).split("|"))
    problems = [
        Error(f"the topic {kind} has no rule", id="realtime.E002")
        for kind in sorted(kinds ^ RULES.keys())
    ]
    unknown = {name for name in RULES.values() if name != "self"} - set(ABILITIES)
    return problems + [
        Error(f"{name} is no ability", id="realtime.E003") for name in sorted(unknown)
    ]
