"""Reading the catalogue. Everything callers need can be imported from here; nothing in this package writes."""

from interlinkers.selectors.catalogue import (
    CatalogueChoices,
    catalogue_choices,
    interlinker_document_file,
    interlinker_file_get,
    interlinker_file_path,
    interlinker_get,
    interlinkers_list,
    profile_get,
    profiles_list,
)
from interlinkers.selectors.recommending import Recommendation, recommendations, related
from interlinkers.selectors.templates import (
    TemplateBranch,
    may_edit_template,
    own_template_node_get_for,
    template_get,
    template_tree,
    templates_list,
)

__all__ = [
    "CatalogueChoices",
    "Recommendation",
    "TemplateBranch",
    "catalogue_choices",
    "interlinker_document_file",
    "interlinker_file_get",
    "interlinker_file_path",
    "interlinker_get",
    "interlinkers_list",
    "may_edit_template",
    "own_template_node_get_for",
    "profile_get",
    "profiles_list",
    "recommendations",
    "related",
    "template_get",
    "template_tree",
    "templates_list",
]
