"""Reading process templates and their trees."""

import uuid
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from cocreation.kernel.errors import Forbidden, NotFound
from community.models import Membership
from interlinkers.models import (
    InterlinkerTranslation,
    NodeKind,
    ProcessTemplate,
    ProcessTemplateTranslation,
    TemplateNode,
)
from interlinkers.selectors.catalogue import LONG_TEXTS
from interlinkers.selectors.languages import best_translation


@dataclass
class TemplateBranch:
    """A node of a template with what is below it, in order."""

    node: TemplateNode
    children: list["TemplateBranch"] = field(default_factory=list)


def templates_list(*, shown_in: str | None = None, user=None) -> QuerySet[ProcessTemplate]:
    """Return published templates by name, with `phase_count`, `objective_count`, `task_count`. Queries: 2.

    With `user` also the unpublished ones that they or their organisation made.
    """
    counts = {
        f"{kind}_count": Count("nodes", filter=Q(nodes__kind=kind), distinct=True)
        for kind in NodeKind.values
    }
    return (
        ProcessTemplate.objects.filter(_open_to(user))
        .annotate(**counts)
        .order_by(best_translation(ProcessTemplateTranslation, "template", "name", shown_in), "id")
        .prefetch_related("translations")
    )


def _open_to(user) -> Q:
    if user is None or not user.is_authenticated:
        return Q(is_published=True)
    if user.is_superuser:
        return Q()
    mine = Membership.objects.filter(user=user).values("organisation_id")
    return Q(is_published=True) | Q(created_by=user) | Q(organisation__in=mine)


def template_get(template_id: uuid.UUID, *, user=None) -> ProcessTemplate:
    """Return a published template, or one of the person's own, with its texts and counts. Raises: NotFound."""
    row = templates_list(user=user).filter(pk=template_id).first()
    if row is None:
        raise NotFound(_("There is no such process template."))
    return row


def own_template_node_get_for(user, node_id: uuid.UUID) -> TemplateNode:
    """Return a task that gives birth to a document, of a template whose maker the person is and that is still a draft.

    Raises: NotFound for what they do not see, Forbidden. Queries: 2 or 3.
    """
    nodes = TemplateNode.objects.select_related("template").prefetch_related("translations")
    node = nodes.filter(pk=node_id, kind=NodeKind.TASK).first()
    if node is None or not ProcessTemplate.objects.filter(_open_to(user), pk=node.template_id):
        raise NotFound(_("There is no such process template."))
    if not may_edit_template(user, node.template):
        raise Forbidden(
            _("Only whoever made a template can change it, and only until it is published."), "role"
        )
    if not node.document:
        raise NotFound(_("This task gives birth to no text."))
    return node


def may_edit_template(user, template: ProcessTemplate) -> bool:
    """Tell whether a person made this template out of a process of theirs, and nobody has published it yet."""
    return bool(
        user
        and user.is_authenticated
        and template.created_by_id == user.pk
        and not template.is_published
    )


def template_tree(template: ProcessTemplate) -> list[TemplateBranch]:
    """Return the phases of a template with everything below them. Queries: 7, however large."""
    texts = InterlinkerTranslation.objects.defer(*LONG_TEXTS)
    nodes = template.nodes.order_by("order", "pk").prefetch_related(
        "translations",
        "problem_profiles__translations",
        "interlinkers",
        Prefetch("interlinkers__translations", queryset=texts),
        "prerequisites",
    )
    branches = {node.pk: TemplateBranch(node) for node in nodes}
    roots = []
    for branch in branches.values():
        parent = branches.get(branch.node.parent_id)
        (parent.children if parent else roots).append(branch)
    return roots
