"""The links that partners get with a post."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.content.passages import read_passages
from mailer.content.source_text import Source

PACK = """\
---
title: A pack at https://example.org/title
posts:
  - network: x
    text: |-
      Lock your bike. 🔒

      {}
---

Nothing.
"""


@pytest.mark.parametrize(
    ("words", "urls"),
    [
        ("https://example.org/bikes #bikes", ["https://example.org/bikes"]),
        ("See http://www.example.org/a_(b)!", ["http://www.example.org/a_(b)"]),
        ("Mark it (www.example.org).", ["https://www.example.org"]),
        (
            "bit.ly/3xyz, and gov.uk/bike-theft",
            ["https://bit.ly/3xyz", "https://gov.uk/bike-theft"],
        ),
        ("Lantern.Otter.Biscuit and/or 24/7, e.g. at 9.am/pm; jane@example.org/x @force.uk/x", []),
        (
            "https://[oops, www.ex\u2100mple.org and https://example.org:80a/",
            ["https://example.org:80a/"],
        ),
    ],
)
def test_an_address_in_a_post_is_a_link_where_it_stands(words: str, urls: list[str]) -> None:
    passages = read_passages([Source(PurePath("pack.md"), PACK.replace("{}", words))])
    assert [(link.url, link.line, link.text) for link in passages.links] == [
        (url, 8, "") for url in urls
    ]
