"""The tables of processes. Import models from here."""

from processes.models.assets import Asset, AssetKind
from processes.models.checklists import ChecklistItem
from processes.models.contributions import (
    Certificate,
    ContributionSettings,
    PublishedShares,
)
from processes.models.drafts import ProcessDraft
from processes.models.grants import NodeUserObjectPermission, ProcessUserObjectPermission
from processes.models.links import InvitationLink, InvitationLinkUse
from processes.models.people import (
    Assignment,
    Invitation,
    JoinRequest,
    JoinRequestStatus,
    ProcessRole,
    Role,
    Team,
    TeamKind,
    TeamMember,
)
from processes.models.phases import PhaseLevel, PhaseRule, PhaseState
from processes.models.pictures import ProcessPicture
from processes.models.processes import Governance, Process, ProcessStatus, Visibility, WorkDays
from processes.models.stories import Story, StoryReview, StoryStatus
from processes.models.tree import (
    Node,
    NodeKind,
    NodeStatus,
    Prerequisite,
    PrerequisiteKind,
    WaitOverride,
)
from processes.models.visits import ProcessVisit

__all__ = [
    "Asset",
    "AssetKind",
    "Assignment",
    "Certificate",
    "ChecklistItem",
    "ContributionSettings",
    "Governance",
    "Invitation",
    "InvitationLink",
    "InvitationLinkUse",
    "JoinRequest",
    "JoinRequestStatus",
    "Node",
    "NodeKind",
    "NodeStatus",
    "NodeUserObjectPermission",
    "PhaseLevel",
    "PhaseRule",
    "PhaseState",
    "Prerequisite",
    "PrerequisiteKind",
    "Process",
    "ProcessDraft",
    "ProcessPicture",
    "ProcessRole",
    "ProcessStatus",
    "ProcessUserObjectPermission",
    "ProcessVisit",
    "PublishedShares",
    "Role",
    "Story",
    "StoryReview",
    "StoryStatus",
    "Team",
    "TeamKind",
    "TeamMember",
    "Visibility",
    "WaitOverride",
    "WorkDays",
]
