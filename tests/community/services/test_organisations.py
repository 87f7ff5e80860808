import pytest
from django.contrib.auth.models import AnonymousUser

from cocreation.kernel.errors import Conflict, Forbidden, Invalid, SignInNeeded
from community.models import Activity, Membership, Notification, Organisation
from community.models.organisations import MembershipRole, OrganisationKind
from community.services import organisations
from tests.factories import community as make

ADMINISTRATOR = MembershipRole.ADMINISTRATOR


def create(actor, **fields):
    fields = {"name": "River Keepers", "kind": OrganisationKind.NGO} | fields
    return organisations.organisation_create(actor=actor, **fields)


@pytest.mark.django_db
def test_who_makes_an_organisation_looks_after_it():
    user = make.user()
    made = create(user, description=" Clean water ", territory=make.territory())
    assert made.slug == "river-keepers"
    assert made.description == "Clean water"
    assert Membership.objects.get(organisation=made, user=user).role == ADMINISTRATOR
    assert Activity.objects.get(target_id=made.pk).verb == "organisation.created"


@pytest.mark.django_db
def test_organisation_create_denied_to_visitors():
    with pytest.raises(SignInNeeded):
        create(AnonymousUser())
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_nobody_may_just_claim_to_be_a_ministry():
    with pytest.raises(Forbidden) as refused:
        create(make.user(), kind=OrganisationKind.PUBLIC_ADMINISTRATION)
    assert refused.value.code == "public_administration"
    assert "operator" in refused.value.message


@pytest.mark.django_db
def test_an_operator_and_who_looks_after_a_public_administration_may_add_one():
    operator = make.operator()
    ministry = create(operator, kind=OrganisationKind.PUBLIC_ADMINISTRATION)
    assert not ministry.memberships.exists(), "the operator does not belong to it"
    keeper = make.administrator(ministry)
    assert create(keeper, name="Agency", kind=OrganisationKind.PUBLIC_ADMINISTRATION)
    member = make.user()
    make.membership(ministry, member)
    with pytest.raises(Forbidden):
        create(member, name="Another", kind=OrganisationKind.PUBLIC_ADMINISTRATION)


@pytest.mark.django_db
def test_an_ngo_does_not_become_a_ministry_by_a_later_change():
    ngo = make.organisation()
    keeper = make.administrator(ngo)
    with pytest.raises(Forbidden):
        organisations.organisation_update(
            actor=keeper, organisation=ngo, kind=OrganisationKind.PUBLIC_ADMINISTRATION
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Rīgas ūdens biedrība", "rigas-udens-biedriba"),
        ("Київська громада «Щастя»", "kyivska-hromada-shchastia"),
        ("水", "organisation"),
        ("New", "new-"),
    ],
)
def test_slugs_can_be_read_aloud(name, slug):
    assert create(make.user(), name=name).slug.startswith(slug)


@pytest.mark.django_db
def test_two_of_one_name_have_two_addresses():
    user = make.user()
    assert create(user).slug != create(user).slug


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 201}, {"kind": "gang"}, {"website": "javascript:1"}]
)
def test_organisation_create_denied_with_wrong_values(wrong):
    with pytest.raises(Invalid) as refused:
        create(make.user(), **wrong)
    assert set(refused.value.fields) == set(wrong)
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_an_administrator_changes_the_organisation():
    organisation = make.organisation()
    keeper = make.administrator(organisation)
    changed = organisations.organisation_update(
        actor=keeper, organisation=organisation, name="Another name"
    )
    assert (changed.name, changed.slug) == ("Another name", organisation.slug)
    assert Activity.objects.get().details == {"fields": ["name"]}
    organisations.organisation_update(actor=keeper, organisation=organisation, name="Another name")
    assert Activity.objects.count() == 1, "nothing changed"


@pytest.mark.django_db
def test_organisation_update_denied_to_members_and_others():
    organisation = make.organisation()
    member = make.user()
    make.membership(organisation, member)
    for actor in (member, make.user()):
        with pytest.raises(Forbidden) as refused:
            organisations.organisation_update(actor=actor, organisation=organisation, name="Mine")
        assert "administrators" in refused.value.message
    organisation.refresh_from_db()
    assert organisation.name != "Mine"


@pytest.mark.django_db
def test_a_member_is_added_and_told():
    organisation = make.organisation("River Keepers")
    keeper, person = make.administrator(organisation), make.user()
    added = organisations.member_add(actor=keeper, organisation=organisation, user=person)
    assert added.role == MembershipRole.MEMBER
    told = Notification.objects.get(user=person)
    assert told.data["organisation"] == "River Keepers"
    assert told.url == f"/organisations/{organisation.slug}/"


@pytest.mark.django_db
def test_member_add_denied():
    organisation = make.organisation()
    keeper, member, person = make.administrator(organisation), make.user(), make.user()
    make.membership(organisation, member)
    with pytest.raises(Forbidden):
        organisations.member_add(actor=member, organisation=organisation, user=person)
    with pytest.raises(Conflict) as refused:
        organisations.member_add(actor=keeper, organisation=organisation, user=member)
    assert refused.value.code == "member_already"
    with pytest.raises(Invalid):
        organisations.member_add(actor=keeper, organisation=organisation, user=person, role="king")
    with pytest.raises(Conflict):
        organisations.member_add(
            actor=keeper, organisation=organisation, user=make.user(is_active=False)
        )
    assert organisation.memberships.count() == 2


@pytest.mark.django_db
def test_a_member_may_leave_but_not_throw_others_out():
    organisation = make.organisation()
    make.administrator(organisation)
    member, other = make.user(), make.user()
    mine, theirs = make.membership(organisation, member), make.membership(organisation, other)
    with pytest.raises(Forbidden):
        organisations.member_remove(actor=member, membership=theirs)
    organisations.member_remove(actor=member, membership=mine)
    assert not organisation.memberships.filter(user=member).exists()


@pytest.mark.django_db
def test_the_last_administrator_stays_while_there_are_members():
    organisation = make.organisation()
    keeper = make.administrator(organisation)
    own = organisation.memberships.get(user=keeper)
    other = make.membership(organisation, make.user())
    for step in (
        lambda: organisations.member_remove(actor=keeper, membership=own),
        lambda: organisations.member_role(actor=keeper, membership=own, role="member"),
    ):
        with pytest.raises(Conflict) as refused:
            step()
        assert refused.value.code == "last_administrator"
    organisations.member_role(actor=keeper, membership=other, role=ADMINISTRATOR)
    assert Notification.objects.get(user=other.user).kind == "organisation.role_changed"
    organisations.member_remove(actor=keeper, membership=own)


@pytest.mark.django_db
def test_the_last_one_out_may_close_the_door():
    organisation = make.organisation()
    keeper = make.administrator(organisation)
    organisations.member_remove(actor=keeper, membership=organisation.memberships.get())
    assert not organisation.memberships.exists()


@pytest.mark.django_db
def test_member_role_denied_to_members():
    organisation = make.organisation()
    make.administrator(organisation)
    member = make.user()
    row = make.membership(organisation, member)
    with pytest.raises(Forbidden):
        organisations.member_role(actor=member, membership=row, role=ADMINISTRATOR)
    row.refresh_from_db()
    assert row.role == MembershipRole.MEMBER
