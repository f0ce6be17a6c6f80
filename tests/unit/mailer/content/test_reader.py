"""A folder of Markdown: what is read, and what is told about what can't be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mailer.content.problem import Severity
from tests.samples import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mailer.content.reader import Reading

    Spoil = Callable[[str, str, str], list[str]]

ARTICLE = "articles/01-trial.md"


def test_a_sound_folder_is_read_whole(read: Callable[[], Reading]) -> None:
    reading = read()
    assert reading.problems == []
    edition = reading.edition
    assert edition is not None
    assert (edition.slug, edition.number, edition.date) == ("issue-04", 4, dt.date(2026, 10, 13))
    assert edition.language == "en-GB"
    assert [(s.title, s.spotlight) for s in edition.sections] == [
        ("In the spotlight", True),
        ("Guidance", False),
    ]
    first, second = edition.articles
    assert first.slug == "trial"
    assert first.language == "", "which is the edition's"
    assert first.image is not None
    assert (first.image.width, first.image.height) == (1200, 675)
    assert first.image.media_name.endswith(".png")
    assert first.quote is not None
    assert first.contacts[0].email == "trial@example.org"
    assert first.links[0].url == "https://example.org/plan"
    assert not first.aimed
    assert second.aimed
    assert (second.sectors, second.regions) == ({"law-enforcement"}, {"south-west"})


SPOILT = [
    ("edition.md", "number: 4\n", "", 'edition.md:2: "number" is missing; add it to the front matter'),
    ("edition.md", "number: 4", "number: four", 'edition.md:3: "number" is "four"; give a whole number'),
    ("edition.md", "2026-10-13", "13/10/2026", 'edition.md:4: "date" is "13/10/2026"; give a date as'),
    ("edition.md", "2026-10-13", "2027-02-30", '"date" is "2027-02-30": there is no such day; give a date'),
    ("edition.md", "publication: bulletin", "publication: bulettin", 'edition.md:2: "bulettin" is no pub'),
    ("edition.md", "subject:", "subjekt:", 'edition.md:6: "subjekt" is not a known key; did you mean'),
    ("edition.md", "subject:", "subjekt:", 'edition.md:2: "subject" is missing'),
    ("edition.md", "subject: What", "subject: |\n  What\n  else", '"subject" has a line break'),
    ("edition.md", "- Guidance", "- In the Spotlight", 'edition.md:10: section "In the Spotlight" is list'),
    ("edition.md", "spotlight: In", "spotlight: On", 'section "On the spotlight" is not listed in'),
    ("edition.md", "title: The", "title: The\ntitle: A", 'edition.md:6: "title" is there twice; keep one'),
    ("edition.md", "title: The", "title: The: ", "edition.md:5: the front matter is not valid YAML: a val"),
    ("edition.md", "title: The", "title The", "YAML: the line has no colon; write it as"),
    ("edition.md", "title: The", "title: A\n  and on\n  see: The", "edition.md:7: the front matter is"),
    ("edition.md", "title: The", "title: A\n  and on\n  see: The", "YAML: a value has a colon in it"),
    ("edition.md", "title: The", "title: A\ndate the\n\nnumber: The", "edition.md:6: the front matter is"),
    ("edition.md", "title: The", "title: A\ndate the\n\nnumber: The", "YAML: the line has no colon"),
    ("edition.md", "title: The", 'title: "The', "edition.md:5: the front matter is not valid YAML: a quot"),
    (ARTICLE, "image: trial.png", "image: Trail.png", 'does not exist; did you mean "trial.png"?'),
    ("edition.md", "title: The", "title: *The", "edition.md:5: *The is a YAML alias; put the text in quotes"),
    ("edition.md", "title: The", "a: &x y\ntitle: *x\nb: The", "edition.md:6: *x is a YAML alias"),
    ("edition.md", "---\n\nWelcome", "\nWelcome", "edition.md:1: there is no front matter"),
    ("edition.md", "preheader: And", "language: English\npreheader: And", 'language is "English"; give'),
    (ARTICLE, "section: In", "language: Arabic\nsection: In", '01-trial.md:3: language is "Arabic"; give'),
    (ARTICLE, "section: In", "section: Inn", '01-trial.md:3: section "Inn the spotlight" is not listed'),
    (ARTICLE, "image: trial.png", "image: gone.png", "image images/gone.png does not exist; add it or rem"),
    (ARTICLE, "image: trial.png", "image: ../../x.png", "image ../../x.png is outside the edition"),
    (ARTICLE, "image_alt: Four groups of people\n", "", '01-trial.md:4: "image_alt" is missing; say what'),
    (ARTICLE, "Four groups of people", "trial.png", 'image_alt "trial.png" says no more than a file name'),
    (ARTICLE, "trial@example.org", "trial at example.org", '"trial at example.org"'),
    (ARTICLE, "email: trial@example.org", "telephone: ring us", 'telephone "ring us" is no number'),
    (ARTICLE, "  email: trial@example.org\n", "", "a contact has neither e-mail nor telephone; add one"),
    (ARTICLE, "https://example.org/plan", "example.org/plan", 'link "example.org/plan" is not a web, mail'),
    (ARTICLE, "https://example.org/plan", "https://intranet/x", 'leads to "intranet", which is not on the'),
    (ARTICLE, "https://example.org/plan", "https://police,gov.uk", 'leads to "police,gov.uk", which is not'),
    (ARTICLE, "https://example.org/plan", "https:///plan", 'link "https:///plan" leads nowhere; give a full'),
    (ARTICLE, "Eight", "[read\nmore](https://example.org) Eight", 'link text "read more" says nothing'),
    (ARTICLE, "https://example.org/plan", "javascript:alert(1)", "is not a web, mail or telephone link"),
    (ARTICLE, "Read the trial's plan", "Read more", 'link text "Read more" says nothing on its own'),
    (ARTICLE, "Eight", "[here](https://example.org) Eight", '01-trial.md:17: link text "here" says'),
    (ARTICLE, "Eight", "<script>x</script> Eight", '01-trial.md:17: raw HTML "<script>x</script> Eight'),
    (ARTICLE, "Eight", "# Eight", "01-trial.md:17: heading of level 1 in the text; begin it with ###"),
    (ARTICLE, "Eight", "![a](b.png) Eight", "01-trial.md:17: an image inside the text; name it in the"),
    (ARTICLE, "Eight", "Eight\x08", "01-trial.md:17: character U+0008 can't be mailed"),
    (ARTICLE, "Eight", "\ue000name\ue001", "01-trial.md:17: character U+E000 can't be mailed"),
    (ARTICLE, "Eight hundred people take part.", "", "the article has no text; write it below"),
    ("articles/02-guidance.md", "[south-west]", "[south-vest]", '02-guidance.md:5: "south-vest" is no'),
    ("articles/02-guidance.md", "[law-enforcement]", "[[a]]", '"sectors" has an entry that is no text'),
    ("articles/02-guidance.md", "sectors:", "quote: Just words\nsectors:", '"quote" has an entry without'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "told"), SPOILT, ids=[each[3][:50] for each in SPOILT]
)
def test_what_is_wrong_is_told_with_its_place(
    spoil: Spoil, name: str, old: str, new: str, told: str
) -> None:
    problems = spoil(name, old, new)
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith("issue-04/") for problem in problems)


def test_every_problem_is_told_at_once(spoil: Spoil, read: Callable[[], Reading]) -> None:
    spoil("edition.md", "number: 4", "number: x")
    spoil(ARTICLE, "image: trial.png", "image: gone.png")
    spoil("articles/02-guidance.md", "law-enforcement", "police")
    assert len(read().problems) == 3
    assert read().edition is None


def test_a_missing_folder_is_told_in_one_line(folder: Path, read: Callable[[], Reading]) -> None:
    (folder / "edition.md").unlink()
    assert [str(p) for p in read().problems] == [
        "issue-04/edition.md: the file does not exist; write it, or begin with `bulletin edition new`"
    ]


def test_an_edition_without_articles_is_an_error(folder: Path, read: Callable[[], Reading]) -> None:
    for path in (folder / "articles").iterdir():
        path.unlink()
    assert "the edition has no article" in str(read().problems[0])


def test_a_section_without_articles_is_left_out_with_a_warning(
    folder: Path, read: Callable[[], Reading]
) -> None:
    (folder / "articles/02-guidance.md").unlink()
    reading = read()
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]
    assert reading.edition is not None
    assert [section.title for section in reading.edition.sections] == ["In the spotlight"]


@pytest.mark.parametrize(
    ("old", "new"), [("title: ", "title: One: "), ("section: Guidance", "section: Guidence")]
)
def test_a_section_whose_article_is_not_read_is_not_called_empty_too(
    spoil: Spoil, old: str, new: str
) -> None:
    assert len(spoil("articles/02-guidance.md", old, new)) == 1


def test_an_edition_whose_only_article_is_not_read_is_not_called_empty_too(
    folder: Path, spoil: Spoil
) -> None:
    (folder / "articles/02-guidance.md").unlink()
    assert len(spoil(ARTICLE, "title: ", "title: One: ")) == 1


def test_a_text_that_is_not_utf8_is_told_with_its_line(
    folder: Path, read: Callable[[], Reading]
) -> None:
    path = folder / ARTICLE
    path.write_bytes(path.read_bytes().replace(b"Eight", b"caf\xe9"))
    assert "01-trial.md:17: the text is not UTF-8" in str(read().problems[0])


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(
    folder: Path, read: Callable[[], Reading]
) -> None:
    before = read().edition
    for path in (folder / "edition.md", *(folder / "articles").iterdir()):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read().edition == before


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"no picture at all", "is not a picture; save it as JPEG or PNG"),
        (picture(kind="WEBP"), "is a WEBP file; save it as JPEG or PNG"),
        (picture()[:200], "is damaged"),
        (b"\0" * 12_000_001, "is 12.0 MB; save it with at most 12 MB"),
        (picture(width=6000, height=5000), "has 6000 x 5000 pixels"),
    ],
)
def test_a_picture_that_cannot_be_mailed_is_refused(
    folder: Path, read: Callable[[], Reading], data: bytes, told: str
) -> None:
    (folder / "images/trial.png").write_bytes(data)
    assert told in str(read().problems[0])


def test_a_small_picture_is_warned_about(folder: Path, read: Callable[[], Reading]) -> None:
    (folder / "images/trial.png").write_bytes(picture(width=300, height=200))
    assert [problem.severity for problem in read().problems] == [Severity.WARNING]


def test_articles_follow_their_order_and_then_their_names(
    folder: Path, read: Callable[[], Reading]
) -> None:
    for name, order in (("03-last", 9), ("04-first", 1), ("05-between", 5)):
        text = f"---\ntitle: {name}\nsection: Guidance\norder: {order}\n---\n\nText.\n"
        (folder / f"articles/{name}.md").write_text(text)
    edition = read().edition
    assert edition is not None
    assert [a.slug for a in edition.sections[1].articles] == [
        "first",
        "guidance",
        "between",
        "last",
    ]


def test_an_article_can_be_in_another_language(spoil: Spoil, read: Callable[[], Reading]) -> None:
    assert spoil(ARTICLE, "section: In", "language: ar\nsection: In") == []
    edition = read().edition
    assert edition
    assert [article.language for article in edition.articles] == ["ar", ""]


def test_two_articles_of_one_name_are_refused(folder: Path, read: Callable[[], Reading]) -> None:
    (folder / "articles/09-trial.md").write_text((folder / ARTICLE).read_text())
    assert "its name without the number is that of 01-trial.md" in str(read().problems[0])


def test_yaml_words_such_as_no_stay_words(spoil: Spoil, read: Callable[[], Reading]) -> None:
    assert spoil("edition.md", "title: The Bulletin", "title: no") == []
    edition = read().edition
    assert edition is not None
    assert edition.title == "no"
