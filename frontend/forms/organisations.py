"""Forms of organisations and their members."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models.organisations import MembershipRole, OrganisationKind


class OrganisationForm(forms.Form):
    """What an organisation says about itself."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    territory = forms.ChoiceField(
        label=_("Where it works"), required=False, help_text=_("Country, region or municipality.")
    )
    description = forms.CharField(
        label=_("What it does"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    def __init__(self, *args: object, territories, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.territories = {territory.code: territory for territory in territories}
        choices = [(code, territory.name) for code, territory in self.territories.items()]
        self.fields["territory"].choices = [("", _("Not said")), *choices]

    def clean_territory(self):
        """Return the territory itself."""
        return self.territories.get(self.cleaned_data["territory"])


class MemberForm(forms.Form):
    """Somebody to invite to an organisation."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("As"), choices=MembershipRole.choices, initial="member")
