import pytest

from community.selectors import personal_data_export
from community.services.people import user_remove
from documents.models import Comment
from tests.factories import documents as make
from tests.factories.processes import person


@pytest.mark.django_db
def test_comments_stay_under_former_member_and_can_be_taken_along():
    document = make.document()
    author = make.member(document.process, "commenter")
    thread = make.thread(document, actor=author, body="Why so few buses?")
    exported = personal_data_export(author)["documents"]["comments"]
    assert [row["body"] for row in exported] == ["Why so few buses?"]
    assert personal_data_export(person())["documents"]["comments"] == []
    user_remove(actor=author, confirmation=author.email)
    comment = Comment.objects.get(thread=thread)
    assert comment.body == "Why so few buses?"
    assert comment.author.display_name == "Former member"
