"""Words that were left to be filled in. Pure.

What is found stops a mail, so each pattern is strict: it asks for the words, marks and places of a gap.
"""

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
    from mailer.content.problem import Problem
    from mailer.content.source_text import Source

PLACEHOLDER = Rule(
    "placeholder",
    Severity.ERROR,
    "What was to be filled in later is read by everybody, and the mail can't be called back.",
)

# Where a sentence or a line ends. A line that is only broken goes on in lower case.
_END = r"(?=\s*(?:[.,;!)\]]|\Z)|\n(?-i:[A-Z]))"
_BEGIN = r"(?:\A|(?<=[.:(\[–-])\s*)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# What is asked for in brackets. "[the council]", "[sic]" and "[name withheld]" belong to a quotation.
_ASKED = (
    r"(?:(?:your|first|last|full|job|event|contact|start|end|telephone|phone|e-?mail|postal|web)\s+)*"
    r"(?:first ?name|surname|name|dates?|times?|title|text|url|link|number|venue|location|address|quote)"
)
_PICTURE = r"(?:pic|picture|photo|photograph|image|logo|screenshot|map|chart)"
_GAP = r"(?:of|for|to|and|or|here|goes|tbc|needed|missing)\b"
_TO_CHECK = r"(?:insert|enter|add|check|confirm|ask|fill in|replace|choose)"
_FIELD = r"[a-z_][\w.-]*(?: [\w.-]+){0,3}"
_GIVEN = r"(?:dates?|times?|venues?|locations?|rooms?)"
_GIVEN_WELSH = r"(?:dyddiad(?:au)?|amser(?:oedd)?|lleoliad(?:au)?|ystafell)"
_REST = r"[\s\S]{0,80}?"


