"""A draft as a file: whatever a stranger typed, the reader of editions finds the same article in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.content.edition import Contact, Link
from mailer.content.reader import read_edition
from mailer.submissions.draft import Draft, DraftPicture, clean_line, clean_text, write_article
from mailer.submissions.placing import PlacingError, place
from tests.samples import EDITION, FIRST, VOCABULARY, picture

PICTURE = picture(600, 300)
LINES = st.text(min_size=1, max_size=60).filter(lambda text: bool(clean_line(text)))
# Texts that mean something to YAML, to the reader of front matter, or to a terminal.
NASTY = st.sampled_from(
    [
        "---", "no", "~", "'", '"', "a: b", "- a", "# x", "{a: b}", "[a", "&a", "*a", "!tag", "%", "@", "`",
        "|", ">", "\\", "\\n", "\\u0000", "a\n---\nowner: me", "{{ name }}", "<b>", "\x00\x1b[31m", "é",
        "\x85x\u2028y", "\U0001f600", "\ue000 \ufeff\uffff x", "null", "2027-01-12", "1_000", "0x1F", "? a",
        "title: b",
    ]
)  # fmt: skip
WORDS = LINES | NASTY.filter(lambda text: bool(clean_line(text)))


def edition(place_: Path) -> Path:
    """An edition with one article and its picture."""
    folder = place_ / "issue-04"
    (folder / "articles").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "edition.md").write_text(EDITION)
    (folder / "articles/01-trial.md").write_text(FIRST)
    (folder / "images/trial.png").write_bytes(PICTURE)
    return folder


@settings(max_examples=40, deadline=None)
@given(title=WORDS, owner=WORDS, contact=WORDS, text=WORDS, alt=WORDS)
def test_what_is_written_is_read_again(
    title: str, owner: str, contact: str, text: str, alt: str
) -> None:
    draft = Draft(
        title=title,
        body="Plain **words**.",
        owner=owner,
        picture=DraftPicture(PICTURE, alt),
        contacts=(Contact(contact, None, None, "a@example.org", "01632 960123"),),
        links=(Link(text, "https://example.org/a?b=c&d=#e"),),
    )
    with tempfile.TemporaryDirectory() as made:
        folder = edition(Path(made))
        placed = place(draft, folder, "Guidance")
        reading = read_edition(folder, VOCABULARY)
    found = [
        problem
        for problem in reading.problems
        # Words such as "here" for a link, or a file name for a picture, are for a person to mend.
        if problem.rule.name not in {"link-text-vague", "image-alt-file-name"}
    ]
    assert found == []
    if reading.edition is None:
        return
    (article,) = [one for one in reading.edition.articles if one.slug == placed.slug]
    assert article.title == clean_line(title)
    assert article.owner == clean_line(owner)
    assert article.section == "Guidance"
    assert article.body == "Plain **words**.\n"
    assert article.image is not None
    assert (article.image.alt, article.image.data) == (clean_line(alt), PICTURE)
    assert article.contacts == (
        Contact(clean_line(contact), None, None, "a@example.org", "01632 960123"),
    )
    assert article.links == (Link(clean_line(text), "https://example.org/a?b=c&d=#e"),)


@settings(max_examples=40, deadline=None)
@given(body=st.text(min_size=1, max_size=200) | NASTY)
def test_no_text_ends_the_front_matter_or_adds_a_key(body: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = edition(Path(made))
        text = write_article(Draft("Title", body, "Ann"), "Guidance")
        (folder / "articles/02-new.md").write_text(text, encoding="utf-8")
        reading = read_edition(folder, VOCABULARY)
    new = [problem for problem in reading.problems if problem.path.name == "02-new.md"]
    assert not [problem for problem in new if problem.line < 6 and "no text" not in problem.what]
    if reading.edition is not None:
        article = next(one for one in reading.edition.articles if one.slug == "new")
        assert (article.title, article.owner) == ("Title", "Ann")
        assert article.body.strip() == clean_text(body).strip()


def test_a_draft_stands_behind_the_others_and_writes_over_nothing(tmp_path: Path) -> None:
    folder = edition(tmp_path)
    first = place(Draft("Café trial", "Text.", "Ann"), folder)
    second = place(Draft("Trial", "Text.", "Ann", DraftPicture(picture(kind="JPEG"), "")), folder)
    assert first.files == (folder / "articles/02-cafe-trial.md",)
    assert second.files == (
        folder / "articles/03-trial-2.md",
        folder / "images/03-trial-2.jpg",
    )
    assert 'section: "Guidance"' in first.files[0].read_text(), "the first that is no spotlight"
    assert not list(folder.rglob(".*"))
    second.take_back()
    assert sorted(path.name for path in folder.rglob("*.*")) == [
        "01-trial.md", "02-cafe-trial.md", "edition.md", "trial.png",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "02-etc-passwd.md"),
        ("C:\\con", "02-c-con.md"),
        ("日本語", "02-article.md"),
        ("12. Twelve", "02-twelve.md"),
        ("x" * 300, f"02-{'x' * 50}.md"),
    ],
)
def test_a_title_becomes_a_name_that_is_one_everywhere(
    tmp_path: Path, title: str, name: str
) -> None:
    folder = edition(tmp_path)
    placed = place(Draft(title, "Text.", "Ann"), folder)
    assert [path.relative_to(folder / "articles") for path in placed.files] == [Path(name)]
    (other,) = folder.glob("articles/02*")
    assert other.name == name


@pytest.mark.parametrize(
    ("draft", "section", "code"),
    [
        (Draft("T", "Text.", "Ann"), "Sports", "section-unknown"),
        (Draft("", "Text.", "Ann"), "", "article-title"),
        (Draft("T", " \n", "Ann"), "", "article-text"),
        (Draft("T", "Text.", ""), "", "article-owner"),
        (Draft("T", "Text.", "Ann", DraftPicture(b"GIF", "x")), "", "picture-unusable"),
    ],
)
def test_what_can_not_be_placed_leaves_nothing(
    tmp_path: Path, draft: Draft, section: str, code: str
) -> None:
    folder = edition(tmp_path)
    before = sorted(folder.rglob("*"))
    with pytest.raises(PlacingError) as refused:
        place(draft, folder, section)
    assert refused.value.code == code
    assert sorted(folder.rglob("*")) == before


def test_a_picture_whose_article_can_not_be_written_does_not_stay(tmp_path: Path) -> None:
    folder = edition(tmp_path)
    (folder / "articles/01-trial.md").unlink()
    (folder / "articles").rmdir()
    (folder / "articles").write_text("in the way")
    with pytest.raises(PlacingError):
        place(Draft("T", "Text.", "Ann", DraftPicture(PICTURE, "x")), folder)
    assert [path.name for path in (folder / "images").iterdir()] == ["trial.png"]


def test_an_edition_without_sections_takes_none(tmp_path: Path) -> None:
    folder = edition(tmp_path)
    (folder / "edition.md").write_text("nothing")
    with pytest.raises(PlacingError, match="lists no section"):
        place(Draft("T", "Text.", "Ann"), folder)
