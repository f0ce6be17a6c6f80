from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

from mailer.packs.snapshot import read_snapshot, withdraw, write_snapshot
from mailer.packs.tiles import tile_pictures
from tests.packs import NOON, asset, film, leaflet, pack

LONDON = ZoneInfo("Europe/London")


def test_a_pack_comes_back_as_it_was_but_for_the_bytes_of_its_files() -> None:
    opens = dt.datetime(2026, 10, 6, 9, 0, tzinfo=LONDON)
    whole = pack(
        asset(embargo=opens, expires=opens + dt.timedelta(days=9)), leaflet(), film(),
        asset("gone.png", withdrawn="A face\nwas shown"),
    )  # fmt: skip
    back = read_snapshot(write_snapshot(whole, tile_pictures(whole)))
    bare = tuple(
        dataclasses.replace(
            each, file=dataclasses.replace(each.file, data=b"") if each.file else None
        )
        for each in whole.assets
    )
    assert back.pack == dataclasses.replace(whole, assets=bare)
    assert back.sizes == {each.name: each.file.size for each in whole.assets if each.file}
    small = tile_pictures(whole)
    assert list(back.pictures) == ["poster.png"]
    assert back.pictures["poster.png"] == dataclasses.replace(small["poster.png"], data=b"")


def test_a_withdrawal_stands_above_what_the_pack_says_itself() -> None:
    withdrawn = withdraw(pack(), {"leaflet.pdf": "Out of date", "unknown.png": "x"})
    assert [each.withdrawn for each in withdrawn.assets] == [None, "Out of date", None]


def test_a_small_picture_is_small_and_says_nothing_of_its_file() -> None:
    (small,) = tile_pictures(pack(asset("poster.png"))).values()
    assert (small.width, small.height) == (552, 552)
    assert "poster" not in small.media_name
    same_file_elsewhere = tile_pictures(pack(asset("other.png")))["other.png"]
    assert same_file_elsewhere.media_name != small.media_name


def test_an_embargo_is_the_same_moment_after_the_round() -> None:
    back = read_snapshot(write_snapshot(pack(asset(embargo=NOON)), {}))
    assert back.pack.assets[0].embargo == NOON
