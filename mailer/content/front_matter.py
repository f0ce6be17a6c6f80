"""Text with YAML front matter, each value with the line it stands on.

The only importer of PyYAML. Reads nodes rather than objects, because a problem without its line costs an
editor minutes; knows nothing of what the keys mean.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import yaml

from mailer.content import rules
from mailer.content.nearness import suggest
from mailer.content.yaml_lines import lay_out
from mailer.content.yaml_slips import explain_slip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mailer.content.problem import Findings

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_HASHTAG = re.compile(r"[ \t]+(#\w+)")


@dataclass(frozen=True, slots=True)
class Document:
    """A file split into its front matter and its body. Lines count from 1."""

    fields: Fields
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain text of the front matter, by its dotted key: `links.text`, with a break for each of the file.

    The line is that of its first word.
    """

    key: str
    text: str
    line: int


class Fields:
    """The keys of one YAML mapping, read one by one; what does not fit goes to the findings."""

    def __init__(self, node: yaml.MappingNode, findings: Findings, within: str = "") -> None:
        self._findings = findings
        self._within = within
        self._line = _line_of(node)
        self._values: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        for key, value in node.value:
            self._add(key, value)

    def _add(self, key: yaml.Node, value: yaml.Node) -> None:
        name, line = str(key.value), _line_of(key)
        if name in self._values:
            self._findings.broken(
                rules.FRONT_MATTER, line, f'"{name}" is there twice', "keep one of them"
            )
        self._lines[name] = line
        if value.tag != "tag:yaml.org,2002:null":
            self._values[name] = value

    def line(self, key: str) -> int:
        """The line of `key`, or of the mapping when the key is absent."""
        return self._lines.get(key, self._line)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def _named(self, key: str) -> str:
        return f'"{self._below(key)}"'

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Report every key that nobody reads: most often a slip of the pen."""
        for key, line in self._lines.items():
            if key not in known:
                remedy = suggest(key, known, f"use one of {', '.join(known)}")
                self._findings.broken(
                    rules.FRONT_MATTER, line, f"{self._named(key)} is not a known key", remedy
                )

    def text(self, key: str, *, required: bool = False, one_line: bool = True) -> str:
        """The words of a scalar, whatever YAML would make of them (`no` stays "no"); "" if absent."""
        node = self._values.get(key)
        if node is None:
            if required:
                self._findings.broken(
                    rules.FRONT_MATTER,
                    self.line(key),
                    f"{self._named(key)} is missing",
                    "add it to the front matter",
                )
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self._findings.broken(
                rules.FRONT_MATTER,
                self.line(key),
                f"{self._named(key)} is not a plain text",
                "write it on one line, in quotes",
            )
            return ""
        words = str(node.value).strip()
        if one_line and re.search(r"[\r\n\x85\u2028\u2029]", words):
            self._findings.broken(
                rules.FRONT_MATTER,
                self.line(key),
                f"{self._named(key)} has a line break",
                "write it on one line",
            )
            return " ".join(words.split())
        if required and not words:
            self._findings.broken(
                rules.FRONT_MATTER, self.line(key), f"{self._named(key)} is empty", "fill it in"
            )
        return words

    def integer(self, key: str, *, required: bool = False) -> int | None:
        """A whole number from 1, or None when it is absent or no number."""
        words = self.text(key, required=required)
        if not words:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", words) or int(words) < 1:
            self._findings.broken(
                rules.FRONT_MATTER,
                self.line(key),
                f'{self._named(key)} is "{words}"',
                "give a whole number from 1",
            )
            return None
        return int(words)

    def date(self, key: str, *, required: bool = False) -> dt.date | None:
        """A calendar date, or None when it is absent or none."""
        words = self.text(key, required=required)
        try:
            return dt.date.fromisoformat(words) if words else None
        except ValueError:
            self._findings.broken(
                rules.FRONT_MATTER,
                self.line(key),
                f'{self._named(key)} is "{words}"{_unless_a_day(words)}',
                "give a date as 2026-10-13",
            )
            return None

    def local_time(self, key: str) -> dt.datetime | None:
        """A time on some wall, to the minute and without a zone, or None when it is absent or none."""
        words = self.text(key)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", words):
            with contextlib.suppress(ValueError):
                return dt.datetime.fromisoformat(words)
        if words:
            self._findings.broken(
                rules.FRONT_MATTER,
                self.line(key),
                f'{self._named(key)} is "{words}"{_unless_a_day(words[:10])}',
                "give a date and a time as 2026-10-13 09:30",
            )
        return None

    def texts(self, key: str) -> list[tuple[str, int]]:
        """A list of texts, or a single one, each with its line."""
        found: list[tuple[str, int]] = []
        for node in self._items(key):
            if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
                found.append((str(node.value).strip(), _line_of(node)))
            else:
                self._findings.broken(
                    rules.FRONT_MATTER,
                    _line_of(node),
                    f"{self._named(key)} has an entry that is no text",
                    "list plain texts",
                )
        return found

    def mappings(self, key: str) -> Iterator[Fields]:
        """A list of mappings, or a single one."""
        for node in self._items(key):
            if isinstance(node, yaml.MappingNode):
                yield Fields(node, self._findings, key)
            else:
                self._findings.broken(
                    rules.FRONT_MATTER,
                    _line_of(node),
                    f"{self._named(key)} has an entry without keys",
                    f'write it as "key: value" lines under {key}',
                )

    def every(self) -> Iterator[Fields]:
        """This mapping and all within it, whatever their keys mean."""
        yield self
        for key in self._values:
            for node in self._items(key):
                if isinstance(node, yaml.MappingNode):
                    yield from Fields(node, self._findings, self._below(key)).every()

    def scalars(self) -> Iterator[Scalar]:
        """The plain texts that stand right in this mapping, those of its lists too."""
        for key in self._values:
            for node in self._items(key):
                if isinstance(node, yaml.ScalarNode):
                    text, below = lay_out(str(node.value), _written(node), node.style)
                    yield Scalar(self._below(key), text, _line_of(node) + below)

    def _below(self, key: str) -> str:
        return f"{self._within}.{key}" if self._within else key

    def _items(self, key: str) -> list[yaml.Node]:
        node = self._values.get(key)
        if node is None:
            return []
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def parse_document(text: str, findings: Findings) -> Document | None:
    """Split `text` at its `---` lines and read the front matter; None when it can't be read at all."""
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        findings.broken(
            rules.FRONT_MATTER,
            1,
            "there is no front matter",
            'begin the file with "---", the keys, and a second "---"',
        )
        return None
    source = text[opening.end() : closing.start()]
    node = _compose(source, findings)
    if node is None:
        return None
    _report_comments(node, source, findings)
    body = text[closing.end() :]
    stripped = body.lstrip("\n")
    body_line = text.count("\n", 0, closing.end()) + 1
    if stripped:
        body_line += len(body) - len(stripped)
    return Document(Fields(node, findings), stripped.rstrip() + "\n", body_line)


