"""What lists of people can be narrowed by."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Notification, Organisation
from community.models.organisations import OrganisationKind
from community.selectors.organisations import organisations_in, organisations_search


class TruthField(forms.Field):
    """true or false. The usual field of filters takes anything else as neither, and answers as if nobody had asked."""

    values = {"true": True, "1": True, "false": False, "0": False}

    def clean(self, value):
        if value is None:
            return None
        if value.lower() not in self.values:
            raise forms.ValidationError(_("Give true or false."))
        return self.values[value.lower()]


class TruthFilter(django_filters.BooleanFilter):
    field_class = TruthField


class OrganisationFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices)
    territory = django_filters.CharFilter(
        method="in_territory", help_text=_("Official code; what lies inside is found too.")
    )
    search = django_filters.CharFilter(
        method="with_words", help_text=_("Words of the name or the description.")
    )

    class Meta:
        model = Organisation
        fields = ["kind"]

    def in_territory(self, queryset, name, value):
        return organisations_in(queryset, value)

    def with_words(self, queryset, name, value):
        return organisations_search(queryset, value)


class NotificationFilter(django_filters.FilterSet):
    unread = TruthFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields = ["kind"]
