"""What an approval is bound to: everything that a reader sees, and whom it goes to."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mailer.approval.fingerprint import Fingerprint, Part, edition_fingerprint
from mailer.content.edition import Article, Edition, Image, Section
from mailer.content.variant import whole
from mailer.rendering.brand import Brand
from mailer.rendering.bulletin import Renderer
from mailer.rendering.stationery import Stationery
from subscribers.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Callable

BRAND = Brand("The team", "1 Example Street", "team@partner.example")
RENDERER = Renderer(Stationery(BRAND, "Bulletin", "News.", "https://b.example/"))
OTHER_RENDERER = Renderer(Stationery(BRAND, "Bulletin", "News.", "https://c.example/"))
POLICE = Segment("police", sectors=frozenset({"law-enforcement"}))
PICTURE = Image("a.png", "A pair of scales.", "Coins.", 1200, 675, "abc.png", b"png")
ARTICLE = Article(
    "scales", "About scales", "News", 1, "One paragraph.\n", PICTURE, regions=frozenset({"wales"})
)
EDITION = Edition(
    slug="issue-04",
    publication="bulletin",
    number=4,
    date=dt.date(2027, 1, 12),
    title="Bulletin",
    strapline="",
    subject="News of January",
    preheader="Scales",
    language="en-GB",
    welcome="Welcome.",
    sections=(Section("news", "News", False, (ARTICLE,)),),
)


def taken(
    edition: Edition = EDITION, segment: Segment = POLICE, renderer: Renderer = RENDERER
) -> Fingerprint:
    return edition_fingerprint(edition, renderer.render(whole(edition)), segment)


def with_article(**changes: object) -> Edition:
    article = dataclasses.replace(ARTICLE, **changes)  # type: ignore[arg-type]
    return with_edition(sections=(Section("news", "News", False, (article,)),))


def with_edition(**changes: object) -> Edition:
    return dataclasses.replace(EDITION, **changes)  # type: ignore[arg-type]


def test_the_same_is_the_same_however_often_it_is_taken() -> None:
    assert taken() == taken()
    assert len(taken().digest) == 64
    assert taken().changed_since(taken()) == ()


EDITS: dict[str, tuple[Callable[[], Fingerprint], set[Part]]] = {
    "the subject": (lambda: taken(with_edition(subject="Other news")), {Part.SUBJECT}),
    "the preheader": (lambda: taken(with_edition(preheader="Coins")), {Part.SUBJECT}),
    "a word": (lambda: taken(with_article(body="One paragraph!\n")), {Part.TEXT}),
    "the day": (lambda: taken(with_edition(date=dt.date(2027, 1, 19))), {Part.DATE}),
    "a picture": (
        lambda: taken(with_article(image=dataclasses.replace(PICTURE, media_name="d.png"))),
        {Part.PICTURES},
    ),
    "a picture's place": (
        lambda: taken(with_article(slug="weights")),
        {Part.PICTURES, Part.AIMS},
    ),
    "an article's aim": (
        lambda: taken(with_article(regions=frozenset({"wales", "london"}))),
        {Part.AIMS},
    ),
    "an article's sector, in the list of what is inside": (
        lambda: taken(with_article(sectors=frozenset({"health"}))),
        {Part.AIMS, Part.TEXT},
    ),
    "the segment's sectors": (lambda: taken(segment=Segment("police")), {Part.AUDIENCE}),
    "the segment's exceptions": (
        lambda: taken(segment=dataclasses.replace(POLICE, except_regions=frozenset({"wales"}))),
        {Part.AUDIENCE},
    ),
    "the publication": (lambda: taken(with_edition(publication="other")), {Part.AUDIENCE}),
    "who sends it": (
        lambda: edition_fingerprint(
            EDITION, RENDERER.render(whole(EDITION)), POLICE, ("Somebody else",)
        ),
        {Part.SENDER},
    ),
    "the sender's look": (
        lambda: taken(renderer=OTHER_RENDERER),
        {Part.LOOK},
    ),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_each_edit_changes_it_and_is_told_by_name(edit: str) -> None:
    take, parts = EDITS[edit]
    assert take().digest != taken().digest
    assert set(take().changed_since(taken())) == parts


def test_a_segment_of_another_name_reaches_the_same_people() -> None:
    assert taken(segment=dataclasses.replace(POLICE, name="officers")) == taken()


def test_what_could_be_cut_in_two_ways_differs() -> None:
    one = taken(with_edition(subject="a", preheader="bc"))
    assert one.digest != taken(with_edition(subject="ab", preheader="c")).digest
