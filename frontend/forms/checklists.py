"""Forms of a task's checklist."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PointForm(forms.Form):
    """A point to add, or the words of one."""

    text = forms.CharField(label=_("New point"), max_length=300)
    is_needed = forms.BooleanField(
        label=_("Needed to finish the task"), required=False, initial=True
    )


class PointEditForm(PointForm):
    """The words of a point, and whether it is needed."""

    text = forms.CharField(
        label=_("Words of the point"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
