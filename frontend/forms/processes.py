"""Forms of processes and their tree."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from processes.models import Governance, NodeKind, PrerequisiteKind, Visibility, WorkDays


class DateField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: object):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, **kwargs)


class ProcessCreateForm(forms.Form):
    """What a new process needs to begin. `template` and `organisation` are ids; the view finds them."""

    title = forms.CharField(
        label=_("What is it called?"),
        max_length=200,
        help_text=_("As you would say it to a neighbour: “Public transport plan 2027”."),
    )
    summary = forms.CharField(
        label=_("What is it about, in a sentence?"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("People see it on the start page and decide by it whether to take part."),
    )
    visibility = forms.ChoiceField(
        label=_("How open is it?"), choices=Visibility.choices, initial=Visibility.PRIVATE
    )
    language = forms.ChoiceField(label=_("Language of the texts"), choices=settings.LANGUAGES)
    organisation = forms.ChoiceField(label=_("In the name of"), required=False)
    starts_on = DateField(label=_("First day"), help_text=_("The plan is reckoned from it."))
    description = forms.CharField(
        label=_("More about it"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Why, for whom, what happens with the result. Markdown can be used."),
    )
    template = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, organisations: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        choices = [(str(row.organisation_id), row.organisation.name) for row in organisations]
        self.fields["organisation"].choices = [("", _("Nobody: as myself")), *choices]


class SeenForm(forms.Form):
    """A form that remembers what the person saw when they began (`{% seen form %}` writes it into the page)."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "revision"


class ProcessEditForm(SeenForm):
    """The texts and openness of a process."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("In a sentence"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    description = forms.CharField(
        label=_("More about it"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    language = forms.ChoiceField(label=_("Language of the texts"), choices=settings.LANGUAGES)
    visibility = forms.ChoiceField(label=_("How open is it?"), choices=Visibility.choices)
    governance = forms.ChoiceField(
        label=_("Who has the last word?"),
        choices=[("", _("Not said")), *Governance.choices],
        required=False,
        help_text=_(
            "Everybody who takes part can read it. Changing it changes no role and no right."
        ),
    )
    work_days = forms.ChoiceField(
        label=_("Which days count in the plan?"),
        choices=WorkDays.choices,
        required=False,
        help_text=_(
            "When work is moved it keeps its length in these days and does not begin or end on a day off. "
            "Changing this moves nothing by itself. In Ukraine no public holiday is a day off while martial law lasts."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_work_days(self) -> str:
        """Return the choice; a form without the field leaves it as it is."""
        return self.cleaned_data["work_days"] or self.initial.get("work_days") or WorkDays.ALL


class NodeForm(SeenForm):
    """A phase, objective or task."""

    title = forms.CharField(label=_("What is to be done?"), max_length=200)
    description = forms.CharField(
        label=_("Explanation"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Why it is done and how. Markdown can be used."),
    )
    done_when = forms.CharField(
        label=_("Done when"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("How everybody sees that it is finished."),
    )
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, kind: str, **kwargs: object):
        super().__init__(*args, **kwargs)
        if kind != NodeKind.TASK:
            del self.fields["done_when"]
        if kind == NodeKind.OBJECTIVE:
            del self.fields["starts_on"], self.fields["ends_on"]


class RenameForm(forms.Form):
    """A name, and the revision of the part that the person saw when they began to write it."""

    title = forms.CharField(max_length=200)
    revision = forms.IntegerField(required=False)


class DaysForm(forms.Form):
    """The first and the last day of a task; of a phase or an objective, which moves as a whole, the first."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))

    def __init__(self, *args: object, kind: str, **kwargs: object):
        super().__init__(*args, **kwargs)
        if kind != NodeKind.TASK:
            del self.fields["ends_on"]
        for field in self.fields.values():
            field.required = True


class PrerequisiteForm(forms.Form):
    """One thing that comes before a node. `groups` are the choices, by what they belong to."""

    requires = forms.ChoiceField(label=_("What comes before"))
    kind = forms.ChoiceField(
        label=_("How strictly"),
        choices=[
            (PrerequisiteKind.BLOCKS, _("It must be finished before this can begin")),
            (PrerequisiteKind.ADVICE, _("It is better finished, but this may begin anyway")),
        ],
        initial=PrerequisiteKind.BLOCKS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, groups: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["requires"].choices = [("", _("Choose…")), *groups]


class WaitOverrideForm(forms.Form):
    """Why something may begin although what must come first is not finished."""

    reason = forms.CharField(
        label=_("Why may it begin all the same?"),
        max_length=500,
        help_text=_("Everybody who takes part can read it; it stays in the activity log."),
    )


class PlaceForm(forms.Form):
    """Where a node goes. `places` are choices "parent:position", by parent; the parent of a phase is empty."""

    place = forms.ChoiceField(label=_("Where to"))

    def __init__(self, *args: object, places: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places
