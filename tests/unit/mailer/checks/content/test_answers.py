"""What a host's answer says of a link."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.checks.content.answers import PRIVATE, Answer, judge_answer, judge_answers, urls_to_ask
from mailer.content.passages import PlacedLink

LINK = PlacedLink(PurePath("a.md"), 3, "the map", "https://example.org/map")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(200), None),
        (Answer(206), None),
        (Answer(404), ("link-dead", "is dead (status 404)")),
        (Answer(410), ("link-dead", "is dead (status 410)")),
        (Answer(500), ("link-dead", "is dead (status 500)")),
        (Answer(403), ("link-unknown", "could not be looked at (status 403)")),
        (Answer(429), ("link-unknown", "could not be looked at (status 429)")),
        (Answer(None, "is not answered"), ("link-dead", "is not answered")),
        (Answer(None, PRIVATE), ("link-private", "leads inside a private network")),
        (
            Answer(200, moved_to="https://example.org/new"),
            ("link-moved", "has moved to https://example.org/new"),
        ),
        (
            Answer(200, leads_to="https://example.org/en"),
            ("link-leads-on", "leads on to https://example.org/en for now"),
        ),
        (Answer(404, moved_to="https://example.org/new"), ("link-dead", "is dead (status 404)")),
    ],
)
def test_an_answer_becomes_a_finding_or_none(answer: Answer, told: tuple[str, str] | None) -> None:
    found = judge_answer(LINK, answer)
    if told is None:
        assert found is None
        return
    assert found is not None
    assert (found.rule.name, found.place) == (told[0], "a.md:3")
    assert found.what.endswith(told[1])


def placed(*urls: str) -> list[PlacedLink]:
    return [PlacedLink(PurePath("a.md"), line, "it", url) for line, url in enumerate(urls, 5)]


def test_what_kept_links_from_being_asked_is_told_once() -> None:
    links = placed("https://a.example/", "https://b.example/", "https://c.example/", "tel:999")
    away = Answer(None, "nobody was there", links_fault=False)
    answers = dict.fromkeys([link.url for link in links[:3]], away)
    (problem,) = judge_answers(links, answers)
    assert (problem.rule.name, problem.place) == ("link-unknown", "a.md:5")
    first = 'link "https://a.example/"'
    assert problem.what == f"{first} and 2 more could not be looked at: nobody was there"
    answers["https://b.example/"] = Answer(404)
    answers["https://c.example/"] = Answer(200)
    told = [(each.rule.name, each.line) for each in judge_answers(links, answers)]
    assert told == [("link-dead", 6), ("link-unknown", 5)]


def test_a_link_that_is_plainly_private_is_not_asked_for_and_so_told_of_once() -> None:
    links = placed("https://127.0.0.1/", "http://localhost:8080/", "https://wiki.internal./")
    assert urls_to_ask([*links, LINK]) == [LINK.url]
    assert list(judge_answers(links, {})) == []
