"""A theme's folder with a pack: what is read, and what is told about what can't be."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mailer.content import assets
from mailer.content.pack import AssetKind
from mailer.content.pack_folders import PackFolderError, PackFolders, place_for
from mailer.content.pack_reader import PackReading, read_pack
from mailer.content.problem import has_errors
from mailer.content.social import Network
from mailer.content.theme import Wave
from subscribers.facets import Facet, Vocabulary
from tests.samples import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Spoil = Callable[[str, str, str], list[str]]

VOCABULARY = Vocabulary((), (), (Facet("quickupdates", "Quick updates"),))
LONDON = ZoneInfo("Europe/London")
PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"

THEME = """\
---
publication: quickupdates
name: "#quickupdates"
hashtag: "#quickupdates"
handle: "@quickupdates"
message: Quick updates keep criminals out
contact:
  name: Campaign team
  email: campaign@example.org
waves:
  - date: 2026-10-20
    title: Passwords
  - date: 2026-07-21
    title: Software updates
    pack: updates
---

About the campaign.
"""

PACK = """\
---
title: Update today
subject: Words and pictures
messages:
  - Update today
  - Let devices update by themselves
posts:
  - network: x
    text: |-
      Update today.

      #quickupdates
facts:
  - text: Updates close gaps.
    source:
      text: A study of updates
      url: https://example.org/study
assets:
  - file: square.png
    title: Square picture
    alt: A phone updates.
    licence: OGL v3.0
    credit: The campaign
    embargo: 2026-07-26 00:01
    expires: 2026-12-31 23:59
  - file: poster.pdf
    title: Poster
    alt: A poster.
    licence: OGL v3.0
  - url: https://video.example.org/1
    title: The film
    alt: Four people.
    licence: Show it
---

Please post from the 26th on.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a sound pack, below its theme's."""
    place = tmp_path / "quick" / "updates"
    (place / "assets").mkdir(parents=True)
    (place.parent / "theme.md").write_text(THEME)
    (place / "pack.md").write_text(PACK)
    (place / "assets/square.png").write_bytes(picture(1080, 1080))
    (place / "assets/poster.pdf").write_bytes(PDF)
    return place


@pytest.fixture
def read(folder: Path) -> Callable[[], PackReading]:
    """Read the folder as it is now."""
    shown_as = folder.relative_to(folder.parent.parent)
    return lambda: read_pack(folder, VOCABULARY, LONDON, shown_as)


@pytest.fixture
def told(read: Callable[[], PackReading]) -> Callable[[], list[str]]:
    """What is wrong with the folder as it is now."""
    return lambda: [str(problem) for problem in read().problems]


@pytest.fixture
def spoil(folder: Path, told: Callable[[], list[str]]) -> Spoil:
    """Replace some words of a file, and give the problems that come of it."""

    def replace(name: str, old: str, new: str) -> list[str]:
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return told()

    return replace


def test_a_sound_folder_is_read_whole(read: Callable[[], PackReading]) -> None:
    reading = read()
    assert reading.problems == []
    assert [str(source.path) for source in reading.sources] == [
        "quick/updates/pack.md",
        "quick/theme.md",
    ]
    pack = reading.pack
    assert pack is not None
    assert (pack.name, pack.date, pack.language) == ("quick/updates", dt.date(2026, 7, 21), "en-GB")
    assert pack.theme.waves[1] == Wave(dt.date(2026, 10, 20), "Passwords", None)
    assert pack.contact.email == "campaign@example.org"
    assert pack.messages == ("Update today", "Let devices update by themselves")
    (post,) = pack.posts
    assert (post.network, post.line) == (Network.X, 9)
    assert post.text == "Update today.\n\n#quickupdates"
    assert pack.facts[0].source.url == "https://example.org/study"