class _AliasError(yaml.MarkedYAMLError):
    """A star before a word: nobody means an alias by it, and a few aliases of aliases make gigabytes."""


class _WithoutAliases(yaml.SafeLoader):
    """Stops at the first alias, so that none is ever followed."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One node and all within it."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call] # the stubs leave it open
            raise _AliasError(problem=event.anchor, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


@lru_cache(64)
def _read(source: str) -> yaml.Node | None:
    """The nodes, which nobody changes: a check reads a file as its edition and once more for its words."""
    return yaml.compose(source, _WithoutAliases)


def _compose(source: str, findings: Findings) -> yaml.MappingNode | None:
    # The text after the opening fence begins with its line break, so a node's line is the file's, less one.
    try:
        node = _read(source)
    except _AliasError as error:
        findings.broken(
            rules.FRONT_MATTER,
            _line_of_error(error),
            f"*{error.problem} is a YAML alias",
            "put the text in quotes",
        )
        return None
    except yaml.YAMLError as error:
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        line, begun = _line_of_error(error), getattr(error, "context_mark", None)
        begun_line = int(begun.line) + 1 if begun else line
        line, what, remedy = explain_slip(str(said), source, line, begun_line)
        findings.broken(
            rules.FRONT_MATTER, line, f"the front matter is not valid YAML: {what}", remedy
        )
        return None
    except RecursionError:
        findings.broken(
            rules.FRONT_MATTER,
            1,
            "the front matter is nested too deeply",
            "write plain keys and lists",
        )
        return None
    if not isinstance(node, yaml.MappingNode):
        findings.broken(
            rules.FRONT_MATTER, 1, "the front matter holds no keys", 'write "key: value" lines'
        )
        return None
    return node


def _report_comments(node: yaml.Node, source: str, findings: Findings) -> None:
    """Report each value without quotes that ends before a hashtag, which is a comment to YAML."""
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            _report_comments(value, source, findings)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            _report_comments(entry, source, findings)
    elif not isinstance(node, yaml.ScalarNode) or node.style:
        return
    elif found := _HASHTAG.match(source, node.end_mark.index):
        findings.broken(
            rules.FRONT_MATTER_COMMENT,
            int(node.end_mark.line) + 1,
            f"YAML takes {found[1]} and what follows it for a comment",
            "put the value in quotes",
        )


def _unless_a_day(words: str) -> str:
    """What to add of something written as a date, when no calendar has it."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
        return ""
    try:
        dt.date.fromisoformat(words)
    except ValueError:
        return ": there is no such day"
    return ""


def _line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _written(node: yaml.Node) -> str:
    # A mark knows the whole text only where YAML was given a text and no file, as in _read.
    return str(node.start_mark.buffer)[node.start_mark.pointer : node.end_mark.pointer]


def _line_of_error(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark else 1
