"""The parts of a plan as choices of a form: what can come before one, where one can go."""

from django.utils.translation import gettext as _

from processes.models import Node, NodeKind
from processes.selectors.tree import TreeNode

Groups = list[tuple[str, list[tuple[str, str]]]]


def _families(tree: list[TreeNode], kind: str) -> list[tuple[str, TreeNode | None, list[TreeNode]]]:
    """Return (words, parent, children) for each place in which parts of a kind stand."""
    if kind == NodeKind.PHASE:
        return [(_("In the process"), None, tree)]
    if kind == NodeKind.OBJECTIVE:
        return [(phase.title, phase, phase.children) for phase in tree]
    return [
        (f"{phase.title} · {objective.title}", objective, objective.children)
        for phase in tree
        for objective in phase.children
    ]


def before_choices(tree: list[TreeNode], node: Node) -> Groups:
    """Return what can be chosen to come before a node, by what it belongs to."""
    groups = []
    for words, _parent, parts in _families(tree, node.kind):
        chosen = [(str(part.id), part.title) for part in parts if part.id != node.pk]
        if chosen:
            groups.append((words, chosen))
    return groups


def place_choices(tree: list[TreeNode], node: Node) -> Groups:
    """Return where a node can go: first in, or after each other part of, every place of its kind."""
    groups = []
    for words, parent, parts in _families(tree, node.kind):
        if parent is not None and (parent.is_disabled or not parent.may_edit):
            continue
        key = parent.id if parent else ""
        others = [part for part in parts if part.id != node.pk]
        choices = [(f"{key}:0", _("First"))]
        choices += [
            (f"{key}:{at}", _("After “%(title)s”") % {"title": part.title})
            for at, part in enumerate(others, start=1)
        ]
        groups.append((words, choices))
    return groups


def present_place(node: Node) -> str:
    """Return the choice of `place_choices` that says where a node is now."""
    return f"{node.parent_id or ''}:{node.order}"
