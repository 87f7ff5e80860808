"""The tables of the catalogue. Import models from here."""

from interlinkers.models.catalogue import (
    Difficulty,
    FileRole,
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    Nature,
    ProblemProfile,
    ProblemProfileTranslation,
)
from interlinkers.models.templates import (
    NodeKind,
    ProcessTemplate,
    ProcessTemplateTranslation,
    TemplateNode,
    TemplateNodeTranslation,
    TemplatePrerequisite,
)

__all__ = [
    "Difficulty",
    "FileRole",
    "Interlinker",
    "InterlinkerFile",
    "InterlinkerTranslation",
    "Nature",
    "NodeKind",
    "ProblemProfile",
    "ProblemProfileTranslation",
    "ProcessTemplate",
    "ProcessTemplateTranslation",
    "TemplateNode",
    "TemplateNodeTranslation",
    "TemplatePrerequisite",
]
