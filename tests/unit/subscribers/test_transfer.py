from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, FacetSet, Vocabulary
from subscribers.rows import Column, ImportRow, Profile, RefusedRow, RowProblem, guard, unguard
from subscribers.transfer import TransferError, decode, read_listing, sniff_encoding, write_listing

VOCABULARY = Vocabulary(
    DEFAULT_SECTORS,
    DEFAULT_REGIONS,
    (Facet("bulletin", "Bulletin"), Facet("quickupdates", "#quickupdates")),
)
BULLETIN = frozenset({"bulletin"})


def read(text: str) -> list[ImportRow | RefusedRow]:
    return list(read_listing(io.StringIO(text, newline=""), "list.csv", VOCABULARY, BULLETIN).rows)


def read_one(text: str) -> ImportRow:
    (row,) = read(text)
    assert isinstance(row, ImportRow)
    return row


def read_profile(text: str) -> Profile:
    listing = read_listing(io.StringIO(text, newline=""), "list.csv", VOCABULARY, BULLETIN)
    (row,) = listing.rows
    assert isinstance(row, ImportRow)
    return listing.profiles[row.profile]


def problems(text: str) -> list[RowProblem]:
    return [one for row in read(text) if isinstance(row, RefusedRow) for one in row.problems]


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf_8_is_read_with_and_without_its_mark(mark: str) -> None:
    assert decode(f"{mark}Zoë".encode()) == "Zoë"


def test_what_is_no_utf_8_is_read_as_windows_1252() -> None:
    assert decode("Zoë – “press”".encode("cp1252")) == "Zoë – “press”"


def test_utf_16_is_known_by_its_mark() -> None:
    assert decode("Zoë".encode("utf-16")) == "Zoë"


def test_a_letter_cut_between_two_chunks_is_still_utf_8() -> None:
    data = "Zoë".encode()
    assert sniff_encoding([data[:3], data[3:]]) == "utf-8-sig"
    assert sniff_encoding([data[:3]]) == "cp1252"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_is_found_in_the_first_line(delimiter: str, end: str) -> None:
    rows = [["E-mail", "Full Name", "Area"], ["a@example.org", "Ann", "Wales|London"]]
    text = end.join(delimiter.join(cells) for cells in rows) + end
    row = read_one(text)
    assert (row.mailbox, row.name) == ("a@example.org", "Ann")
    assert read_profile(text).facets == FacetSet("", frozenset({"wales", "london"}))


@pytest.mark.parametrize("title", ["EMAIL ADDRESS", "e_mail", "E-mail address", " Address "])
def test_the_column_of_addresses_is_known_by_the_names_that_people_give_it(title: str) -> None:
    header = read_listing([f"{title}\n"], "list.csv", VOCABULARY).header
    assert header.columns == {Column.ADDRESS: 0}


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Organization", Column.ORGANISATION),
        ("employer", Column.ORGANISATION),
        ("Region(s)", Column.REGIONS),
        ("AREA", Column.REGIONS),
        ("Surname", Column.LAST_NAME),
        ("lists", Column.PUBLICATIONS),
    ],
)
def test_columns_are_known_by_the_names_that_people_give_them(title: str, column: Column) -> None:
    header = read_listing([f"email,{title},shoe size\n"], "list.csv", VOCABULARY).header
    assert header.columns == {Column.ADDRESS: 0, column: 1}
    assert header.ignored == ("shoe size",)


def test_several_regions_and_publications_stand_in_one_cell() -> None:
    said = read_profile(
        'email;regions;lists\na@example.org;"Wales; London";"bulletin;#quickupdates"\n'
    )
    assert said.facets.regions == {"wales", "london"}
    assert said.publications == {"bulletin", "quickupdates"}


def test_rows_that_say_the_same_of_facets_and_publications_share_a_profile() -> None:
    text = "email,sector,regions\na@example.org,Health,Wales\nb@example.org,,\nc@example.org,health,wales\n"
    numbers = [row.profile for row in read(text) if isinstance(row, ImportRow)]
    assert numbers == [0, 1, 0]


def test_a_row_knows_its_address_as_smtp_gets_it_and_by_its_key() -> None:
    row = read_one("email\nAnn@Example.ORG\n")
    assert (row.key, row.mailbox) == ("ann@example.org", "Ann@example.org")


