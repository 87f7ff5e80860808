"""Forms of accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignUpForm(forms.Form):
    """Asks for a name besides what allauth asks."""

    name = forms.CharField(label=_("Your name"), max_length=120)

    def signup(self, request, user):
        """Store the name (called by allauth)."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
