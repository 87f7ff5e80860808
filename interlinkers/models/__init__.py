"""The tables of the catalogue. Import models from here."""

from interlinkers.models.catalogue import (
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    ProblemProfile,
    ProblemProfileTranslation,
)
from interlinkers.models.templates import (
    ProcessTemplate,
    ProcessTemplateTranslation,
    TemplateNode,
    TemplateNodeTranslation,
    TemplatePrerequisite,
)

__all__ = [
    "Interlinker",
    "InterlinkerFile",
    "InterlinkerTranslation",
    "ProblemProfile",
    "ProblemProfileTranslation",
    "ProcessTemplate",
    "ProcessTemplateTranslation",
    "TemplateNode",
    "TemplateNodeTranslation",
    "TemplatePrerequisite",
]
