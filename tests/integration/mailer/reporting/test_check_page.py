"""What a check found as a page, in a real browser."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

import pytest

from mailer.checks.content.links import LINK_INSECURE, LINK_SHORTENED
from mailer.checks.content.readability import SENTENCE_LONG
from mailer.checks.override import Override, Passed, Sorted
from mailer.rendering.brand import Brand
from mailer.reporting.check_page import CheckPage
from mailer.template_files import templates_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from mailer.content.problem import Rule

NOW = dt.datetime(2026, 10, 1, 9, 30, tzinfo=dt.UTC)
ARTICLE = PurePath("editions/issue-04/articles/12-trading-standards-in-three-counties.md")
BRAND = Brand("The Local Partnerships team", "1 Example Street", "team@partnerships.example.org")

SPILLED = """() => [...document.querySelectorAll('th, td')]
 .filter(cell => cell.scrollWidth > cell.clientWidth || cell.getBoundingClientRect().right > innerWidth)
 .map(cell => cell.textContent)"""


def passed(rule: Rule, number: int) -> Passed:
    problem = rule.broken(ARTICLE, number, f'link "{number}" is not secure', "write https://")
    reason = "Their site has none <yet>"
    return Passed(
        problem,
        Override(number, rule.name, str(ARTICLE), "", problem.what, reason, "ann", NOW),
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    long_link = f'link "https://bit.ly/{"x" * 90}" hides where it leads'
    problems = (
        LINK_SHORTENED.broken(ARTICLE, 14, long_link, "give the address that it leads to"),
        LINK_INSECURE.broken(ARTICLE, 17, "a <script> is not secure", "write https://"),
        SENTENCE_LONG.broken(ARTICLE, 20, "the sentence has 40 words", "make two of it"),
    )
    kept = passed(LINK_INSECURE, 3)
    found = Sorted(problems, (kept,), (passed(LINK_INSECURE, 5).override,))
    page = CheckPage(templates_folder() / "report", BRAND).render("issue-04", found, 12, NOW)
    path: Path = tmp_path_factory.mktemp("page") / "check.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_everybody_can_read_the_page(
    browser: Browser,
    address: str,
    faults: Callable[[Page], list[str]],
    width: int,
    scheme: Literal["dark", "light"],
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(address)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # No word of a cell stands outside it, over its neighbour or cut off at the edge.
    assert page.evaluate(SPILLED) == []
    heads = page.get_by_role("heading", level=2).all_inner_texts()
    assert heads == [
        "To be mended before it can go",
        "To be looked at",
        "Advice",
        "What somebody let pass",
        "What was let pass, and has changed or gone since",
    ]
    assert page.get_by_text("a <script> is not secure").is_visible()
    assert page.get_by_text("Their site has none <yet>").first.is_visible()