def test_first_and_last_name_make_a_name_and_a_whole_name_wins() -> None:
    header = "email,first name,last name,name\n"
    assert read_one(header + "a@example.org,Ann, Other,\n").name == "Ann Other"
    assert read_one(header + "a@example.org,Ann,Other,Dr A. Other\n").name == "Dr A. Other"


def test_line_numbers_are_those_of_an_editor() -> None:
    text = '\n\nemail,name\nbad,\n"a@example.org","Ann\nOther"\n\n,\nworse,\n'
    assert [one.line for one in problems(text)] == [4, 9]
    assert [row.line for row in read(text) if isinstance(row, ImportRow)] == [5]


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    text = "E-mail,Sector,Area\nnobody,helth,wlaes;London\n"
    assert [(one.line, one.column, one.value) for one in problems(text)] == [
        (2, "E-mail", "nobody"),
        (2, "Sector", "helth"),
        (2, "Area", "wlaes"),
    ]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("a@example.org,Ann,,extra", "has 4 cells where the first line has 3"),
        ('a@example.org,"Ann', "cannot be read as CSV"),
        ("a@example.org,A\x00nn", "control characters"),
        (f"a@example.org,{'x' * 301}", "301 characters long"),
        (f"a@example.org,{'x' * 200_000}", "field larger than field limit"),
    ],
)
def test_a_row_that_cannot_be_kept_is_refused_and_says_why(row: str, what: str) -> None:
    (problem,) = problems(f"email,name,organisation\n{row}\n")
    assert what in problem.what
    assert (problem.line, bool(problem.remedy)) == (2, True)


def test_the_rows_after_an_unreadable_one_are_still_read() -> None:
    rows = read(f"email,name\na@example.org,{'x' * 200_000}\nb@example.org,Bob\n")
    assert [type(row) for row in rows] == [RefusedRow, ImportRow]


def test_short_rows_and_empty_extra_cells_are_fine() -> None:
    rows = read("email,name\na@example.org\nb@example.org,Bob,,,\n")
    assert [row.name for row in rows if isinstance(row, ImportRow)] == ["", "Bob"]


@pytest.mark.parametrize("text", ["", "\n\n", "ann@example.org\n", "name,sector\n", '"email\n'])
def test_a_list_without_a_column_of_addresses_is_refused(text: str) -> None:
    with pytest.raises(TransferError, match=r"list\.csv: has no column of addresses"):
        read(text)


def test_two_columns_for_one_thing_are_refused() -> None:
    with pytest.raises(TransferError, match="'Company' and 'Employer'"):
        read("email,Company,Employer\n")


def test_a_joiner_inside_a_name_is_kept() -> None:
    name = "\u0646\u0627\u0645\u200c\u0647"
    assert read_one(f"email,name\na@example.org,{name}\n").name == name


@pytest.mark.parametrize("cell", ["=1+1", "+441632960001", "-x", "@x", "\tx", "\rx", "'=x"])
def test_a_formula_is_guarded(cell: str) -> None:
    assert guard(cell) == f"'{cell}"


@given(st.text("'=+-@\t\rab", max_size=6))
def test_taking_the_guard_away_gives_back_what_was_written(cell: str) -> None:
    assert unguard(guard(cell)) == cell


def test_an_apostrophe_before_a_letter_is_nobodys_guard() -> None:
    assert unguard("'t Hooft") == "'t Hooft"


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)


@given(WORDS, WORDS, st.sampled_from(DEFAULT_SECTORS), st.sets(st.sampled_from(DEFAULT_REGIONS)))
def test_what_is_written_is_read_back(
    name: str, organisation: str, sector: Facet, regions: set[Facet]
) -> None:
    slugs = frozenset(region.slug for region in regions)
    row = ("+a@example.org", name, organisation, sector.slug, ";".join(slugs), "bulletin")
    text = "".join(write_listing([row]))
    assert read_one(text) == ImportRow(row[0], 2, row[0], name, organisation, 0)
    assert read_profile(text) == Profile(FacetSet(sector.slug, slugs), BULLETIN)
    for cells in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
