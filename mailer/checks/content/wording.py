"""Words that were left to be filled in, and words that shout. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.content.dates import sentences
from mailer.content.passages import read_passages
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked
    from mailer.content.passages import Passage
    from mailer.content.problem import Problem
    from mailer.content.source_text import Source

PLACEHOLDER = Rule(
    "placeholder",
    Severity.ERROR,
    "What was to be filled in later is read by everybody, and the mail can't be called back.",
)
CAPITALS = Rule(
    "capitals",
    Severity.WARNING,
    "Words in capitals lose their shape and are harder to read, some screen readers spell them, "
    "and spam filters count them.",
)
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

_MARKUP = re.compile(r"\]\s?\([^)]*\)|\*\*")
_LEFT_OPEN = re.compile(
    r"\blorem ipsum\b|\bdolor sit amet\b|\bplaceholder text\b|\b(?-i:TODO|TBC|TBD|TBA|FIXME)\b"
    r"|\bxx+\b|\?{3,}|\{\{.*?\}\}|\bdd/mm(?:/yy(?:yy)?)?\b"
    r"|\[(?:insert|add|your|enter|link|name|date|time|title|text|tbc|x+|url|number|venue)\b[^\]]*\]"
    r"|<(?:insert|add|your|name|date|title|link)\b[^>]*>"
    r"|\b(?:insert|add) (?:text|link|quote|name|date|image) here\b",
    re.IGNORECASE,
)
_SHOUTED_RUN = re.compile(r"\b[A-Z]{2,}(?:[’'][A-Z]+)?(?:[\s-]+[A-Z]+(?:[’'][A-Z]+)?\b)+")
_LONG_WORD = re.compile(r"\b[A-Z]{9,}\b")
# Ordinary words that are shouted most; a single one in capitals is no acronym.
_SHOUTED = frozenset(
    {
        "ACTION", "ALL", "ALWAYS", "ATTENTION", "BREAKING", "DEADLINE", "FREE", "IMPORTANT", "MUST", "NEVER",
        "NOT", "NOTE", "NOW", "ONLY", "PLEASE", "READ", "REMINDER", "STOP", "TODAY", "URGENT", "WARNING",
    }
)  # fmt: skip
_WORD = re.compile(r"\b[A-Z]{3,}\b")
_LEAST_RUN = 3
_LEAST_OF_DRAFT = 12


def sentences_of_drafts(sources: Iterable[Source]) -> frozenset[str]:
    """What the patterns say that editions and packs are begun from: nobody means to send it.

    The names of sections are kept by many, and what stands for a value (`$title`) is filled in already.
    """
    passages = [each for each in read_passages(sources).words if each.key != "sections"]
    parts = (
        part.strip(' :."')
        for passage in passages
        for sentence, _ in sentences(passage)
        for part in re.split(r"\$\w+", sentence)
    )
    return frozenset(part for part in parts if len(part) >= _LEAST_OF_DRAFT)


def _check_placeholders(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        found = _LEFT_OPEN.search(passage.text) or _of_draft(passage, checked.options.drafts)
        if found:
            line = passage.line + passage.text.count("\n", 0, found.start())
            shown = " ".join(found.group().split())
            yield PLACEHOLDER.broken(
                passage.path, line, f'"{shown}" was left to be filled in', "write what is meant"
            )


def _of_draft(passage: Passage, drafts: frozenset[str]) -> re.Match[str] | None:
    """Where a sentence of the patterns still stands, from which editions and packs are begun."""
    found = (re.search(re.escape(each), passage.text) for each in drafts)
    return min(filter(None, found), key=re.Match.start, default=None)


def _check_markup(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        found = None if passage.key else _MARKUP.search(passage.text)
        if found:
            line = passage.line + passage.text.count("\n", 0, found.start())
            yield MARKUP_LEFT.broken(
                passage.path,
                line,
                f'"{found.group()}" is shown as it is',
                "write [words](https://address) without a blank between, or **bold** close to the words",
            )


def _check_capitals(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        shouted = find_shouting(passage.text)
        if shouted:
            line = passage.line + passage.text.count("\n", 0, passage.text.index(shouted))
            yield CAPITALS.broken(
                passage.path,
                line,
                f'"{" ".join(shouted.split())}" is in capitals',
                "write it in lower case",
            )


def find_shouting(text: str) -> str | None:
    """The first words in capitals that are no acronyms, or None."""
    for run in _SHOUTED_RUN.finditer(text):
        words = re.findall(r"[A-Z]+", run.group())
        is_whole = len(words) > 1 and run.group() == text.strip(" .!?:")
        if len(words) > _LEAST_RUN or (is_whole and sum(map(len, words)) >= 8):
            return run.group()
    for word in (*_LONG_WORD.finditer(text), *_WORD.finditer(text)):
        if len(word.group()) >= 9 or word.group() in _SHOUTED:
            return word.group()
    return None


def _check_headings(checked: Checked) -> Iterator[Problem]:
    texts = {source.path: source.text.split("\n") for source in checked.sources}
    words = [each for each in checked.passages.words if not each.key]
    for passage, following in zip(words, [*words[1:], None], strict=True):
        if passage.heading:
            if following is None or following.path != passage.path or following.heading:
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
    Check((PLACEHOLDER,), _check_placeholders),
    Check((MARKUP_LEFT,), _check_markup),
    Check((CAPITALS,), _check_capitals),
    Check((HEADING_BOLD, HEADING_EMPTY), _check_headings),
)
