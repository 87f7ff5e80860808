"""Forms of stories, of copies and of templates made from a process."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from frontend.forms.processes import DateField


def _long(label: object, help_text: object) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )


class StoryForm(forms.Form):
    """What others learn from a finished process."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("In a sentence"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    context = _long(
        _("How it began"),
        _("What was the problem, who asked, who was there. Markdown can be used."),
    )
    results = _long(_("What came of it"), _("What changed: a text in force, a decision, a habit."))
    lessons = _long(
        _("What you would tell the next ones"),
        _("What worked, what did not, what you would do first."),
    )
    materials = forms.MultipleChoiceField(
        label=_("Texts, files and links to show with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Everybody can read them then, also when the process is closed to visitors. "
            "Texts are shown as they are now."
        ),
    )
    links = forms.CharField(
        label=_("Other links"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: what it is, then its full address."),
    )
    language = forms.ChoiceField(label=_("Language of the story"), choices=settings.LANGUAGES)
    shares_plan = forms.BooleanField(
        label=_("Others may start a process of their own from our plan"), required=False
    )

    def __init__(self, *args: object, materials: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = [
            (str(asset.pk), f"{asset.title} ({asset.get_kind_display()})") for asset in materials
        ]
        if not materials:
            del self.fields["materials"]


class ReviewForm(forms.Form):
    """What a reader thinks."""

    rating = forms.TypedChoiceField(
        label=_("How useful was it?"),
        coerce=int,
        choices=[
            (5, _("5: very useful")),
            (4, _("4: useful")),
            (3, _("3: partly")),
            (2, _("2: little")),
            (1, _("1: not at all")),
        ],
    )
    body = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlanUseForm(forms.Form):
    """A new process with a plan that is there."""

    title = forms.CharField(label=_("What is it called?"), max_length=200)
    starts_on = DateField(
        label=_("First day"), help_text=_("The dates of the plan are moved so that it begins then.")
    )


class CopyForm(PlanUseForm):
    """A copy of a process and what comes along."""

    people = forms.BooleanField(
        label=_("People, teams and their roles"),
        required=False,
        help_text=_("They are told, and take part at once."),
    )
    texts = forms.BooleanField(
        label=_("Texts as they are now"),
        required=False,
        help_text=_("As new texts: without their history and comments."),
    )
    files = forms.BooleanField(label=_("Files, links and tools in tasks"), required=False)
    picture = forms.BooleanField(label=_("The picture"), required=False)

    def __init__(self, *args: object, may_take_all: bool, **kwargs: object):
        super().__init__(*args, **kwargs)
        if not may_take_all:
            for name in ("people", "texts", "files", "picture"):
                del self.fields[name]


class TemplateForm(forms.Form):
    """A template made out of a process."""

    name = forms.CharField(label=_("What is the template called?"), max_length=200)
    summary = forms.CharField(
        label=_("In a sentence"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    texts = forms.MultipleChoiceField(
        label=_("Texts to start from"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Their words as they are now; one a task. Without a choice only their titles come along."
        ),
    )

    def __init__(self, *args: object, documents: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["texts"].choices = [(str(asset.pk), asset.title) for asset in documents]
        if not documents:
            del self.fields["texts"]
