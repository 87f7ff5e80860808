"""The filter of the activity log."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import User
from frontend.forms.processes import DateField
from processes.selectors.activity import ActivityFilter

KIND_LABELS = [
    ("", _("Everything")),
    ("plan", _("The plan")),
    ("texts", _("Texts and files")),
    ("comments", _("Comments and answers")),
    ("people", _("People and roles")),
    ("process", _("The process itself")),
]


class ActivityFilterForm(forms.Form):
    """Who, what kind of thing, where in the plan, which words, which days. `document` comes from a text's own menu."""

    search = forms.CharField(
        label=_("Words"), required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )
    person = forms.ChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False, choices=KIND_LABELS)
    node = forms.ChoiceField(label=_("Where in the plan"), required=False)
    since = DateField(label=_("From"))
    until = DateField(label=_("Until"))
    document = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, people: list[User], places: list[tuple[str, str]]):
        super().__init__(data)
        anybody = [("", _("Anybody"))]
        self.fields["person"].choices = anybody + [
            (str(row.pk), row.display_name) for row in people
        ]
        self.fields["node"].choices = [("", _("Everywhere")), *places]
        for field in self.fields.values():
            css = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = css

    def wanted(self) -> ActivityFilter:
        """Return what was asked for, as far as it can be understood."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        said |= {name: uuid.UUID(said[name]) for name in ("person", "node") if name in said}
        return ActivityFilter(**said)