def _sought(*signs: str, by: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """A pattern, and the signs in lower case without which it can't match: they are looked for in no time."""
    return signs, re.compile(by, re.IGNORECASE)


_LEFT_OPEN = (
    _sought(
        "lorem", "dolor", "consectetur", "placeholder",
        by=r"\b(?:lorem\s+ipsum|dolor\s+sit\s+amet|consectetur\s+adipiscing)\b"
        r"(?:,?\s+(?:dolor|sit|amet|consectetur|adipiscing|elit)\b)*|\bplaceholder\s+text\b",
    ),
    # A bank has this name, and an address may hold any letters.
    _sought(
        "tb",
        by=r"(?<![\w./@#-])(?-i:TB[CDA]|[Tt]b[cd]|tba)(?![\w@-]|\.\w|\s+(?-i:Bank|Group)\b)",
    ),
    _sought(
        "todo", "to do:", "fixme", by=r"\b(?-i:TODO|ToDo|FIXME)\b|(?<![A-Z] )\b(?-i:TO DO):"
    ),
    # To be confirmed by somebody, or announced in June, is news; at the end it is a gap.
    _sought(
        "confirmed", "announced",
        by=rf"(?:{_BEGIN}|\b{_GIVEN}:?\s+(?:(?:is|are|still|yet)\s+){{0,3}})"
        rf"to\s+be\s+(?:confirmed|announced)\b{_END}",
    ),
    _sought(
        "i'w", "i’w",
        by=rf"(?:{_BEGIN}|\b{_GIVEN_WELSH}:?\s+)"
        rf"i['’]w\s+(?:gadarnhau|chadarnhau|cadarnhau|gyhoeddi)\b{_END}",
    ),
    _sought(
        "follow",
        by=rf"{_BEGIN}(?:text|copy|content|quote|caption|link|{_PICTURE})\s+to\s+follow\b{_END}",
    ),
    _sought(
        "here",
        by=r"\byour\s+(?:text|copy|headline|title|logo)\s+(?:goes\s+)?here\b"
        r"|\b(?:insert|add)\s+(?:text|link|quote|name|date|image)\s+here\b",
    ),
    _sought(
        "[",
        by=rf"\[(?:{_ASKED}|{_PICTURE})(?:\s+{_GAP}{_REST})?\]"
        rf"|\[(?:{_TO_CHECK}|your)\s{_REST}\]|\[insert\]|(?!\A)(?<!\n)(?-i:\[X\])",
    ),
    _sought(
        "(insert",
        by=rf"\(insert\s+(?:(?:a|an|the|your)\s+)?(?:{_ASKED}|{_PICTURE})\b{_REST}\)",
    ),
    _sought("<", by=rf"<(?:insert|add|your|name|date|title|link)\b(?![@.]){_REST}>"),
    _sought("{", by=rf"\{{\{{{_REST}\}}\}}|\{{%{_REST}%\}}|\{{\s?(?=..){_FIELD}\s?\}}"),
    # Of Mailchimp's *|FNAME|* Markdown keeps what is between the stars.
    _sought("|", by=r"\*\|[A-Z0-9_:]{2,40}\|\*|\|(?-i:[FL]?NAME|EMAIL|UNSUB)\|"),
    _sought(
        "«",
        by=r"«\s?(?:(?:first|last|full)[ _]?)?(?:name|surname|title|organisation|address|date)\w*\s?»",
    ),
    _sought(
        "£x", "£ x", "€x", "$x", "x%", "x %",
        by=r"[£$€]\s?x+(?:[.,]x+)*(?:m|bn|k)?\b|(?<![\w.])x+ ?%(?![0-9a-f])",
    ),
    # Twenty is written so behind a name and before one: Super Bowl XX, the XX Olympic Games.
    _sought(
        "xx",
        by=rf"(?<![\w/])xx+(?=\s+{_MONTH}|\s+(?:people|per cent|million|thousand|places)\b|/)"
        r"|\b20xx\b|\b(?-i:XXXX+)\b"
        r"|(?:\A|(?-i:\b[a-z]+\s+)|(?<=[(:])\s?)(?-i:XX)(?!\s+(?-i:[A-Z])|\s+chromosome|\w)",
    ),
    _sought("dd/mm", by=r"(?<!as )(?<!format )(?<!form )(?<!\()\bdd/mm(?:/yy(?:yy)?)?\b"),
    # Behind a word they are excitement.
    _sought(
        "??",
        by=r"(?:(?<=[£$€:(/\[])|(?<=[£$€:(/]\s)|\A|(?<=\bis\s)|(?<=\bare\s)|(?<=\bon\s)|(?<=\bat\s))"
        r"\?{2,}|(?<=\s)\?{2,}(?=\s[a-z]|[/%])|(?<=\s)\?{3,}|(?<=\d)\?{2,}(?=[\d/%])",
    ),
    # A line of nothing else is a rule between two parts.
    _sought("___", by=r"(?<!\w)(?<!\A)(?<!\n)_{3,}(?!\w)|(?:\A|(?<=\n))_{3,}(?=[ \t]*[^\s_])"),
)  # fmt: skip
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


def find_placeholders(text: str, drafts: Iterable[str] = ()) -> list[tuple[int, str]]:
    """Each gap with the number of the line of `text` on which it begins, the first line being 0."""
    lowered = text.lower()
    spans = {
        match.span()
        for signs, pattern in _LEFT_OPEN
        if any(sign in lowered for sign in signs)
        for match in pattern.finditer(text)
        if not _is_quoted(text, match)
    }
    for draft in drafts:
        if (start := text.find(draft)) >= 0:
            spans.add((start, start + len(draft)))
    found: dict[tuple[int, str], None] = {}
    told_to = 0
    for start, end in sorted(spans):
        if start >= told_to:
            shown = text[start:end]
            line = text.count("\n", 0, end - len(shown.lstrip()))
            found[line, " ".join(shown.split())] = None
            told_to = end
    return list(found)


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    """Whether it is what an editor put into somebody's words: "Look after [your mates]"."""
    if not match.group().startswith("[") or match.group().lower().startswith("[insert"):
        return False
    before = text[: match.start()]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _check_placeholders(checked: Checked) -> Iterator[Problem]:
    # A licence is read too, but is no sentence: "CC BY-NC-SA 4.0" doesn't shout.
    licences = (each for each in checked.passages.values if each.key == "assets.licence")
    for passage in (*checked.passages.words, *licences):
        for below, shown in find_placeholders(passage.text, checked.options.drafts):
            yield PLACEHOLDER.broken(
                passage.path,
                passage.line + below,
                f'"{shown}" was left to be filled in',
                "write what is meant",
            )


CHECKS = (Check((PLACEHOLDER,), _check_placeholders),)
