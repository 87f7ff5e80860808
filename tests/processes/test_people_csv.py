"""Lists of people as offices send them: encodings, separators, headings; and what is wrong with a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocreation.kernel.errors import DomainError, Invalid, TooLarge
from processes.people_csv import broken_csv, decode, harmless, read_people

LATVIAN = "E-pasts;Loma;Komanda;Valoda\r\nliene@example.org;Līdzautors;Žūrija;lv\r\n"


def read(words, encoding="utf-8", **options):
    data = words if isinstance(words, bytes) else words.encode(encoding)
    return read_people(data, default_role="commenter", **options)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1257"]
)
def test_encodings_that_offices_use_are_read(encoding):
    [line] = read(LATVIAN, encoding, language="lv").good
    assert (line.email, line.role, line.team, line.language) == (
        "liene@example.org", "coauthor", "Žūrija", "lv",
    )  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_the_order_of_columns_do_not_matter(separator):
    words = (
        separator.join(["role", "name", "E-mail"])
        + "\n"
        + separator.join(["observer", "Somebody", "A@Example.org"])
    )
    [line] = read(words).good
    assert (line.email, line.role) == ("a@example.org", "observer")


def test_ukrainian_headings_and_roles_are_known():
    words = "Роль,Електронна пошта\nСпівавтор,oksana@example.org\n"
    [line] = read(words, "cp1251", language="uk").good
    assert line.role == "coauthor"


def test_addresses_alone_will_do():
    found = read("one@example.org\n\n  two@example.org  \n")
    assert [line.email for line in found.good] == ["one@example.org", "two@example.org"]
    assert {line.role for line in found.good} == {"commenter"}


def test_three_broken_lines_out_of_two_thousand_in_utf_16_with_semicolons():
    lines = [f"person{number}@example.org;coauthor" for number in range(1, 1998)]
    lines[10:10] = ["not an address;coauthor"]
    lines[500:500] = ["king@example.org;king"]
    lines[900:900] = ["person1@example.org;observer"]
    found = read("\r\n".join(["email;role", *lines]), "utf-16")
    assert len(found.lines) == 2000
    assert [line.number for line in found.broken] == [12, 502, 902]
    assert all(len(line.problems) == 1 for line in found.broken)
    assert "line 2" in found.broken[2].problems[0]
    again = read(broken_csv(found).replace(";", ","))
    assert [line.email for line in again.lines] == [
        "not an address", "king@example.org", "person1@example.org",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv_unreadable"),
        (b"\xff\xfe\x00", "csv_unreadable"),
        (bytes(400), "csv_unreadable"),
        (b"name,role\nA,coauthor\n", "no_email_column"),
        (b"a@example.org\n" * 2001, "too_many_lines"),
    ],
    ids=["empty", "half a character", "zeros", "no addresses", "too long"],
)
def test_files_that_are_no_lists_say_so(data, code):
    with pytest.raises(Invalid) as refusal:
        read(data)
    assert refusal.value.code == code


def test_a_list_has_one_megabyte_at_most():
    with pytest.raises(TooLarge):
        read(b"a" * 1_000_001)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data):
    try:
        found = read(data)
    except DomainError:
        return
    assert all(line.email or line.problems for line in found.lines)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_is_written_as_utf_8_is_read_as_it_was(words):
    if words.count("\x00") == 0:
        assert decode(("\ufeff" + words).encode()) == words


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell).startswith("'")
