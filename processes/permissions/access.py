"""What one person may do in one process, answered in memory after at most three queries."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from cocreation.kernel.decisions import ALLOWED, Decision, Denied
from processes.models import Assignment, Node, Process, ProcessRole, ProcessStatus, Role
from processes.permissions import table
from processes.permissions.phases import BOUNDED, Rule, load_rules
from processes.permissions.roles import ANONYMOUS, VISITOR, RoleRow, level_roles, role_on_path


@dataclass(frozen=True)
class TreeRow:
    """What rights need to know of a node."""

    parent_id: uuid.UUID | None
    is_disabled: bool
    disabled_by_id: uuid.UUID | None


class ProcessAccess:
    """One person's rights in one process, as they were when this was made (`epoch`).

    Queries: the role rows (1, at once); the tree's parents (1, only when asked about a node by id that no loaded
    ancestor explains); the tasks given to the person (1, only when their status is asked about). A process with
    2,000 tasks costs the same as one with three.
    """

    def __init__(self, user, process: Process, rows: list[RoleRow] | None = None):
        self.user = user
        self.process = process
        self.epoch = process.access_epoch
        self.is_known = bool(user and user.is_authenticated and user.is_active)
        self.is_operator = bool(self.is_known and user.is_superuser)
        if rows is None:
            rows = _role_rows(user, process) if self.is_known else []
        self.rows = rows
        self._levels = level_roles(rows)
        self._tree: dict[uuid.UUID, TreeRow] | None = None

    # --- loading ---

    def use_tree(self, nodes: Iterable[Node]) -> None:
        """Take the tree from nodes that were loaded anyway, saving a query."""
        self._tree = {
            node.pk: TreeRow(node.parent_id, node.disabled_at is not None, node.disabled_by_id)
            for node in nodes
        }

    @property
    def tree(self) -> dict[uuid.UUID, TreeRow]:
        """Return the parents and states of all nodes of the process."""
        if self._tree is None:
            values = Node.objects.filter(process=self.process).order_by()
            self._tree = {
                pk: TreeRow(parent_id, disabled_at is not None, disabled_by_id)
                for pk, parent_id, disabled_at, disabled_by_id in values.values_list(
                    "pk", "parent_id", "disabled_at", "disabled_by_id"
                )
            }
        return self._tree

    @cached_property
    def rules(self) -> dict[uuid.UUID, Rule]:
        """Return the rules of phases, by the phase's id."""
        return load_rules(self.process)

    @cached_property
    def assigned_node_ids(self) -> frozenset[uuid.UUID]:
        """Return the tasks of this process given to the person or a team of theirs."""
        if not self.is_known:
            return frozenset()
        mine = Q(user=self.user) | Q(team__members__user=self.user)
        return frozenset(
            Assignment.objects.filter(mine, node__process=self.process).values_list(
                "node_id", flat=True
            )
        )

    @cached_property
    def _branches(self) -> frozenset[uuid.UUID]:
        """Nodes with a role for this person, and all nodes above them: the way there must be seen."""
        granted = {row.node_id: row.path for row in self.rows if row.node_id}
        return frozenset(
            above
            for path in granted.values()
            if role_on_path(self._levels, path) != Role.NONE
            for above in path
        )

    # --- places ---

    def path(self, node: Node | uuid.UUID | None) -> list[tuple[uuid.UUID, TreeRow]]:
        """Return the node and its ancestors, deepest first; empty for the process itself."""
        result: list[tuple[uuid.UUID, TreeRow]] = []
        if isinstance(node, Node) and (self._tree is None or node.pk not in self._tree):
            step: Node | None = node
            while step is not None:
                row = TreeRow(step.parent_id, step.disabled_at is not None, step.disabled_by_id)
                result.append((step.pk, row))
                step = step.parent
            return result
        node_id = node.pk if isinstance(node, Node) else node
        while node_id is not None:
            row = self.tree.get(node_id)
            if row is None:
                raise LookupError(f"node {node_id} is not in process {self.process.pk}")
            result.append((node_id, row))
            node_id = row.parent_id
        return result

    def role_at(self, node: Node | uuid.UUID | None = None) -> str:
        """Return the role at a node (None: at the process); "visitor" or "anonymous" when none is given."""
        return self._role([node_id for node_id, _row in self.path(node)])

    def _role(self, ids: Sequence[uuid.UUID]) -> str:
        return role_on_path(self._levels, ids) or (VISITOR if self.is_known else ANONYMOUS)

    # --- answers ---

    def decide(
        self,
        ability: str,
        node: Node | uuid.UUID | None = None,
        *,
        object_id: uuid.UUID | None = None,
    ) -> Decision:
        """Return whether the person may, with the reason when not. `object_id`: of which thing there (a document).

        The order of the questions is the order of what helps to know: is it there for you at all (code
        "not_found", answered as 404); is the place open to changes ("process_finished", "node_disabled"); may you
        ("sign_in", "role", "has_role"); does the phase let it through ("phase_closed", "phase_not_open",
        "phase_rule").
        """
        if ability not in table.REASONS:
            raise ValueError(f"no such ability: {ability!r}")
        path = self.path(node)
        if not self._can_see(path):
            return Denied(str(table.NOT_FOUND), "not_found")
        if ability == "process_read":
            return ALLOWED
        if ability in table.PROCESS_WIDE:
            path = []
        closed = self._decide_state(ability, path)
        decision = closed if closed is not None else self._decide_role(ability, path)
        # Nobody is asked to sign in for what the phase refuses then.
        is_open = decision or decision.code == "sign_in"
        if is_open and path and ability in BOUNDED and (rule := self.rules.get(path[-1][0])):
            refusal = rule.refusal(ability, self.role_at_ids(path), object_id)
            return decision if refusal is None else refusal
        return decision

    def abilities(self, node: Node | uuid.UUID | None = None) -> dict[str, bool]:
        """Return every ability at a place."""
        return {ability: bool(self.decide(ability, node)) for ability in table.ABILITIES}

    def can_see(self, node: Node | uuid.UUID | None = None) -> bool:
        """Return whether the place is there for this person at all."""
        return self._can_see(self.path(node))

    def _can_see(self, path: Sequence[tuple[uuid.UUID, TreeRow]]) -> bool:
        """Readable by role or openness, or on the way to a branch where the person has a role."""
        if self.is_operator or "process_read" in self._given([node_id for node_id, _ in path]):
            return True
        return path[0][0] in self._branches if path else bool(self._branches)

    def _given(self, ids: Sequence[uuid.UUID]) -> frozenset[str]:
        """Return the abilities that the role and the openness give at a place, whatever its state."""
        role = self._role(ids)
        if role == Role.NONE:
            given = frozenset()
        else:
            given = table.BY_VISIBILITY[self.process.visibility]
            if role == ANONYMOUS:
                given = given & table.READ
            elif role != VISITOR:
                given = (given - {"join_request_create"}) | table.BY_ROLE[role]
        return given | table.OPERATOR if self.is_operator else given

    def _decide_state(
        self, ability: str, path: Sequence[tuple[uuid.UUID, TreeRow]]
    ) -> Denied | None:
        """Return the refusal of a place that is closed to changes, else None."""
        if ability in table.UNTOUCHED_BY_STATE:
            return None
        if self.process.status == ProcessStatus.FINISHED:
            return Denied(str(table.FINISHED), "process_finished")
        if any(row.is_disabled for _, row in path) and not self._may_restore(ability, path):
            return Denied(str(table.DISABLED), "node_disabled")
        return None

    def _may_restore(self, ability: str, path: Sequence[tuple[uuid.UUID, TreeRow]]) -> bool:
        """Restoring is for coordinators, and for whoever switched it off (so that undo works)."""
        row = path[0][1]
        if ability != "node_disable" or not row.is_disabled:
            return False
        is_coordinator = self.role_at_ids(path) == Role.COORDINATOR
        return self.is_operator or is_coordinator or row.disabled_by_id == self.user.pk

    def role_at_ids(self, path: Sequence[tuple[uuid.UUID, TreeRow]]) -> str:
        """Return the role at a path that was looked up already."""
        return self._role([node_id for node_id, _ in path])

    def _decide_role(self, ability: str, path: Sequence[tuple[uuid.UUID, TreeRow]]) -> Decision:
        if ability in self._given([node_id for node_id, _ in path]):
            return ALLOWED
        if ability == "task_status_set" and self._does_task(path):
            return ALLOWED
        if ability == "join_request_create" and self.role_at_ids(path) in table.BY_ROLE:
            return Denied(str(table.HAS_ROLE), "has_role")
        if not self.is_known and ability in table.BY_VISIBILITY[self.process.visibility]:
            return Denied(str(table.SIGN_IN), "sign_in")
        code = "not_found" if ability in table.READ else "role"
        return Denied(str(table.REASONS[ability]), code)

    def _does_task(self, path: Sequence[tuple[uuid.UUID, TreeRow]]) -> bool:
        """A co-author sets the status of the tasks given to them."""
        is_coauthor = self.role_at_ids(path) == Role.COAUTHOR
        return bool(path) and is_coauthor and path[0][0] in self.assigned_node_ids


