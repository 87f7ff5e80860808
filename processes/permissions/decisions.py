"""The questions that doors ask: about a process, a node, an asset; and the refusal as an error."""

from cocreation.kernel.decisions import ALLOWED, Decision, Denied
from cocreation.kernel.errors import Forbidden, NotFound, SignInNeeded
from processes.models import Asset, Node, Process, Role
from processes.permissions import table
from processes.permissions.access import ProcessAccess, access_for
from processes.permissions.roles import RANK

Place = Process | Node | Asset

# What whoever added a thing to a task may still do with it when their role alone would not do.
OWN_ASSET = frozenset({"asset_edit"})


def decide(user, ability: str, obj: Place) -> Decision:
    """Return Allowed, or Denied with the reason, for a process, a node or an asset.

    `user` may be AnonymousUser or None. Code "not_found" means that the person may not even know that it is there.
    Queries: 1 to 3 (none for an object that a `*_get_for` selector of this request gave).
    """
    access, node = _place(user, obj)
    decision = access.decide(ability, node)
    if not decision and isinstance(obj, Asset) and ability in OWN_ASSET:
        return _decide_own_asset(access, obj, decision)
    return decision


def abilities_for(user, obj: Place) -> dict[str, bool]:
    """Return every ability for a process, a node or an asset, for templates and serializers."""
    access, node = _place(user, obj)
    abilities = access.abilities(node)
    if isinstance(obj, Asset):
        abilities |= {ability: bool(decide(user, ability, obj)) for ability in OWN_ASSET}
    return abilities


def role_of(user, process: Process, node: Node | None = None) -> str:
    """Return the person's role at a place; "visitor" or "anonymous" without one."""
    return access_for(user, process).role_at(node)


def decide_grant(
    user, obj: Process | Node, role: str, *, taken: str | None = None, ability: str = "role_grant"
) -> Decision:
    """Return whether the person may give `role` here, and replace or take away `taken`.

    Facilitators give and take roles up to their own; coordinators and operators all. `role` may be NONE (taking
    away). `ability` is "invitation_create" or "join_request_decide" when the role is given that way.
    """
    access, node = _place(user, obj)
    if not (decision := access.decide(ability, node)):
        return decision
    mine = RANK[Role.COORDINATOR] if access.is_operator else RANK.get(access.role_at(node), 0)
    if max(RANK.get(role, 0), RANK.get(taken or "", 0)) > mine:
        return Denied(str(table.RANK_TOO_LOW), "rank")
    return ALLOWED


def require(decision: Decision) -> None:
    """Turn a refusal into the error that every door knows.

    Raises: NotFound (404) for what may not be seen, SignInNeeded (401), Forbidden (403) with the reason.
    """
    if decision:
        return
    errors = {"not_found": NotFound, "sign_in": SignInNeeded}
    raise errors.get(decision.code, Forbidden)(decision.reason, decision.code)


def _place(user, obj: Place) -> tuple[ProcessAccess, Node | None]:
    if isinstance(obj, Process):
        return access_for(user, obj), None
    node = obj.task if isinstance(obj, Asset) else obj
    return access_for(user, node.process), node


def _decide_own_asset(access: ProcessAccess, asset: Asset, refusal: Denied) -> Decision:
    is_own = access.is_known and asset.created_by_id == access.user.pk
    if refusal.code == "role" and is_own and access.decide("asset_create", asset.task):
        return ALLOWED
    return refusal
