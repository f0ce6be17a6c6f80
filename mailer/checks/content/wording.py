"""Marks that were meant to be more than marks, and headings that are none. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.content.problem import Problem

HEADING_BOLD = Rule(
    "heading-bold",
    Severity.WARNING,
    "A bold line looks like a heading, and nobody who listens to the mail can jump to it.",
)
HEADING_EMPTY = Rule(
    "heading-empty",
    Severity.WARNING,
    "A heading with nothing below it promises a text that is not there.",
)

MARKUP_LEFT = Rule(
    "markup-left",
    Severity.WARNING,
    "Marks that were meant to be a link or bold type, and are none, stand in the mail as they were typed.",
)

# A number in the second pair of brackets is a note: "as was said [1][2]". A single "#" begins a hashtag.
_MARKUP = re.compile(
    r"\]\([^)\n]*\)?|\]\s\((?:https?:|www\.|mailto:|tel:)[^)\n]*\)?|\]\s\([\w-]+(?:\.[\w-]+)+\)"
    r"|\[[^\[\]]{1,80}\]\[(?!\d+\])[^\[\]]{0,80}\]"
    r"|~~[^\s~][^~\n]*~~|^#{2,6}[^\s#]+|\*\*",
    re.MULTILINE,
)


def _check_markup(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        found = None if passage.key else find_markup(passage.text)
        if found:
            line = passage.line + passage.text.count("\n", 0, found.start())
            yield MARKUP_LEFT.broken(
                passage.path,
                line,
                f'"{" ".join(found.group().split())}" is shown as it is',
                _markup_meant(found.group()),
            )


def find_markup(text: str) -> re.Match[str] | None:
    """The first mark in the words of a body that was meant to be markup and is none, or None."""
    return _MARKUP.search(text)


def _markup_meant(mark: str) -> str:
    if mark.startswith("#"):
        return "write ### and a blank before the words of a heading"
    if mark.startswith("~"):
        return "delete what no longer holds: nothing is struck through in a mail"
    if mark == "**":
        return "write **bold** close to the words"
    return "write [words](https://address) without a blank between, and close the bracket"


def _check_headings(checked: Checked) -> Iterator[Problem]:
    texts = {source.path: source.text.split("\n") for source in checked.sources}
    words = [each for each in checked.passages.words if not each.key]
    for passage, following in zip(words, [*words[1:], None], strict=True):
        if passage.heading:
            # One without words is told where the finished mail is looked at: html-heading.
            ends = following is None or following.path != passage.path or following.heading
            if passage.text and ends:
                yield HEADING_EMPTY.broken(
                    passage.path,
                    passage.line,
                    f'heading "{passage.text}" has no text below it',
                    "write some, or delete the heading",
                )
        elif re.fullmatch(r"(\*\*|__)[^*_]+\1:?", texts[passage.path][passage.line - 1].strip()):
            yield HEADING_BOLD.broken(
                passage.path,
                passage.line,
                f'"{passage.text}" is a bold line',
                "begin it with ### if it is a heading",
            )


CHECKS = (
    Check((MARKUP_LEFT,), _check_markup),
    Check((HEADING_BOLD, HEADING_EMPTY), _check_headings),
)
