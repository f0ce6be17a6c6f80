"""What an article says, as one short text: an article that was edited has another. Pure.

Its place among the others is no part of it; who owns it is, for another owner has signed nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.content.edition import Article, Image


def fingerprint(article: Article) -> str:
    """The SHA-256 of all that readers see of an article, of its aims and of its owner."""
    held = {
        "title": article.title,
        "body": article.body,
        "image": _picture(article.image) if article.image else None,
        "quote": asdict(article.quote) if article.quote else None,
        "contacts": [asdict(contact) for contact in article.contacts],
        "links": [asdict(link) for link in article.links],
        "sectors": sorted(article.sectors),
        "regions": sorted(article.regions),
        "owner": article.owner,
    }
    if article.language:
        # Only where there is one: what was signed before articles had it stays signed.
        held["language"] = article.language
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _picture(image: Image) -> list[str]:
    return [hashlib.sha256(image.data).hexdigest(), image.alt, image.caption or ""]
