"""Forms of points: whether a process gives some, and how much work a task is."""

from django import forms
from django.utils.translation import gettext_lazy as _

COMPLEXITIES = [
    ("", _("no points")),
    ("1", _("1 – very little work")),
    ("2", _("2 – little work")),
    ("3", _("3 – some work")),
    ("4", _("4 – much work")),
    ("5", _("5 – very much work")),
]


class PointsForm(forms.Form):
    """Turning points on, saying what they are for, or off."""

    has_points = forms.BooleanField(
        label=_("Give points for finished tasks"),
        required=False,
        help_text=_(
            "Everybody who was given a task gets its points when it is finished. All who take part see the list."
        ),
    )
    points_reason = forms.CharField(
        label=_("What the points are for"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Needed to turn them on: for example what is done with them in the end. It stands above the list."
        ),
    )


class ComplexityForm(forms.Form):
    """How much work a task is."""

    complexity = forms.TypedChoiceField(
        label=_("How much work is it?"),
        choices=COMPLEXITIES,
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("When it is finished, everybody who had it gets this many points."),
    )
