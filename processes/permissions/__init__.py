"""Who may do what in a process: one table, answered the same to REST, pages and sockets (DESIGN §4.2).

Ask `decide` (with the reason of a refusal), `abilities_for` (the whole row, for templates and serializers), `role_of`
or, for many questions about one process, `access_for`. Everything above may import this; nothing here writes.
"""

from processes.permissions.access import ProcessAccess, access_for, access_for_people
from processes.permissions.decisions import (
    abilities_for,
    decide,
    decide_grant,
    require,
    role_of,
)
from processes.permissions.roles import ANONYMOUS, VISITOR
from processes.permissions.table import ABILITIES

__all__ = [
    "ABILITIES",
    "ANONYMOUS",
    "VISITOR",
    "ProcessAccess",
    "abilities_for",
    "access_for",
    "access_for_people",
    "decide",
    "decide_grant",
    "require",
    "role_of",
]
