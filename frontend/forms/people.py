"""Forms of people in a process: invitations, roles, teams, requests to join."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Role, Team, TeamKind
from processes.people_csv import SIZE_MAX_BYTES, decode
from processes.permissions.roles import BY_LINK

LINK_ROLES = [(role.value, role.label) for role in BY_LINK]
ROLES = [(role.value, role.label) for role in Role if role != Role.NONE]


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("An account is not needed: the mail holds a link that opens the door."),
    )
    role = forms.ChoiceField(label=_("As"), choices=ROLES, initial=Role.COAUTHOR)
    message = forms.CharField(
        label=_("A few words to them"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RoleForm(forms.Form):
    """Another role for a person or team that takes part already."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES)


class TeamForm(forms.Form):
    """A team of a process: a new one, or (with `team`) one that is there."""

    name = forms.CharField(label=_("Name of the team"), max_length=120)
    kind = forms.ChoiceField(label=_("Who they are"), choices=TeamKind.choices)
    organisation = forms.ChoiceField(label=_("Their organisation"), required=False)

    def __init__(
        self, *args: object, organisations: Iterable, team: Team | None = None, **kwargs: object
    ):
        if team is not None:
            kwargs["initial"] = {
                "name": team.name,
                "kind": team.kind,
                "organisation": str(team.organisation_id or ""),
            }
            kwargs["auto_id"] = f"team-{team.pk}-%s"
        super().__init__(*args, **kwargs)
        known = [(str(pk), name) for pk, name in organisations]
        self.fields["organisation"].choices = [("", _("None, or several")), *known]


class TeamMemberForm(forms.Form):
    """Somebody who takes part and joins a team."""

    user = forms.ChoiceField(label=_("Person"))

    def __init__(self, *args: object, people: list, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [(str(user.pk), user.display_name) for user in people]


class JoinForm(forms.Form):
    """Why somebody wants to take part."""

    reason = forms.CharField(
        label=_("Why do you want to take part?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A sentence or two. Coordinators read it."),
    )


class JoinDecisionForm(forms.Form):
    """The answer to a request to join."""

    role = forms.ChoiceField(label=_("As"), choices=ROLES, initial=Role.COAUTHOR, required=False)
    team = forms.ChoiceField(label=_("Into the team"), required=False)
    answer = forms.CharField(label=_("A few words to them"), max_length=1000, required=False)

    def __init__(self, *args: object, teams: Iterable, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", _("No team")), *((str(t.pk), t.name) for t in teams)]


class LinkInvitationForm(forms.Form):
    """An invitation for whoever has the link."""

    role = forms.ChoiceField(label=_("As"), choices=LINK_ROLES, initial=Role.COMMENTER)
    label = forms.CharField(
        label=_("What is it for?"),
        max_length=120,
        required=False,
        help_text=_("For you: “poster in the library”, “mailing list of the NGOs”."),
    )
    days = forms.IntegerField(
        label=_("Works for how many days?"), min_value=1, max_value=365, initial=14
    )
    max_uses = forms.IntegerField(
        label=_("For how many people?"), min_value=1, max_value=5000, initial=50
    )
    team = forms.ChoiceField(label=_("Also into the team"), required=False)

    def __init__(self, *args: object, teams, **kwargs: object):
        super().__init__(*args, auto_id="link-%s", **kwargs)
        self.fields["team"].choices = [("", _("No team")), *((str(t.pk), t.name) for t in teams)]


class RoleGrantForm(forms.Form):
    """A role for somebody who takes part or a team, in the process or a part of it; "no access" takes away."""

    holder = forms.ChoiceField(label=_("Who"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.COAUTHOR,
        help_text=_("“No access” takes away, in that part, what is given above."),
    )
    place = forms.ChoiceField(label=_("Where"), required=False)

    def __init__(self, *args: object, people: list, teams: list, places: list, **kwargs: object):
        super().__init__(*args, auto_id="grant-%s", **kwargs)
        self.fields["holder"].choices = [
            (_("People"), [(f"user:{user.pk}", user.display_name) for user in people]),
            (_("Teams"), [(f"team:{team.pk}", team.name) for team in teams]),
        ]
        self.fields["place"].choices = [("", _("In the whole process")), *places]


class PeopleListForm(forms.Form):
    """A list of people: a file, or the text of one that was looked over already."""

    file = forms.FileField(
        label=_("The list (CSV)"),
        required=False,
        help_text=_(
            "One person a line. A first line may name the columns: e-mail, role, team, language. "
            "Addresses alone will do."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label=_("As, where the list does not say it"), choices=ROLES, initial=Role.COAUTHOR
    )

    new_teams = forms.BooleanField(
        label=_("Make the teams that are not there yet"),
        required=False,
        help_text=_("Otherwise a line with an unknown team is one to mend."),
    )

    def clean(self):
        data = super().clean()
        if not data.get("file") and not data.get("text"):
            self.add_error("file", _("Choose a file."))
        return data

    def content(self) -> bytes:
        """Return the bytes of the list."""
        upload = self.cleaned_data.get("file")
        if upload:
            # One byte more than allowed is enough to refuse it.
            return upload.read(SIZE_MAX_BYTES + 1)
        return self.cleaned_data["text"].encode()

    def words(self, language: str) -> str:
        """Return the text of the list, to come back with the next step."""
        upload = self.cleaned_data.get("file")
        if not upload:
            return self.cleaned_data["text"]
        upload.seek(0)
        return decode(upload.read(), language)
