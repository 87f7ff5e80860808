"""The tables of processes. Import models from here."""

from processes.models.assets import Asset, AssetKind
from processes.models.people import (
    Assignment,
    Invitation,
    JoinRequest,
    JoinRequestStatus,
    ProcessRole,
    Role,
    Team,
    TeamMember,
)
from processes.models.processes import Process, ProcessStatus, Visibility
from processes.models.tree import Node, NodeKind, NodeStatus, Prerequisite

__all__ = [
    "Asset",
    "AssetKind",
    "Assignment",
    "Invitation",
    "JoinRequest",
    "JoinRequestStatus",
    "Node",
    "NodeKind",
    "NodeStatus",
    "Prerequisite",
    "Process",
    "ProcessRole",
    "ProcessStatus",
    "Role",
    "Team",
    "TeamMember",
    "Visibility",
]
