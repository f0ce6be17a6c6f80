"""How a template says things in a language."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from mailer.translations import load_catalogue
from mailer.web.speaking import Speech

CATALOGUE = load_catalogue()
MOMENT = dt.datetime(2027, 3, 27, 9, 5, tzinfo=dt.UTC)


def words(tag: str) -> Any:  # noqa: ANN401 - what templates are given
    return Speech(CATALOGUE.choose("frame", [tag])).words


@pytest.mark.parametrize(("tag", "month"), [("en-GB", "March"), ("cy", "Mawrth")])
def test_a_date_is_told_in_the_language_of_the_page(tag: str, month: str) -> None:
    told = words(tag)
    assert told["month"](MOMENT) == f"{month} 2027"
    assert told["in_day"](MOMENT.date()) == f"27 {month} 2027"
    assert told["in_moment"](MOMENT) == f"27 {month} 2027, 09:05 UTC"


def test_a_value_is_escaped_and_the_text_around_it_too() -> None:
    said = words("en-GB")["t"]("left.undo", publication="<b>&")
    assert said == "Undo: send me &lt;b&gt;&amp; again"
