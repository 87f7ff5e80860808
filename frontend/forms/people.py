"""Forms of people in a process: invitations, roles, teams, requests to join."""

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Role, TeamKind

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
    """A team of a process."""

    name = forms.CharField(label=_("Name of the team"), max_length=120)
    kind = forms.ChoiceField(label=_("Who they are"), choices=TeamKind.choices)


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
    answer = forms.CharField(label=_("A few words to them"), max_length=1000, required=False)
