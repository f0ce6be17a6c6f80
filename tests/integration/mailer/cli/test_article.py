"""Articles as the team types: a Word file becomes a draft, and what waits is shown and decided."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import docx
import pytest

from mailer.app import Workspace
from mailer.cli.main import app
from mailer.submissions.checking import check_sign_offs
from mailer.submissions.placing import PlacingError
from mailer.submissions.service import SubmissionError
from mailer.submissions.sign_off import SignOffError
from mailer.submissions.word_file import WordError
from mailer.workspace import lay_down
from subscribers.address import AddressError
from subscribers.database import Database
from subscribers.faults import DatabaseError
from tests.samples import EDITION, SECOND, picture

if TYPE_CHECKING:
    from pathlib import Path

    from subscribers.errors import BulletinError


@dataclass
class Desk:
    """A workspace with an edition, and whoever types there."""

    folder: Path
    screen: pytest.CaptureFixture[str]

    def types(self, *words: str) -> str:
        self.screen.readouterr()
        app([*words, "-w", str(self.folder)], standalone_mode=False)
        return self.screen.readouterr().out

    def data(self, *words: str) -> Any:  # noqa: ANN401 - what JSON holds
        return json.loads(self.types(*words, "--json"))

    def articles(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("editions/issue-04/*/*"))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], sqlite_url: str) -> Desk:
    folder = tmp_path / "workspace"
    lay_down(folder, sqlite_url)
    edition = folder / "editions/issue-04"
    (edition / "articles").mkdir(parents=True)
    (edition / "edition.md").write_text(EDITION)
    (edition / "articles/01-guidance.md").write_text(SECOND)
    return Desk(folder, capsys)


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """A Word file with a title, a picture, and something that an article can't have."""
    document = docx.Document()
    document.add_heading("Winter checks", 0)
    document.add_paragraph("We looked for ").add_run("three").font.strike = True
    document.add_picture(io.BytesIO(picture()))
    document.inline_shapes[0]._inline.docPr.set("descr", "A lorry at a barrier.")
    path = tmp_path / "checks.docx"
    document.save(str(path))
    return path


def test_a_word_file_becomes_a_draft_that_wants_a_sign_off(desk: Desk, word: Path) -> None:
    done = desk.data(
        "article", "import", str(word), "-e", "issue-04", "--from", "Ann@council.example",
        "--agreed", "e-mail of 3 May",
    )  # fmt: skip
    assert done["article"] == "issue-04/winter-checks"
    (loss,) = done["left_out"]
    assert loss.startswith("paragraph 2 (“We looked for three”): text that is struck through")
    assert desk.articles() == [
        "01-guidance.md", "02-winter-checks.md", "02-winter-checks.png",
    ]  # fmt: skip
    found = desk.data("edition", "check", "issue-04")
    (unsigned,) = [one for one in found if one["rule"] == "sign-off"]
    assert unsigned["path"] == "editions/issue-04/articles/02-winter-checks.md"
    assert unsigned["severity"] == "warning"
    desk.types("article", "sign-off", "issue-04/02-winter-checks.md", "--yes")
    assert [
        one for one in desk.data("edition", "check", "issue-04") if one["rule"] == "sign-off"
    ] == []
    (kept,) = desk.data("article", "list", "--all")
    assert (kept["state"], kept["channel"], kept["agreed"]) == (
        "accepted",
        "word",
        "e-mail of 3 May",
    )
    assert "Agreed to:   e-mail of 3 May" in desk.types("article", "show", "1")
    assert "Nothing waits" in desk.types("article", "list")
    assert [deed["action"] for deed in desk.data("audit", "list")] == ["sign off", "import"]


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        (("--from", "ann@council.example"), True),
        (("--from", "ann@council.example", "--agreed", "e-mail of 3 May"), False),
        (("--owner", "Bob of the team"), False),
    ],
)
def test_who_takes_a_file_of_somebody_without_an_agreement_is_told_so(
    desk: Desk, word: Path, words: tuple[str, ...], is_told: bool
) -> None:
    desk.screen.readouterr()
    app(["article", "import", str(word), "-e", "issue-04", *words, "-w", str(desk.folder)],
        standalone_mode=False)  # fmt: skip
    told = desk.screen.readouterr().err
    assert ("Nothing on record says that it may be shared" in told) is is_told


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--edition", "issue-04"), PlacingError),
        (("--edition", "issue-04", "--owner", "Ann", "--section", "Sports"), PlacingError),
        (("--edition", "issue-04", "--from", "nobody"), AddressError),
    ],
)
def test_an_import_that_can_not_be_done_leaves_nothing(
    desk: Desk, word: Path, words: tuple[str, ...], error: type[BulletinError]
) -> None:
    with pytest.raises(error):
        desk.types("article", "import", str(word), *words)
    assert desk.articles() == ["01-guidance.md"]
    assert desk.data("article", "list", "--all") == []


def test_a_draft_that_can_not_be_recorded_is_taken_back(desk: Desk, word: Path) -> None:
    with Workspace.open(desk.folder).database.write() as connection:
        connection.exec_driver_sql("DROP TABLE audit_entry")
    with pytest.raises(DatabaseError):
        desk.types("article", "import", str(word), "-e", "issue-04", "--owner", "Ann")
    assert desk.articles() == ["01-guidance.md"]


def test_what_is_no_word_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(WordError, match=r"is no \.docx file"):
        desk.types(
            "article", "import", str(tmp_path / "old.doc"), "-e", "issue-04", "--owner", "Ann"
        )


def test_what_is_not_there_or_decided_already_can_not_be_decided(desk: Desk, word: Path) -> None:
    desk.types("article", "import", str(word), "-e", "issue-04", "--owner", "Ann")
    for verb in (("accept", "1"), ("decline", "1", "--reason", "Late.", "--yes")):
        with pytest.raises(SubmissionError, match="is accepted already"):
            desk.types("article", *verb)
    with pytest.raises(SubmissionError, match="is not there"):
        desk.types("article", "show", "9")
    with pytest.raises(SignOffError, match="use one of: guidance, winter-checks"):
        desk.types("article", "sign-off", "issue-04/nothing", "--yes")
    with pytest.raises(SignOffError, match="EDITION/ARTICLE"):
        desk.types("article", "ask", "issue-04")
    with pytest.raises(AddressError):
        desk.types("article", "ask", "issue-04/winter-checks")
    assert desk.articles()[1:] == ["02-winter-checks.md", "02-winter-checks.png"]


def test_an_edition_whose_articles_name_no_owner_needs_no_sign_off(desk: Desk) -> None:
    assert "needs a sign-off" in desk.types("article", "sign-offs", "issue-04")
    (desk.folder / "editions/issue-04/articles/01-guidance.md").write_text(
        SECOND.replace("---\n\n", "owner: Ann Example\n---\n\n")
    )
    shown = desk.types("article", "sign-offs", "issue-04")
    assert "Ann Example" in shown
    assert "not signed off" in shown


def test_without_a_database_nobody_has_signed_off_anything(desk: Desk, tmp_path: Path) -> None:
    article = desk.folder / "editions/issue-04/articles/01-guidance.md"
    nowhere = Database(f"sqlite:///{tmp_path}/nowhere.db")
    for text, count in ((SECOND, 0), (SECOND.replace("---\n\n", "owner: Ann\n---\n\n"), 1)):
        article.write_text(text)
        reading = Workspace.open(desk.folder).editions.read(article.parent.parent)
        assert reading.edition is not None
        assert len(check_sign_offs(nowhere, reading.edition, reading.sources)) == count
    assert not (tmp_path / "nowhere.db").exists()
