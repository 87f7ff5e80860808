"""The picture of a process."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PictureForm(forms.Form):
    """A picture and its words; where there is one already, the file may stay away."""

    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "PNG, JPEG or WebP, best wider than high. Where and with what it was taken is removed from it."
        ),
    )
    alt = forms.CharField(
        label=_("What does it show?"),
        max_length=300,
        help_text=_("Read out to people who do not see it: “Children cross a street at a light.”"),
    )

    def __init__(self, *args: object, has_picture: bool, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not has_picture
        if has_picture:
            self.fields["file"].label = _("Another picture")
