"""What a host's answer says of a link."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.checks.content.answers import Answer, judge_answer
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
        (
            Answer(200, moved_to="https://example.org/new"),
            ("link-moved", "leads on to https://example.org/new"),
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
