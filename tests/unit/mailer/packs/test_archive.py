"""The ZIP of a pack: what is in it at which minute, and whether it is what its manifest says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.packs.archive import build_archive
from tests.packs import NOON, asset, film, leaflet, pack, picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailer.content.pack import Pack

FOLDER = "quickupdates-software-updates/"
MINUTE = dt.timedelta(minutes=1)


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP, by their names within its folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name.removeprefix(FOLDER): archive.read(name) for name in archive.namelist()}


def built(made: Pack, now: dt.datetime = NOON) -> dict[str, bytes]:
    return unpack(build_archive(made, now))


def manifest_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(files["manifest.json"])
    return manifest


def test_everything_lies_in_one_folder_named_for_the_pack() -> None:
    with zipfile.ZipFile(io.BytesIO(build_archive(pack(), NOON))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == [
        f"{FOLDER}README.txt",
        f"{FOLDER}assets/leaflet.pdf",
        f"{FOLDER}assets/poster.png",
        f"{FOLDER}manifest.json",
        f"{FOLDER}posts/01-x.txt",
        f"{FOLDER}posts/02-linkedin.txt",
        f"{FOLDER}posts/03-linkedin.txt",
    ]
    assert {entry.date_time for entry in entries} == {(2026, 7, 7, 0, 0, 0)}


def test_every_file_is_in_the_manifest_with_its_size_and_checksum() -> None:
    files = built(pack())
    manifest = manifest_of(files)
    listed = {
        each["file"]: each for each in manifest["texts"] + manifest["assets"] if "file" in each
    }
    assert sorted([*listed, "manifest.json"]) == sorted(files)
    for name, each in listed.items():
        assert each["size"] == len(files[name])
        assert each["sha256"] == hashlib.sha256(files[name]).hexdigest()


def test_the_manifest_tells_what_each_asset_is_and_how_it_may_be_used() -> None:
    expires = NOON + MINUTE
    manifest = manifest_of(built(pack(asset(embargo=NOON, expires=expires), film())))
    poster, video = manifest["assets"]
    assert poster["media_type"] == "image/png"
    assert (poster["width"], poster["height"]) == (1080, 1080)
    assert (poster["title"], poster["alt"]) == ("About poster", "What poster.png shows.")
    assert (poster["licence"], poster["credit"]) == (
        "Open Government Licence v3.0",
        "The Partnership",
    )
    assert dt.datetime.fromisoformat(poster["embargo"]) == NOON
    assert dt.datetime.fromisoformat(poster["expires"]) == expires
    assert (video["kind"], video["url"]) == ("video", "https://video.example.org/1")
    assert "file" not in video
    assert (manifest["pack"], manifest["date"]) == ("quickupdates/software-updates", "2026-07-07")


def test_the_posts_are_files_just_as_they_are_to_be_posted() -> None:
    files = built(pack())
    assert files["posts/01-x.txt"].decode() == "Update & restart. <b> #quickupdates\n"
    assert files["posts/02-linkedin.txt"].decode() == "First line.\n\nLast line.\n"


def test_the_read_me_tells_what_to_say_and_whom_to_ask() -> None:
    text = built(pack())["README.txt"].decode()
    for words in (
        "Small habits keep most criminals out.",
        "- Install the update on the day your phone offers it.",
        "7 July 2026: Software updates",
        "https://example.org/s",
        "assets/poster.png\nIt shows: What poster.png shows.",
        "Put #quickupdates and @cyberaware into what you post.",
        "About the campaign.",
        "desk@example.org",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 78


@pytest.mark.parametrize(
    ("now", "is_there"),
    [
        (NOON - dt.timedelta(microseconds=1), False),
        (NOON, True),
        (NOON + MINUTE - dt.timedelta(microseconds=1), True),
        (NOON + MINUTE, False),
    ],
)
def test_an_asset_is_in_the_zip_for_just_the_minutes_it_may_be_passed_on(
    now: dt.datetime, is_there: bool
) -> None:
    secret = asset("secret.png", title="The surprise", embargo=NOON, expires=NOON + MINUTE)
    data = build_archive(pack(asset(), secret), now)
    assert (b"secret.png" in data) == is_there
    assert (b"The surprise" in data) == is_there
    assert ("assets/secret.png" in unpack(data)) == is_there


def test_a_withdrawn_asset_is_gone_and_the_manifest_says_why() -> None:
    gone = asset("old.png", title="The old picture", withdrawn="Its logo is wrong")
    files = built(pack(asset(), gone))
    assert manifest_of(files)["withdrawn"] == [
        {"title": "The old picture", "because": "Its logo is wrong"}
    ]
    assert [each["title"] for each in manifest_of(files)["assets"]] == ["About poster"]
    assert "assets/old.png" not in files
    assert "The old picture was withdrawn" in files["README.txt"].decode()


def test_the_same_content_gives_the_same_bytes_whenever_it_is_built() -> None:
    first = build_archive(pack(), NOON)
    assert build_archive(pack(), NOON + dt.timedelta(days=400)) == first
    assert build_archive(dataclasses.replace(pack(), title="Another"), NOON) != first


@given(st.permutations([asset(), leaflet(), film(), asset("b.png", file=picture(8, 8))]))
def test_the_files_stand_in_one_order_however_they_are_listed(listed: list[Any]) -> None:
    with zipfile.ZipFile(io.BytesIO(build_archive(pack(*listed), NOON))) as archive:
        names = archive.namelist()
    assert names == sorted(names)
    assert len(names) == len(set(names)) == 8
