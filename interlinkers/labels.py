"""What the codes of the catalogue are called. Codes not listed (other catalogues have theirs) show as plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FORMS = {
    "best_practices": gettext_lazy("Good practice"),
    "canvas": gettext_lazy("Canvas"),
    "checklist": gettext_lazy("Checklist"),
    "document_template": gettext_lazy("Document template"),
    "guidelines": gettext_lazy("Guidelines"),
    "legal_agreement_template": gettext_lazy("Agreement template"),
    "software": gettext_lazy("Software"),
    "survey": gettext_lazy("Survey"),
    "survey_template": gettext_lazy("Survey template"),
    "visual_template": gettext_lazy("Visual template"),
    "other": gettext_lazy("Other"),
}
LICENCES = {
    "public_domain": gettext_lazy("Public domain"),
    "permissive": gettext_lazy("Permissive licence"),
    "copyleft": gettext_lazy("Share-alike licence"),
    "non_commercial": gettext_lazy("Not for commercial use"),
    "proprietary": gettext_lazy("Proprietary"),
    "cc0-1.0": "CC0 1.0",
    "cc-by-4.0": "CC BY 4.0",
    "cc-by-sa-4.0": "CC BY-SA 4.0",
}


def form_label(code: str) -> str:
    """Return the name of a form in the active language."""
    return str(FORMS.get(code) or plain_words(code))


def licence_label(code: str) -> str:
    """Return the name of a licence in the active language."""
    return str(LICENCES.get(code) or plain_words(code) or _("Not stated"))


def plain_words(code: str) -> str:
    """Return a code as words: `structured_format` as “Structured format”."""
    return code.replace("_", " ").replace(";", " – ").strip().capitalize()
