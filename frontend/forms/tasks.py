"""Forms of a task: what it holds and who does it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DocumentStartForm(forms.Form):
    """A document that starts empty or from an interlinker's text."""

    title = forms.CharField(label=_("Title of the text"), max_length=200, required=False)
    interlinker = forms.UUIDField(required=False, widget=forms.HiddenInput)
    from_template = forms.BooleanField(required=False, widget=forms.HiddenInput)


class DocumentImportForm(forms.Form):
    """A document that starts from a Word file."""

    title = forms.CharField(
        label=_("Title of the text"),
        max_length=200,
        required=False,
        help_text=_("Leave it empty to take the title from the file."),
    )
    file = forms.FileField(
        label=_("Word file (.docx)"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
        ),
        help_text=_(
            "Headings, lists, tables, pictures and links are kept. You see at once what could not be."
        ),
    )


class FileForm(forms.Form):
    """A file to keep with the task."""

    upload = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)


class LinkForm(forms.Form):
    """An address to keep with the task."""

    url = forms.CharField(
        label=_("Address"),
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    title = forms.CharField(label=_("Title"), max_length=200, required=False)


class InterlinkerForm(forms.Form):
    """An interlinker of the catalogue to use in the task."""

    interlinker = forms.UUIDField(widget=forms.HiddenInput)


class UseForm(forms.Form):
    """The task to use an interlinker in."""

    task = forms.ChoiceField(label=_("Which task?"))

    def __init__(self, *args: object, tasks: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = tasks


class AssignForm(forms.Form):
    """Whom to give the task to: "user:<id>" or "team:<id>"."""

    holder = forms.ChoiceField(label=_("Give it to"))

    def __init__(self, *args: object, people: list, teams: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        choices: list = [("", _("Choose…"))]
        if teams:
            choices.append((_("Teams"), [(f"team:{team.pk}", team.name) for team in teams]))
        if people:
            named = [(f"user:{user.pk}", user.display_name) for user in people]
            choices.append((_("People"), named))
        self.fields["holder"].choices = choices
