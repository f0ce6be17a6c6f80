"""The words of a pack as files of plain text: what it is, and each post ready to be copied. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.packs.manifest import asset_path
from mailer.rendering import pack_wording as words
from mailer.rendering.plain import band, write_contact, write_link
from mailer.rendering.prose import render_prose
from mailer.rendering.wording import CONTACT, in_day
from mailer.rendering.wrapping import underline, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailer.content.pack import Asset, Fact, Pack

README = "README.txt"


def write_copy_texts(
    pack: Pack, held: Sequence[Asset], withdrawn: Sequence[Asset]
) -> dict[str, bytes]:
    """The text files of a ZIP with the assets that are `held`, by name; others were `withdrawn`."""
    texts = {README: "\n\n".join(_read_me(pack, held, withdrawn)) + "\n"}
    for number, post in enumerate(pack.posts, 1):
        texts[f"posts/{number:02}-{post.network}.txt"] = post.text + "\n"
    return {name: text.encode() for name, text in texts.items()}


def _read_me(pack: Pack, held: Sequence[Asset], withdrawn: Sequence[Asset]) -> Iterator[str]:
    yield underline(f"{pack.theme.name}: {pack.title}", "=")
    yield wrap(pack.theme.message)
    yield render_prose(pack.introduction)
    yield "\n".join([band("Key messages"), "", *(wrap(each, "- ") for each in pack.messages)])
    waves = [wrap(wave.title, f"{in_day(wave.date)}: ") for wave in pack.theme.waves]
    yield "\n".join([band(words.DATES), "", *waves])
    if pack.posts:
        yield f"{band(words.POSTS)}\n\n{wrap('Each text is a file in posts/, as it is to be posted.')}"
    if pack.facts:
        yield band(words.FACTS)
        yield from map(_fact, pack.facts)
    if held or withdrawn:
        yield band(words.ASSETS)
        yield from map(_asset, held)
        for asset in withdrawn:
            yield wrap(f"{asset.title} was withdrawn, don't use it: {asset.withdrawn}")
    credited = [*words.name_us(pack.theme), *words.tell_credits(held)]
    if credited:
        yield "\n".join([band(words.CREDIT), "", *(wrap(each, "- ") for each in credited)])
    if pack.theme.about.strip():
        yield f"{band('About the campaign')}\n\n{render_prose(pack.theme.about)}"
    yield f"{band(CONTACT)}\n\n{write_contact(pack.contact)}"


def _fact(fact: Fact) -> str:
    return f"{wrap(fact.text, '- ')}\n{write_link(fact.source)}"


def _asset(asset: Asset) -> str:
    return "\n".join(
        [wrap(asset.title), asset.url or asset_path(asset), wrap(f"It shows: {asset.alt}")]
    )
