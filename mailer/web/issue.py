"""An edition becomes a page of the archive: what everybody may read of it, as HTML without style.

Pure but for its templates. Nothing in it is anybody's own: no name, no address, no link of a mail.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mailer.rendering.markup import render_web_markup
from mailer.rendering.templates import Markup
from mailer.rendering.wording import telephone_uri
from mailer.web.shelf import Issue

if TYPE_CHECKING:
    import datetime as dt

    from mailer.content.edition import Article, Edition
    from mailer.web.public import PublicPages
    from subscribers.facets import Vocabulary


def make_issue(
    edition: Edition,
    pages: PublicPages,
    vocabulary: Vocabulary,
    *,
    contacts: bool,
    now: dt.datetime,
) -> Issue:
    """The page of an edition; with `contacts` it says whom to ask."""
    values = {
        "edition": edition,
        "contacts": contacts,
        **article_words(vocabulary),
    }
    body = pages.page("issue_body.html", values, 200, (edition.language,)).body
    return Issue(
        publication=edition.publication,
        slug=edition.slug,
        number=edition.number,
        dated=edition.date,
        language=edition.language,
        title=edition.title,
        summary=edition.preheader or edition.subject,
        published_at=now,
        body=bytes(body).decode(),
    )


def article_words(vocabulary: Vocabulary) -> dict[str, object]:
    """What the template of an article asks for beside the article."""

    def readers(article: Article) -> str:
        facets = (*vocabulary.sectors, *vocabulary.regions)
        aimed = article.sectors | article.regions
        return ", ".join(facet.label for facet in facets if facet.slug in aimed)

    return {
        "markup": lambda text, heading: Markup(render_web_markup(text, heading)),
        "readers": readers,
        "telephone_uri": telephone_uri,
    }


def for_everybody(edition: Edition) -> Edition:
    """The edition without the articles that are aimed at some readers."""
    sections = []
    for section in edition.sections:
        articles = tuple(article for article in section.articles if not article.aimed)
        if articles:
            sections.append(dataclasses.replace(section, articles=articles))
    return dataclasses.replace(edition, sections=tuple(sections))
