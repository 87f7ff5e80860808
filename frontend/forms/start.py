"""The steps of a guided start. Each field says what it is for."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cocreation.kernel import clock
from processes.models import Governance, Role, TeamKind, Visibility, WorkDays

KINDS = [
    ("policy", gettext_lazy("A policy or strategy")),
    ("law", gettext_lazy("A law or regulation")),
    ("plan", gettext_lazy("An action plan")),
    ("rules", gettext_lazy("Rules, for example of a participatory budget")),
    ("service", gettext_lazy("A service")),
    ("other", gettext_lazy("Something else")),
]
# What each way of deciding means, and the openness and role that it proposes.
GOVERNANCE = {
    Governance.ADVISED: (
        gettext_lazy("Your institution writes and decides. Others read, comment and are answered."),
        Visibility.OPEN_TO_COMMENT,
        Role.COMMENTER,
    ),
    Governance.TOGETHER: (
        gettext_lazy(
            "Institution and partners write one text and agree on it before it is decided."
        ),
        Visibility.OPEN_TO_JOIN,
        Role.COAUTHOR,
    ),
    Governance.COMMUNITY: (
        gettext_lazy(
            "Residents or organisations lead the work; the institution helps and keeps time."
        ),
        Visibility.OPEN_TO_JOIN,
        Role.FACILITATOR,
    ),
}
PEOPLE_MAX = 100
GROUPS_MAX = 10
BRACKETS = re.compile(r"<([^<>]+)>")


class WhatForm(forms.Form):
    """What is to be written."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it to become?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("By it, a plan of work is proposed that others used."),
    )
    title = forms.CharField(
        label=gettext_lazy("What is it called?"),
        max_length=200,
        help_text=gettext_lazy("As you would say it to a neighbour: “Public transport plan 2027”."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Why, in a sentence?"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "People see it on the start page and decide by it whether to take part."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the texts"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy(
            "In which the plan and the texts are written. Everybody keeps their own for buttons."
        ),
    )


class HowForm(forms.Form):
    """Who has the last word, and how open it is."""

    governance = forms.ChoiceField(
        label=gettext_lazy("Who has the last word?"),
        choices=Governance.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Everybody who takes part can read it. It proposes the openness and the roles; "
            "rights follow from those."
        ),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("How open is it?"),
        choices=[("", gettext_lazy("As fits the answer above")), *Visibility.choices],
        required=False,
        help_text=gettext_lazy("You can open it further, or close it, at any time."),
    )
    organisation = forms.ChoiceField(
        label=gettext_lazy("In the name of"),
        required=False,
        help_text=gettext_lazy("It is shown beside the title: it tells who asks."),
    )

    def __init__(self, *args: object, organisations: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        choices = [(str(row.organisation_id), row.organisation.name) for row in organisations]
        self.fields["organisation"].choices = [("", _("Nobody: as myself")), *choices]

    def clean(self):
        data = super().clean()
        if data.get("governance") and not data.get("visibility"):
            data["visibility"] = GOVERNANCE[Governance(data["governance"])][1].value
        return data


class WhenForm(forms.Form):
    """The plan and its days."""

    template = forms.ChoiceField(
        label=gettext_lazy("Which plan do you start from?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Phases, objectives and tasks are copied; you change them as you like."
        ),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("When the work begins."),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until when?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "The day of the decision. The phases are laid out between the two days."
        ),
    )

    work_days = forms.ChoiceField(
        label=gettext_lazy("Which days count in the plan?"),
        required=False,
        choices=WorkDays.choices,
        help_text=gettext_lazy(
            "Tasks do not begin or end on other days. It can be changed later; that moves nothing."
        ),
    )

    def __init__(self, *args: object, templates: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [*templates, ("", _("From scratch"))]

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if last and last < clock.today():
            self.add_error("ends_on", _("This day has passed."))
        elif first and last and last < first:
            self.add_error("ends_on", _("The end cannot be before the start."))
        elif first and not 1990 <= first.year <= 2200:
            self.add_error("starts_on", _("Choose a year between 1990 and 2200."))
        elif last and last.year > 2200:
            self.add_error("ends_on", _("Choose a year between 1990 and 2200."))
        return data


class WhomForm(forms.Form):
    """Whom to invite. All of it can wait."""

    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line, or pasted from a mail. They are invited when you begin, not before."
        ),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[(role.value, role.label) for role in Role if role != Role.NONE],
        required=False,
        help_text=gettext_lazy(
            "Co-authors write, commenters comment, facilitators help the group to work."
        ),
    )
    team = forms.CharField(
        label=gettext_lazy("Name of their team"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A team gets roles and tasks together, for example “NGO council”."),
    )
    team_kind = forms.ChoiceField(
        label=gettext_lazy("Who they are"),
        choices=TeamKind.choices,
        required=False,
        help_text=gettext_lazy("It is counted whether all kinds of people take part."),
    )

    def clean_emails(self) -> str:
        """Return the addresses, one a line, each once. Raises: ValidationError naming the first that is none."""
        # "Somebody <a@example.org>" is how mail programs write it: what is in <> counts there, and the name does not.
        lines = self.cleaned_data["emails"].replace(",", "\n").replace(";", "\n").splitlines()
        words = [word for line in lines for word in (BRACKETS.findall(line) or line.split())]
        found = list(dict.fromkeys(word.lower() for word in words))
        for email in found:
            try:
                validate_email(email)
            except ValidationError:
                raise ValidationError(
                    _("“%(email)s” is no e-mail address.") % {"email": email}
                ) from None
        if len(found) > PEOPLE_MAX:
            raise ValidationError(
                _("At most %(most)d at once. Invite the others by a list, later.")
                % {"most": PEOPLE_MAX}
            )
        return "\n".join(found)


class WhomForms:
    """The same questions for each group of people: who writes, who comments, which team. Empty groups are left out."""

    def __init__(self, data, *, groups: list[dict], role: str):
        self.is_bound = data is not None
        count = _count(data.get("groups", "")) if self.is_bound else max(1, len(groups))
        given = [*groups, *({} for _more in range(count))]
        self.forms = [
            WhomForm(data, prefix=f"g{n}" if n else None, initial={"role": role, **given[n]})
            for n in range(count)
        ]

    def is_valid(self) -> bool:
        """Tell whether every group is in order, and nobody is in two."""
        wrong = [form for form in self.forms if not form.is_valid()]
        seen: set[str] = set()
        for form in self.forms if not wrong else []:
            mine = form.cleaned_data["emails"].split()
            if twice := next((email for email in mine if email in seen), None):
                message = _("“%(email)s” is in two groups.") % {"email": twice}
                form.add_error("emails", message)
            seen |= set(mine)
        if len(seen) > PEOPLE_MAX:
            message = _("At most %(most)d at once. Invite the others by a list, later.")
            self.add_error("emails", message % {"most": PEOPLE_MAX})
        return all(not form.errors for form in self.forms)

    @property
    def cleaned_data(self) -> dict:
        """The groups that say something."""
        said = [form.cleaned_data for form in self.forms]
        return {"groups": [group for group in said if group["emails"] or group["team"]]}

    def typed(self) -> dict:
        """Return what was typed, right or wrong."""
        return {"groups": [typed(form) for form in self.forms]}

    def add_error(self, field: str | None, error: object) -> None:
        """Say it at the last group."""
        self.forms[-1].add_error(field, error)

    def non_field_errors(self) -> list:
        """Return what concerns no single field."""
        return [error for form in self.forms for error in form.non_field_errors()]


def _count(text: str) -> int:
    return min(max(int(text), 1), GROUPS_MAX) if text.isascii() and text.isdecimal() else 1


def typed(form: forms.Form) -> dict:
    """Return what was typed into a form, right or wrong, to show it again."""
    names = {name: form.add_prefix(name) for name in form.fields}
    # PostgreSQL keeps no NUL.
    return {
        name: form.data[key][:20_000].replace("\0", "")
        for name, key in names.items()
        if key in form.data
    }


class PhaseDaysForm(forms.Form):
    """The days of each phase, as they are proposed and can be changed before anything is made."""

    def __init__(self, data, *, phases: list, initial: dict):
        super().__init__(data, initial=initial)
        self.phases = phases
        for number, phase in enumerate(phases):
            for edge, label in (("first", _("First day")), ("last", _("Last day"))):
                self.fields[f"{edge}{number}"] = forms.DateField(
                    label=f"{label}: {phase.name}",
                    required=False,
                    initial=getattr(phase, edge),
                    widget=forms.DateInput(
                        attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
                    ),
                )

    def rows(self) -> list[tuple]:
        """Return each phase with its two fields."""
        return [
            (phase, self[f"first{number}"], self[f"last{number}"])
            for number, phase in enumerate(self.phases)
        ]

    def clean(self):
        data = super().clean()
        for number, phase in enumerate(self.phases):
            first = data.get(f"first{number}") or phase.first
            last = data.get(f"last{number}") or phase.last
            if last < first:
                self.add_error(f"last{number}", _("The end cannot be before the start."))
            elif first.year < 1990 or last.year > 2200:
                self.add_error(f"last{number}", _("Choose a year between 1990 and 2200."))
        return data

    def changed(self, proposed: list) -> dict[str, list[str]]:
        """Return the days that are not as proposed, by the id of the phase; what was emptied is as proposed again."""
        found = {}
        for number, phase in enumerate(proposed):
            first = self.cleaned_data.get(f"first{number}") or phase.first
            last = self.cleaned_data.get(f"last{number}") or phase.last
            if (first, last) != (phase.first, phase.last):
                found[str(phase.ident)] = [first.isoformat(), last.isoformat()]
        return found
