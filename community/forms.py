"""Forms of accounts."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cocreation.kernel.errors import DomainError
from cocreation.kernel.zones import zone_choices
from community.models.access import TokenScope


def errors_to_form(form: forms.Form, error: DomainError) -> None:
    """Show what a service refused beside the fields it names, the rest above the form."""
    shown = False
    for field, messages in error.fields.items():
        if field in form.fields:
            form.add_error(field, list(messages))
            shown = True
    if not shown:
        form.add_error(None, error.message)


class SignUpForm(forms.Form):
    """Asks for a name besides what allauth asks."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Others see it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request, user):
        """Store the name and the language the page was read in (called by allauth)."""
        user.name = self.cleaned_data["name"].strip()
        language = get_language()
        user.language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])


class SignInLinkForm(forms.Form):
    """Asks where to send a one-time link."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


def _zones() -> list:
    return [("", _("As on this site (%(zone)s)") % {"zone": settings.TIME_ZONE}), *zone_choices()]


class ProfileForm(forms.Form):
    """A person's own name, language, time zone and line about themselves."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_(
            "Others see it beside what you write. Empty: the part of your address before the @."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of pages and mails"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        choices=_zones,
        help_text=_("Reminders and the e-mails of the day and the week come by this clock."),
    )
    about = forms.CharField(
        label=_("About you"),
        max_length=300,
        required=False,
        help_text=_("One or two sentences, for the people you write with."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TokenForm(forms.Form):
    """What a new access token is for and what it may do."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    scope = forms.ChoiceField(label=_("It may"), choices=TokenScope.choices)
    days = forms.TypedChoiceField(
        label=_("It works for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
        initial=90,
    )


class RemovalForm(forms.Form):
    """The address typed once more, so that nobody leaves by a slip."""

    confirmation = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
