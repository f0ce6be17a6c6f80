"""What PyYAML says of a slip, in an editor's words, and on the line where the slip is. Pure."""

from __future__ import annotations

import re
from typing import Final

_LINE_BREAK: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_KEY: Final = re.compile(r"([ -]*)[^\s#:-][^:]*:(?:\s|$)")
_PAIR: Final = re.compile(r"([ -]*[^\s#:-][^:]*:\s+)(\S.*)")
_INNER_COLON: Final = re.compile(r":(?:\s|$)")
_EXAMPLE: Final = 'title: "Safer streets: how it began"'
_COLON: Final = "mapping values are not allowed"
_UNCLOSED: Final = "found unexpected end of stream"
_TAB: Final = "found character '\\t'"
_KEY_ALONE: Final = "could not find expected ':'"
_SLIPS: Final = (
    (_UNCLOSED, "a quotation mark is never closed", "put another where the value ends"),
    (_KEY_ALONE, "the line has no colon", 'write it as "key: value"'),
    (
        "expected <block end>, but found '<scalar>'",
        "a value goes on after its quotation marks",
        "put the whole of it in quotes, and use the other kind of them within",
    ),
    (
        "expected <block end>",
        "the lines are indented unevenly",
        "indent what belongs together alike",
    ),
    (
        "found character",
        "a value begins with a sign that YAML keeps for itself",
        "put it in quotes",
    ),
)
"""How PyYAML begins what it says, what that is, and what to do."""


def explain_slip(said: str, source: str, line: int, begun: int) -> tuple[int, str, str]:
    """Line, what and remedy of what PyYAML `said` of a `line`, in something that had `begun` on another.

    Lines count from 1. What is not among the usual slips keeps PyYAML's words.
    """
    if said.startswith(_COLON):
        return _explain_colon(line, _LINE_BREAK.split(source))
    if said.startswith(_TAB):
        begins = _LINE_BREAK.split(source)[line - 1].lstrip(" ").startswith("\t")
        what = "the line begins with a tab" if begins else "a tab stands in the line"
        return line, what, "use spaces instead"
    for beginning, what, remedy in _SLIPS:
        if said.startswith(beginning):
            return begun if beginning in {_UNCLOSED, _KEY_ALONE} else line, what, remedy
    return line, said, f"mend it; a value with a colon or a quotation mark needs quotes: {_EXAMPLE}"


def _explain_colon(line: int, lines: list[str]) -> tuple[int, str, str]:
    """A colon too many; or one that is missing in the line above, which then runs on into this one."""
    above = next((n for n in range(line - 1, 0, -1) if lines[n - 1].strip()), 0)
    if above and lines[line - 1].count(":") == 1 and _lacks_colon(lines[:above]):
        return above, "the line has no colon", 'write it as "key: value"'
    return line, "a value has a colon in it", _quoted(lines[line - 1])


def _quoted(line: str) -> str:
    """To put a value in quotes: the line as it should be, but where the value began further up."""
    pair = _PAIR.fullmatch(line.rstrip())
    if not pair or not _INNER_COLON.search(pair[2]):
        return "put the whole value in quotes"
    key, value = pair.groups()
    if '"' not in value and "\\" not in value:
        return f'put the value in quotes: {key.lstrip()}"{value}"'
    return "put the value in quotes: " + key.lstrip() + "'" + value.replace("'", "''") + "'"


def _lacks_colon(lines: list[str]) -> bool:
    """Whether the last line should be a key with its value, and not more of the value above it."""
    *before, last = lines
    if ":" in last:
        return False
    keys = (len(key[1]) for each in reversed(before) if (key := _KEY.match(each)))
    return len(last) - len(last.lstrip()) <= next(keys, 0)
