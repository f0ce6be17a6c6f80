"""Whether an article is signed off: by its very content, and by what the owner was shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import PurePath
from typing import Any

import pytest

from mailer.content.edition import Article, Contact, Image, Link, Quote
from mailer.content.problem import Severity
from mailer.submissions.fingerprint import fingerprint
from mailer.submissions.sign_off import Piece, SignOff, Standing, judge, unsigned

NOW = dt.datetime(2027, 1, 5, 9, tzinfo=dt.UTC)
PATH = PurePath("editions/issue-05/articles/02-parks.md")
ARTICLE = Article(
    slug="parks",
    title="Lorry parks",
    section="News",
    order=2,
    body="We looked.\n",
    image=Image("a.png", "A lorry", None, 10, 10, "aa.png", b"x"),
    quote=Quote("It pays.", "Ann", None),
    contacts=(Contact("Roads", None, None, "roads@example.org", None),),
    links=(Link("The guide", "https://example.org/guide"),),
    sectors=frozenset({"health", "private"}),
    owner="Ann Example",
)


def piece(article: Article = ARTICLE, partner: bool = False) -> Piece:
    return Piece("issue-05", article, fingerprint(article), PATH, 7, partner)


def entry(number: int = 1, *, signed: bool = True, of: Article = ARTICLE) -> SignOff:
    return SignOff(
        number, "issue-05", "parks", of.title, fingerprint(of), "Ann", "", "", NOW, "clerk",
        NOW if signed else None, "Ann" if signed else "", "",
    )  # fmt: skip


EDITS = [
    {"title": "Lorry parks!"},
    {"body": "We looked twice.\n"},
    {"image": None},
    {"image": dataclasses.replace(ARTICLE.image, data=b"y")},  # type: ignore[type-var]
    {"image": dataclasses.replace(ARTICLE.image, alt="A van")},  # type: ignore[type-var]
    {"image": dataclasses.replace(ARTICLE.image, caption="At noon")},  # type: ignore[type-var]
    {"quote": Quote("It pays.", "Bob", None)},
    {"contacts": ()},
    {"links": (Link("The guide", "https://example.org/other"),)},
    {"sectors": frozenset({"health"})},
    {"regions": frozenset({"wales"})},
    {"owner": "Bob"},
    {"language": "cy"},
]


@pytest.mark.parametrize("edit", EDITS, ids=",".join)
def test_any_edit_ends_a_sign_off(edit: dict[str, Any]) -> None:
    assert judge(piece(), [entry()])[0] is Standing.SIGNED
    edited = dataclasses.replace(ARTICLE, **edit)
    assert judge(piece(edited), [entry()])[0] is Standing.CHANGED
    back = judge(piece(), [entry(), entry(2, signed=False, of=edited)])
    assert back[0] is Standing.SIGNED, "what was signed is signed, whatever else was asked"


def test_another_place_in_the_edition_is_no_edit() -> None:
    moved = dataclasses.replace(ARTICLE, section="Guidance", order=9, slug="parks")
    assert judge(piece(moved), [entry()])[0] is Standing.SIGNED


def test_the_check_says_where_it_stands_and_what_to_do() -> None:
    edited = dataclasses.replace(ARTICLE, title="New")
    asked = entry(2, signed=False, of=edited)
    told = [
        str(next(unsigned([piece(edited)], entries)))
        for entries in ([], [entry()], [entry(), asked])
    ]
    begin, name = f"{PATH}:7: warning: ", "issue-05/parks"
    ask, record = f"`bulletin article ask {name}`", f"`bulletin article sign-off {name}`"
    never = (
        f"Ann Example has not signed the article off; ask with {ask}, or record it with {record}"
    )
    changed = f"the article was changed after Ann signed it off on 2027-01-05; ask again with {ask}"
    waits = (
        "Ann was asked on 2027-01-05 to sign the article off, and has not done so; wait, or record"
    )
    assert told == [begin + never, begin + changed, f"{begin}{waits} it with {record}"]


def test_only_articles_with_an_owner_or_from_a_partner_need_one() -> None:
    unowned = dataclasses.replace(ARTICLE, owner="")
    assert list(unsigned([piece(unowned)], [])) == []
    (problem,) = unsigned([piece(unowned, partner=True)], [])
    assert problem.severity is Severity.WARNING
    assert "its owner has not signed" in problem.what
    other = dataclasses.replace(entry(), article="others")
    assert list(unsigned([piece()], [entry()])) == []
    assert len(list(unsigned([piece()], [other]))) == 1
