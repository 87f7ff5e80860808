"""Forms of the rules of phases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cocreation.kernel import clock
from frontend.forms.processes import DateField
from processes.models import PhaseLevel
from processes.models.phases import PASSERS_BY


class PhaseRulesForm(forms.Form):
    """How much each may do in a phase, and in which of its texts."""

    leaders = forms.ChoiceField(
        label=_("Coordinators and facilitators"),
        choices=PhaseLevel.choices,
        widget=forms.RadioSelect,
    )
    coauthors = forms.ChoiceField(
        label=_("Co-authors"), choices=PhaseLevel.choices, widget=forms.RadioSelect
    )
    commenters = forms.ChoiceField(
        label=_("Commenters"), choices=PASSERS_BY, widget=forms.RadioSelect
    )
    visitors = forms.ChoiceField(
        label=_("Everybody else"),
        choices=PASSERS_BY,
        widget=forms.RadioSelect,
        help_text=_("As far as the openness of the process lets them."),
    )
    only = forms.MultipleChoiceField(
        label=_("Only these texts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all texts of the phase. The others can only be read."),
    )

    def __init__(self, *args: object, texts: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        if len(texts) > 1:
            self.fields["only"].choices = [(str(asset.pk), asset.title) for asset in texts]
        else:
            del self.fields["only"]


class PhaseOpenForm(forms.Form):
    """Until when a phase is open, and which texts of earlier phases go on in it."""

    ends_on = DateField(
        label=_("Last day"), help_text=_("It is not closed by itself: you close it.")
    )
    task = forms.ChoiceField(
        label=_("Go on with these texts in"),
        required=False,
        help_text=_("They move to this task with their comments, versions and history."),
    )
    texts = forms.MultipleChoiceField(
        label=_("Texts that go on in this phase"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, texts: list, tasks: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        if texts and tasks:
            self.fields["texts"].choices = [
                (str(asset.pk), f"{asset.title} ({asset.task.parent.parent.title})")
                for asset in texts
            ]
            self.fields["task"].choices = [(str(task.pk), task.title) for task in tasks]
        else:
            del self.fields["texts"], self.fields["task"]


class PhaseExtendForm(forms.Form):
    """The new last day of a phase."""

    ends_on = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].widget.attrs["min"] = clock.today().isoformat()
