"""A campaign pack built by hand, with an asset in every condition."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

from PIL import Image as Pillow

from mailer.content.edition import Contact, Link
from mailer.content.pack import Asset, AssetFile, AssetKind, Fact, Pack, SocialPost
from mailer.content.social import Network
from mailer.content.theme import Theme, Wave

NOON = dt.datetime(2026, 7, 7, 11, 0, tzinfo=dt.UTC)
TEAM = Contact("Campaign desk", "Runs it", "The Partnership", "desk@example.org", "01632 960123")
PDF = b"%PDF-1.4\n%%EOF\n"


def picture(width: int = 1080, height: int = 1080, colour: str = "#0b4f7d") -> AssetFile:
    """A real PNG of one colour."""
    out = io.BytesIO()
    Pillow.new("RGB", (width, height), colour).save(out, "PNG")
    data = out.getvalue()
    return AssetFile("image/png", hashlib.sha256(data).hexdigest(), data, width, height)


def asset(name: str = "poster.png", **changes: Any) -> Asset:  # noqa: ANN401 - any of its values
    """A picture that may be used, with only what is said changed."""
    values: dict[str, Any] = {
        "name": name,
        "title": f"About {name.partition('.')[0]}",
        "alt": f"What {name} shows.",
        "kind": AssetKind.IMAGE,
        "licence": "Open Government Licence v3.0",
        "credit": "The Partnership",
        "file": picture(),
    }
    return Asset(**values | changes)


def leaflet() -> Asset:
    """A PDF."""
    file = AssetFile("application/pdf", hashlib.sha256(PDF).hexdigest(), PDF)
    return asset("leaflet.pdf", kind=AssetKind.PDF, file=file, credit="A & B <Ltd>")


def film() -> Asset:
    """A video: a link."""
    return asset("film", kind=AssetKind.VIDEO, file=None, url="https://video.example.org/1")


def theme(**changes: Any) -> Theme:  # noqa: ANN401 - any of its values
    """A campaign of two waves."""
    values: dict[str, Any] = {
        "slug": "quickupdates",
        "publication": "quickupdates",
        "name": "#quickupdates",
        "hashtag": "#quickupdates",
        "handle": "@cyberaware",
        "message": "Small habits keep most criminals out.",
        "contact": TEAM,
        "language": "en-GB",
        "waves": (
            Wave(dt.date(2026, 7, 7), "Software updates", "software-updates"),
            Wave(dt.date(2026, 10, 6), "Three random words", None),
        ),
        "about": "About the campaign.\n",
    }
    return Theme(**values | changes)


def pack(*assets: Asset, **changes: Any) -> Pack:  # noqa: ANN401 - any of its values
    """A pack of the first wave."""
    values: dict[str, Any] = {
        "slug": "software-updates",
        "theme": theme(),
        "title": "Update when it asks",
        "subject": "Your pack: update when it asks",
        "preheader": "Copy, pictures and facts for July",
        "date": dt.date(2026, 7, 7),
        "language": "en-GB",
        "introduction": "Here is what we ask you to *say* in July.\n",
        "messages": ("Install the update on the day your phone offers it.", "It takes minutes."),
        "posts": (
            SocialPost(Network.X, "Update & restart. <b> #quickupdates", 10),
            SocialPost(Network.LINKEDIN, "First line.\n\nLast line.", 14),
            SocialPost(Network.LINKEDIN, "Another text.", 20),
        ),
        "facts": (
            Fact("Most break-ins use old faults.", Link("The study", "https://example.org/s")),
        ),
        "assets": assets or (asset(), leaflet(), film()),
    }
    return Pack(**values | changes)
