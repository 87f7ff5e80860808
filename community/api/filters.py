"""What lists of people can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from community.models import Notification, Organisation
from community.models.organisations import OrganisationKind
from community.selectors.organisations import organisations_in, organisations_search


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
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields = ["kind"]