def test_assets_are_opened_measured_and_dated_by_the_clock_of_the_place(
    read: Callable[[], PackReading], folder: Path
) -> None:
    pack = read().pack
    assert pack is not None
    square, poster, film = pack.assets
    data = (folder / "assets/square.png").read_bytes()
    assert square.file is not None
    assert (square.file.width, square.file.height, square.file.size) == (1080, 1080, len(data))
    assert square.file.checksum == hashlib.sha256(data).hexdigest()
    assert square.embargo == dt.datetime(2026, 7, 25, 23, 1, tzinfo=dt.UTC)
    assert square.expires == dt.datetime(2026, 12, 31, 23, 59, tzinfo=dt.UTC)
    assert poster.file is not None
    assert (poster.kind, poster.file.media_type) == (AssetKind.PDF, "application/pdf")
    assert (film.kind, film.name, film.file) == (AssetKind.VIDEO, "the-film", None)


SPOILT = [
    ("pack.md", "subject: Words and pictures\n", "", 'pack.md:2: "subject" is missing; add it to the front'),
    ("pack.md", "title: Upd", "titel: Upd", 'pack.md:2: "titel" is not a known key; did you mean "title"?'),
    ("pack.md", "  - Update today\n  - Let devices update by themselves\n", "", '"messages" is missing'),
    ("pack.md", "network: x", "network: y", 'pack.md:8: "y" is no network that we know; use one of: x, b'),
    ("pack.md", "Update today.", "A" * 281, "pack.md:9: the text for X is 296 long by its rules, and 280"),
    ("pack.md", "https://example.org/study", "example.org", 'pack.md:17: link "example.org" is not a web'),
    ("pack.md", "      text: A study of updates\n", "", 'pack.md:16: "source.text" is missing'),
    ("pack.md", "    source:\n", "    sauce:\n", "pack.md:14: a fact has no sources; give one"),
    ("pack.md", "Please post", "<b>Please</b> post", 'pack.md:36: raw HTML "<b>"'),
    ("pack.md", "title: Update today", "language: Welsh\ntitle: Update", 'language is "Welsh"; give a tag'),
    ("pack.md", "    alt: A phone updates.\n", "", 'pack.md:19: "assets.alt" is missing'),
    ("pack.md", "    licence: Show it\n", "", 'pack.md:30: "assets.licence" is missing'),
    ("pack.md", "2026-07-26 00:01", "26 July", 'pack.md:24: "assets.embargo" is "26 July"; give a date an'),
    ("pack.md", "2026-07-26 00:01", "2026-02-30 00:01", '"2026-02-30 00:01": there is no such day; give'),
    ("pack.md", "2026-12-31 23:59", "2026-07-26 00:01", "pack.md:25: it expires before its embargo is ove"),
    ("pack.md", "file: square.png", "files: square.png", "pack.md:19: an asset has neither a file nor an"),
    ("pack.md", "url: https://video", "url: http://video", 'pack.md:30: video "http://video.example.org/1'),
    ("pack.md", "file: square.png", "file: gone.png", "pack.md:19: asset assets/gone.png does not exist; a"),
    ("pack.md", "file: square.png", "file: poster.pdf", 'pack.md:26: asset "poster.pdf" is there twice'),
    ("../theme.md", "publication: quick", "publication: qick", 'theme.md:2: "qickupdates" is no publication'),
    ("../theme.md", 'hashtag: "#quick', 'hashtag: "quick', 'theme.md:4: hashtag "quickupdates" can\'t be on'),
    ("../theme.md", "@quickupdates", "@quick updates", 'theme.md:5: handle "@quick updates" can\'t be one'),
    ("../theme.md", "message: Quick updates keep criminals out\n", "", 'theme.md:2: "message" is missing'),
    ("../theme.md", "  email: campaign@example.org\n", "", "theme.md:8: a contact has neither e-mail nor"),
    ("../theme.md", "contact:\n  name: Campaign team\n  email: campaign@example.org\n", "", '"contact" is m'),
    ("../theme.md", "pack: updates", "pack: other", "theme.md: no wave has the pack updates; write"),
    ("../theme.md", "2026-10-20", "2026-07-21", "theme.md:13: 2026-07-21 is the date of two waves; keep"),
    ("../theme.md", "title: Passwords", "pack: updates", "theme.md:15: two waves have the pack updates"),
    ("../theme.md", "2026-07-21", "21 July", 'theme.md:13: "waves.date" is "21 July"; give a date as'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"), SPOILT, ids=[each[3][:50] for each in SPOILT]
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(
    spoil: Spoil, name: str, old: str, new: str, expected: str
) -> None:
    found = spoil(name, old, new)
    assert any(expected in each for each in found), found


def test_everything_wrong_is_told_at_once_and_leaves_no_pack(
    spoil: Spoil, read: Callable[[], PackReading]
) -> None:
    spoil("pack.md", "network: x", "network: y")
    spoil("pack.md", "file: square.png", "file: ../square.png")
    found = spoil("../theme.md", "message:", "massage:")
    assert len({line.partition(":")[0] for line in found}) == 2
    assert len(found) >= 4
    assert read().pack is None


def test_a_missing_theme_is_told_with_the_command_that_begins_one(
    folder: Path, told: Callable[[], list[str]]
) -> None:
    (folder.parent / "theme.md").unlink()
    assert told() == [
        "quick/theme.md: the file does not exist; write it, or begin with `bulletin pack new`"
    ]


TRICKS = [
    "../square.png", "/etc/hostname", "a/square.png", "..\\\\square.png", "C:square.png", "..", ".hidden.png",
    "square\\u0000.png", "square\\u202e.png", "square .png", "sqüare.png", "square.png.", "con.png",
    "LPT1.pdf", "aux.tar.gz", "square", "-rf.png", f"{'a' * 100}.png",
]  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_a_name_that_is_a_trick_with_paths_is_refused(spoil: Spoil, name: str) -> None:
    found = spoil("pack.md", "file: square.png", f'file: "{name}"')
    assert any(each.startswith("quick/updates/pack.md:19: asset ") for each in found), found


def test_a_name_that_some_systems_cannot_have_is_given_another(spoil: Spoil) -> None:
    found = spoil("pack.md", "file: square.png", "file: Affiche d'été (A4).PNG")
    assert any('rename it "Affiche-d-ete-A4.PNG"' in each for each in found), found


def test_names_that_differ_in_case_alone_are_refused(spoil: Spoil, folder: Path) -> None:
    (folder / "assets/Square.PNG").write_bytes(picture())
    found = spoil("pack.md", "file: poster.pdf", "file: Square.PNG")
    assert any('asset "Square.PNG" is there twice (as square.png)' in each for each in found)


@pytest.mark.parametrize("target", ["../../theme.md", "poster.pdf", "/etc/hostname"])
def test_a_link_is_refused_wherever_it_leads(
    folder: Path, told: Callable[[], list[str]], target: str
) -> None:
    (folder / "assets/square.png").unlink()
    (folder / "assets/square.png").symlink_to(target)
    assert (
        "quick/updates/pack.md:19: asset assets/square.png is a link; copy the file itself"
        in told()
    )


def test_a_folder_of_assets_that_is_a_link_is_refused(
    folder: Path, tmp_path: Path, told: Callable[[], list[str]]
) -> None:
    (folder / "assets").rename(tmp_path / "elsewhere")
    (folder / "assets").symlink_to(tmp_path / "elsewhere")
    assert any("assets/square.png is a link" in each for each in told())


def test_what_is_no_file_is_not_waited_for(folder: Path, told: Callable[[], list[str]]) -> None:
    (folder / "assets/square.png").unlink()
    os.mkfifo(folder / "assets/square.png")
    assert any("assets/square.png is no file; put a file there" in each for each in told())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"MZ\x90\x00", "is neither a picture nor a PDF; save it as JPEG or PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is neither a picture nor a PDF"),
        (b"%PDF-1.4\nhalf of it", "is a PDF without an end; save it again"),
        (PDF, "is application/pdf under another ending; end its name in .pdf"),
        (picture(kind="JPEG"), "is image/jpeg under another ending; end its name in .jpg"),
        (picture(kind="WEBP"), "is a WEBP file; save it as JPEG or PNG"),
        (b"", "is neither a picture nor a PDF"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    folder: Path, told: Callable[[], list[str]], data: bytes, expected: str
) -> None:
    (folder / "assets/square.png").write_bytes(data)
    assert any(expected in each for each in told()), told()


def test_a_file_or_a_pack_that_is_too_heavy_is_refused(
    told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "MAX_FILE_BYTES", 1_000)
    assert any("square.png has more than 0 MB" in each for each in told())
    monkeypatch.setattr(assets, "MAX_FILE_BYTES", 1_000_000)
    monkeypatch.setattr(assets, "MAX_PACK_BYTES", 1_000)
    monkeypatch.setattr(assets, "MAX_ASSETS", 2)
    found = told()
    assert any("pack.md:18: the assets have 0 MB together" in each for each in found), found
    assert any("pack.md:18: the pack has 3 assets; keep 2 at most" in each for each in found)


def test_a_picture_that_tells_where_it_was_taken_gets_a_second_look(
    folder: Path, told: Callable[[], list[str]]
) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", (800, 800)).save(out, "PNG", exif=exif)
    (folder / "assets/square.png").write_bytes(out.getvalue())
    (only,) = told()
    assert "pack.md:19: warning: asset assets/square.png tells where it was taken" in only


def test_a_file_that_nobody_would_get_is_told(folder: Path, told: Callable[[], list[str]]) -> None:
    (folder / "assets/forgotten.png").write_bytes(picture())
    (folder / "assets/.DS_Store").write_bytes(b"")
    (only,) = told()
    assert 'pack.md:18: warning: "assets/forgotten.png" is not listed' in only


def test_an_embargo_in_the_hour_that_the_clocks_skip_is_told(spoil: Spoil) -> None:
    (only,) = spoil("pack.md", "2026-07-26 00:01", "2026-03-29 01:30")
    assert "pack.md:24: warning:" in only
    assert "01:30 doesn't exist that day, the clocks change" in only


def test_a_withdrawn_asset_may_be_deleted(
    spoil: Spoil, folder: Path, read: Callable[[], PackReading]
) -> None:
    (folder / "assets/poster.pdf").unlink()
    assert spoil("pack.md", "title: Poster", "title: Poster\n    withdrawn: A logo was wrong") == []
    pack = read().pack
    assert pack is not None
    assert pack.assets[1].withdrawn == "A logo was wrong"
    assert (pack.assets[1].kind, pack.assets[1].file) == (AssetKind.PDF, None)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(st.integers(0, THEME.count("\n")), st.integers(0, PACK.count("\n")), st.text(max_size=20))
def test_whatever_is_written_is_read_or_told(
    folder: Path, read: Callable[[], PackReading], in_theme: int, in_pack: int, text: str
) -> None:
    for path, whole, line in (
        (folder.parent / "theme.md", THEME, in_theme),
        (folder / "pack.md", PACK, in_pack),
    ):
        lines = whole.split("\n")
        lines[line] = text
        path.write_bytes("\n".join(lines).encode())
    reading = read()
    assert (reading.pack is None) == has_errors(reading.problems)


# ---- folders


def test_packs_are_found_by_name_and_by_path(folder: Path) -> None:
    root = folder.parent.parent
    packs = PackFolders(root, root.parent, VOCABULARY, LONDON)
    assert packs.folder("quick/updates") == packs.folder(str(folder)) == folder
    with pytest.raises(PackFolderError, match="use one of: quick/updates"):
        packs.folder("quick/passwords")


@pytest.mark.parametrize("name", ["updates", "quick/", "../updates", "quick/a/b", "Quick/updates"])
def test_a_pack_whose_name_would_be_a_path_is_not_begun(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackFolderError, match="small letters, digits and hyphens"):
        place_for(tmp_path, name)
