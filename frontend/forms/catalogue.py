"""Forms of the catalogue."""

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Role, TeamKind
from processes.selectors.drafting import PROPOSED


class TemplateRolesForm(forms.Form):
    """The role on a task of a template for teams of each kind."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        roles = [("", _("None")), *((role.value, Role(role).label) for role in PROPOSED)]
        for kind in TeamKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=roles, required=False
            )
