"""The list of what is inside, as groups of articles.

Pure; the HTML and the plain text both draw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.rendering.wording import aim_title

if TYPE_CHECKING:
    from mailer.content.edition import Article, Edition, Section


@dataclass(frozen=True, slots=True)
class Group:
    """Some articles under one name, in reading order. `ours` when the name is in our own words."""

    title: str
    articles: tuple[Article, ...]
    ours: bool = False


def contents(edition: Edition) -> list[Group]:
    """What is aimed at the reader first, then each section's other articles; nothing twice."""
    aimed = tuple(article for article in edition.articles if article.aimed)
    sections = (Group(section.title, _for_all(section)) for section in edition.sections)
    return [
        group for group in (Group(aim_title(aimed), aimed, ours=True), *sections) if group.articles
    ]


def _for_all(section: Section) -> tuple[Article, ...]:
    return tuple(article for article in section.articles if not article.aimed)
