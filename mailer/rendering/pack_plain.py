"""What a pack's mail says, as plain text. Pure; the frame around it is that of every mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.rendering import pack_wording as words
from mailer.rendering.pack_wording import place_posts
from mailer.rendering.plain import band, write_contact, write_link
from mailer.rendering.prose import render_prose
from mailer.rendering.slots import Slot, marker
from mailer.rendering.wording import CONTACT, in_day
from mailer.rendering.wrapping import WIDTH, underline, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailer.content.pack import Pack
    from mailer.rendering.pack_wording import PlacedPost, Tile

_CUT = "-" * WIDTH


def write_pack(
    pack: Pack, tiles: Sequence[Tile], credited: Sequence[str], page_url: str
) -> Iterator[str]:
    """The parts of the text, in the order of the mail."""
    yield f"Dear {marker(Slot.NAME)},"
    yield render_prose(pack.introduction)
    yield wrap(f"“{pack.messages[0]}”", "    ")
    yield f"{words.WHOLE_PACK}:\n{page_url}"
    yield from _messages(pack)
    yield from _dates(pack)
    if pack.posts:
        yield f"{band(words.POSTS)}\n\n{wrap(words.HOW_TO_POST)}"
        yield from map(_post, place_posts(pack.posts))
    if tiles:
        yield f"{band(words.ASSETS)}\n\n{wrap(words.HOW_TO_USE)}"
        yield from map(_tile, tiles)
    if pack.facts:
        yield band(words.FACTS)
        for fact in pack.facts:
            yield f"{wrap(fact.text, '- ')}\n{write_link(fact.source)}"
    yield band(words.CREDIT)
    if credited:
        yield "\n".join(wrap(each, "- ") for each in credited)
    yield f"{CONTACT}:\n{write_contact(pack.contact)}"


def _messages(pack: Pack) -> Iterator[str]:
    if len(pack.messages) > 1:
        others = "\n".join(wrap(message, "- ") for message in pack.messages[1:])
        yield f"{underline(words.MESSAGES, '-')}\n\n{others}"


def _dates(pack: Pack) -> Iterator[str]:
    waves = [
        wrap(f"{wave.title}{f' ({words.THIS_PACK})' if wave.pack == pack.slug else ''}",
             f"{in_day(wave.date)}: ")
        for wave in pack.theme.waves
    ]  # fmt: skip
    if waves:
        yield f"{underline(words.DATES, '-')}\n\n" + "\n".join(waves)


def _post(post: PlacedPost) -> str:
    text = "\n".join(map(wrap, post.lines))
    return f"{post.title} ({post.measured})\n{_CUT}\n{text}\n{_CUT}"


def _tile(tile: Tile) -> str:
    lines = [wrap(tile.title), wrap(tile.described), *([wrap(tile.note)] if tile.note else [])]
    return "\n".join([*lines, *([tile.url] if tile.url else [])])
