from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from mailer.content.edition import Article, Edition, Section
from mailer.content.variant import variant_for
from mailer.rendering.contents import contents
from mailer.rendering.wording import issue_line, telephone_uri
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Any]

LONDON, HEALTH = frozenset({"london"}), frozenset({"health"})


def edition(*articles: Article) -> Edition:
    titles = dict.fromkeys(article.section for article in articles)
    sections = (
        Section(title, title, False, tuple(a for a in articles if a.section == title))
        for title in titles
    )
    day = dt.date(2026, 1, 2)
    return Edition("issue-01", "bulletin", 1, day, "T", "", "S", "", "en-GB", "", tuple(sections))


def listed(issue: Edition) -> list[tuple[str, list[str]]]:
    return [(group.title, [each.slug for each in group.articles]) for group in contents(issue)]


def test_sections_are_listed_in_their_order(article: Make) -> None:
    issue = edition(
        article("a", section="One"), article("b", section="Two"), article("c", section="One")
    )
    assert listed(issue) == [("One", ["a", "c"]), ("Two", ["b"])]


def test_aimed_articles_come_first_and_only_once(article: Make) -> None:
    issue = edition(article("a", section="One"), article("b", section="Two", regions=LONDON))
    assert listed(issue) == [("For your region", ["b"]), ("One", ["a"])]


@pytest.mark.parametrize(
    ("sectors", "regions", "title"),
    [
        (HEALTH, frozenset(), "For your sector"),
        (frozenset(), LONDON, "For your region"),
        (HEALTH, LONDON, "For your sector and region"),
    ],
)
def test_the_aimed_group_is_named_for_its_aim(
    article: Make, sectors: frozenset[str], regions: frozenset[str], title: str
) -> None:
    assert contents(edition(article("a", sectors=sectors, regions=regions)))[0].title == title


def test_a_reader_elsewhere_is_not_told_of_articles_that_are_not_theirs(article: Make) -> None:
    issue = edition(article("a", section="One"), article("b", section="Two", regions=LONDON))
    elsewhere = variant_for(issue, FacetSet("health", frozenset({"wales"}))).edition
    assert listed(elsewhere) == [("One", ["a"])]


def test_the_issue_line_names_the_month_in_words(article: Make) -> None:
    assert issue_line(edition(article())) == "Issue 1 · January 2026"


@pytest.mark.parametrize(
    ("number", "uri"),
    [("020 7946 0123", "tel:02079460123"), ("+44 (20) 7946-0123", "tel:+442079460123")],
)
def test_a_telephone_link_can_be_dialled(number: str, uri: str) -> None:
    assert telephone_uri(number) == uri
