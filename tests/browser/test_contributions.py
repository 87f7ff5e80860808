"""My record on a phone in the dark, a certificate for others, and shares of groups that a coordinator publishes."""

from playwright.sync_api import expect

from tests.browser.looks import fits_and_is_accessible
from tests.browser.texts import COORDINATOR

# Five commenters of one kind of group: fewer are not told about.
PEOPLE = """
from processes.models import Process
from tests.factories import documents, processes
process = Process.objects.get(pk="{process}")
text = documents.document(process=process, actor=process.created_by)
people = [processes.member(process, "commenter") for _number in range(5)]
processes.team(process, *people)
for person in [*people, process.created_by]:
    documents.thread(text, actor=person, needs_answer=False)
for person in [processes.member(process, "commenter") for _number in range(4)]:
    documents.thread(text, actor=person, needs_answer=False)
"""


def test_my_record_a_certificate_and_shares_of_groups(people, site):
    rest = site.client(COORDINATOR)
    process = rest.post("processes/", title="Who gave what", visibility="public", language="en")
    site.manage("shell", "-c", PEOPLE.format(process=process["id"]))
    path = f"{site.url}/processes/{process['id']}/"
    me, visitor = people(COORDINATOR, phone=True, dark=True).page, people().page
    me.goto(path)
    me.get_by_text("More actions").locator("..").click()
    me.get_by_role("link", name="My contribution").click()
    expect(me.get_by_role("row", name="Comments written")).to_contain_text("1")
    me.get_by_role("button", name="Make a certificate").click()
    expect(me.get_by_role("link", name="Download as PDF")).to_be_visible()
    fits_and_is_accessible(me)
    address = me.get_by_role("link", name="The page to show to others").get_attribute("href")
    visitor.goto(site.url + address)
    expect(visitor.locator("main")).to_contain_text("This certificate is valid")

    me.get_by_role("link", name="Publish shares of groups").click()
    me.get_by_role("button", name="Publish shares of groups").click()
    expect(me.locator("main")).to_contain_text("about 50%")
    fits_and_is_accessible(me)
    visitor.goto(f"{path}contribution/groups/")
    expect(visitor.get_by_role("row", name="Citizens").first).to_contain_text("about 50%")
