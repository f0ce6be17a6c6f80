"""What PyYAML says of a slip, in an editor's words, and on the line where the slip is. Pure."""

from __future__ import annotations

import re
from typing import Final

_LINE_BREAK: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_EXAMPLE: Final = 'title: "Safer streets: how it began"'
_COLON: Final = "mapping values are not allowed"
_UNCLOSED: Final = "found unexpected end of stream"
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
    ("found character '\\t'", "a line begins with a tab", "use spaces instead"),
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
    for beginning, what, remedy in _SLIPS:
        if said.startswith(beginning):
            return begun if beginning in {_UNCLOSED, _KEY_ALONE} else line, what, remedy
    return line, said, f"mend it; a value with a colon or a quotation mark needs quotes: {_EXAMPLE}"


def _explain_colon(line: int, lines: list[str]) -> tuple[int, str, str]:
    """A colon too many; or one that is missing in the line above, which then runs on into this one."""
    if ":" not in lines[line - 2] and lines[line - 1].count(":") == 1:
        return line - 1, "the line has no colon", 'write it as "key: value"'
    return line, "a value has a colon in it", f"put the value in quotes: {_EXAMPLE}"
