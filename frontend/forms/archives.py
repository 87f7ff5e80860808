"""Sending in a process as a file."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ArchiveForm(forms.Form):
    """An archive that this program made."""

    file = forms.FileField(
        label=_("Archive of a process (.zip)"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=_("As it came from “Export the process”, here or on another site."),
    )