def access_for(user, process: Process) -> ProcessAccess:
    """Return the person's access to a process, reusing what a selector loaded for them with this very object.

    Reused only for the same person and while the process's epoch (as this object knows it) is the same; services
    that change rights raise it on the object they hold.
    """
    known: ProcessAccess | None = getattr(process, "_access", None)
    user_id = getattr(user, "pk", None)
    if known and getattr(known.user, "pk", None) == user_id and known.epoch == process.access_epoch:
        return known
    return ProcessAccess(user, process)


def access_remember(access: ProcessAccess) -> None:
    """Keep an access on its process object for the rest of the request (selectors only)."""
    access.process._access = access  # noqa: SLF001 - the one place that keeps it


def access_preload(user, processes: Iterable[Process]) -> None:
    """Keep a person's access on each of many processes, so that a list with abilities costs one query more."""
    processes = list(processes)
    is_known = bool(user and user.is_authenticated and user.is_active)
    rows = _role_rows_of(user, processes) if is_known else {}
    for process in processes:
        access_remember(ProcessAccess(user, process, rows.get(process.pk, [])))


def access_for_people(users: Iterable, process: Process) -> dict[uuid.UUID | None, ProcessAccess]:
    """Return the access of many people (or AnonymousUser) to one process, by their id. 2 queries, 3 with the tree.

    All role rows of the process are read, so that the number of people asked about does not matter.
    """
    rows: dict[uuid.UUID, list[RoleRow]] = {}
    of_process = ProcessRole.objects.filter(process=process)
    for person in ("user_id", "team__members__user_id"):
        for user_id, role, *path in of_process.filter(**{f"{person}__isnull": False}).values_list(
            person, "role", "node_id", "node__parent_id", "node__parent__parent_id"
        ):
            row = RoleRow(tuple(step for step in path if step), role, person == "user_id")
            rows.setdefault(user_id, []).append(row)
    accesses = {
        user.pk: ProcessAccess(user, process, rows.get(user.pk, []) if user.is_active else [])
        for user in users
    }
    if accesses:
        first = next(iter(accesses.values()))
        for access in accesses.values():
            # One tree and one set of rules for all of them.
            access._tree = first.tree  # noqa: SLF001
            access.rules = first.rules
    return accesses


def _role_rows(user, process: Process) -> list[RoleRow]:
    return _role_rows_of(user, [process]).get(process.pk, [])


def _role_rows_of(user, processes: list[Process]) -> dict[uuid.UUID, list[RoleRow]]:
    mine = Q(user=user) | Q(team__members__user=user)
    values = ProcessRole.objects.filter(mine, process__in=processes).values_list(
        "process_id", "role", "user_id", "node_id", "node__parent_id", "node__parent__parent_id"
    )
    rows: dict[uuid.UUID, list[RoleRow]] = {}
    for process_id, role, user_id, *path in values:
        row = RoleRow(tuple(step for step in path if step), role, user_id == user.pk)
        rows.setdefault(process_id, []).append(row)
    return rows
