"""A theme's folder and its packs become values, and everything wrong with them a list of located problems.

Knows which files and keys there are; the words behind them are judged by the modules it calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer.content import rules
from mailer.content.assets import ASSETS, read_assets
from mailer.content.blocks import read_contact, read_language, read_link
from mailer.content.edition import Contact
from mailer.content.front_matter import Document, parse_document
from mailer.content.markdown import check_markdown
from mailer.content.pack import PACK_FILE, Fact, Pack, SocialPost
from mailer.content.problem import Findings, Problem, has_errors
from mailer.content.social import Network
from mailer.content.source_text import Source, read_text
from mailer.content.theme import THEME_FILE, Theme, Wave
from subscribers.facets import FacetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from mailer.content.front_matter import Fields
    from subscribers.facets import Vocabulary

_THEME_KEYS = (
    "publication", "name", "hashtag", "handle", "message", "contact", "language", "waves",
)  # fmt: skip
_PACK_KEYS = (
    "title", "subject", "preheader", "language", "messages", "posts", "facts", "assets",
)  # fmt: skip
_FOLDER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TAG = {"hashtag": re.compile(r"#\w*[^\W\d_]\w*"), "handle": re.compile(r"@[\w.-]*\w")}
_NOBODY = Contact("", None, None, None, None)


@dataclass(frozen=True, slots=True)
class ThemeReading:
    """What came of reading a theme. `theme` is there only when no problem is an error."""

    theme: Theme | None
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class PackReading:
    """What came of reading a pack with its theme. `pack` is there only when no problem is an error.

    `sources` are the files that it was made of, as they were then: the pack's own first.
    """

    pack: Pack | None
    problems: list[Problem]
    sources: tuple[Source, ...]


@dataclass(slots=True)
class _Files:
    """The files that were read so far, and what is wrong with them."""

    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def read(self, path: Path, shown_as: Path) -> tuple[Document, Findings] | None:
        findings = Findings(shown_as, self.problems)
        text = read_text(path, findings, "bulletin pack new")
        if text is None:
            return None
        self.sources.append(Source(shown_as, text))
        document = parse_document(text, findings)
        return (document, findings) if document else None

    @property
    def sorted_problems(self) -> list[Problem]:
        return sorted(self.problems, key=lambda problem: (str(problem.path), problem.line))


def read_theme(folder: Path, vocabulary: Vocabulary, shown_as: Path | None = None) -> ThemeReading:
    """Read a theme's folder without its packs. Problems name files below `shown_as`."""
    files = _Files()
    theme = _read_theme(folder, shown_as or folder, vocabulary, files)
    return ThemeReading(None if has_errors(files.problems) else theme, files.sorted_problems)


def read_pack(
    folder: Path, vocabulary: Vocabulary, zone: ZoneInfo, shown_as: Path | None = None
) -> PackReading:
    """Read a pack's folder, and the theme above it. Problems name files below `shown_as`.

    Times are those of clocks in `zone`.
    """
    files, shown_as = _Files(), shown_as or folder
    found = files.read(folder / PACK_FILE, shown_as / PACK_FILE)
    theme = _read_theme(folder.parent, shown_as.parent, vocabulary, files)
    pack = _read_pack(folder, *found, theme, zone) if found else None
    if theme and theme.wave_of(folder.name) is None:
        Findings(shown_as.parent / THEME_FILE, files.problems).broken(
            rules.WAVE_MISSING,
            0,
            f"no wave has the pack {folder.name}",
            f'write "pack: {folder.name}" into the wave that it is for',
        )
    sound = None if has_errors(files.problems) else pack
    return PackReading(sound, files.sorted_problems, tuple(files.sources))


def is_folder_name(name: str) -> bool:
    """Whether a theme or a pack may be called so: its name is part of addresses."""
    return _FOLDER.fullmatch(name) is not None


# ---- the theme


def _read_theme(
    folder: Path, shown_as: Path, vocabulary: Vocabulary, files: _Files
) -> Theme | None:
    found = files.read(folder / THEME_FILE, shown_as / THEME_FILE)
    if found is None:
        return None
    document, findings = found
    fields = document.fields
    fields.refuse_unknown(_THEME_KEYS)
    _check_folder(folder, findings)
    check_markdown(document.body, document.body_line, findings)
    return Theme(
        slug=folder.name,
        publication=_publication(fields, vocabulary, findings),
        name=fields.text("name", required=True),
        hashtag=_tag("hashtag", fields, findings),
        handle=_tag("handle", fields, findings),
        message=fields.text("message", required=True),
        contact=_contact(fields, findings),
        language=read_language(fields, findings),
        waves=_waves(fields, findings),
        about=document.body,
    )


def _check_folder(folder: Path, findings: Findings) -> None:
    if not is_folder_name(folder.name):
        findings.broken(
            rules.FOLDER_NAME,
            0,
            f'its folder is called "{folder.name}"',
            "rename it with small letters, digits and hyphens",
        )


def _publication(fields: Fields, vocabulary: Vocabulary, findings: Findings) -> str:
    words = fields.text("publication", required=True)
    try:
        return vocabulary.publication(words) if words else ""
    except FacetError as error:
        line = fields.line("publication")
        findings.broken(rules.FACET_UNKNOWN, line, f'"{words}" {error.what}', error.remedy)
        return ""


def _tag(key: str, fields: Fields, findings: Findings) -> str:
    words = fields.text(key)
    if words and not _TAG[key].fullmatch(words):
        findings.broken(
            rules.HASHTAG,
            fields.line(key),
            f'{key} "{words}" can\'t be one',
            'write it in quotes, as "#quickupdates" or "@quickupdates", without spaces',
        )
    return words


def _contact(fields: Fields, findings: Findings) -> Contact:
    for each in fields.mappings("contact"):
        return read_contact(each, findings)
    findings.broken(
        rules.FRONT_MATTER,
        fields.line("contact"),
        '"contact" is missing',
        "say whom partners can ask",
    )
    return _NOBODY


def _waves(fields: Fields, findings: Findings) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    for each in fields.mappings("waves"):
        each.refuse_unknown(("date", "title", "pack"))
        date, title = each.date("date", required=True), each.text("title", required=True)
        pack = each.text("pack") or None
        for other in waves:
            if date == other.date:
                _tell_twice(f"{date} is the date of two waves", each, "date", findings)
            if pack is not None and pack == other.pack:
                _tell_twice(f"two waves have the pack {pack}", each, "pack", findings)
        if date is not None:
            waves.append(Wave(date, title, pack))
    return tuple(sorted(waves, key=lambda wave: wave.date))


def _tell_twice(what: str, wave: Fields, key: str, findings: Findings) -> None:
    findings.broken(rules.WAVE_TWICE, wave.line(key), what, "keep one, or give it another")


# ---- the pack


def _read_pack(
    folder: Path, document: Document, findings: Findings, theme: Theme | None, zone: ZoneInfo
) -> Pack | None:
    fields = document.fields
    fields.refuse_unknown(_PACK_KEYS)
    _check_folder(folder, findings)
    check_markdown(document.body, document.body_line, findings)
    # All of it is read before it is known whether there is a date, so that all faults are told at once.
    title, subject = fields.text("title", required=True), fields.text("subject", required=True)
    preheader = fields.text("preheader")
    language, messages = read_language(fields, findings), _messages(fields, findings)
    posts, facts = tuple(_posts(fields, findings)), tuple(_facts(fields, findings))
    assets = read_assets(fields, folder / ASSETS, zone, findings)
    wave = theme.wave_of(folder.name) if theme else None
    if theme is None or wave is None:
        return None
    return Pack(
        slug=folder.name,
        theme=theme,
        title=title,
        subject=subject,
        preheader=preheader,
        date=wave.date,
        language=language if "language" in fields else theme.language,
        introduction=document.body,
        messages=messages,
        posts=posts,
        facts=facts,
        assets=assets,
    )


def _messages(fields: Fields, findings: Findings) -> tuple[str, ...]:
    messages = tuple(words for words, _ in fields.texts("messages"))
    if not messages:
        findings.broken(
            rules.PACK_EMPTY,
            fields.line("messages"),
            '"messages" is missing',
            "list the key messages, the first one foremost",
        )
    return messages


def _posts(fields: Fields, findings: Findings) -> Iterator[SocialPost]:
    for each in fields.mappings("posts"):
        each.refuse_unknown(("network", "text"))
        words = each.text("network", required=True).casefold()
        text = each.text("text", required=True, one_line=False)
        line = each.line("text")
        if words not in set(Network):
            known = ", ".join(Network)
            if words:
                findings.broken(
                    rules.POST_NETWORK,
                    each.line("network"),
                    f'"{words}" is no network that we know',
                    f"use one of: {known}",
                )
            continue
        network = Network(words)
        for fault in network.faults(text):
            what = f"the text for {network.label} {fault}"
            findings.broken(rules.POST_LENGTH, line, what, "shorten it")
        yield SocialPost(network, text, line)


def _facts(fields: Fields, findings: Findings) -> Iterator[Fact]:
    for each in fields.mappings("facts"):
        each.refuse_unknown(("text", "source"))
        text = each.text("text", required=True, one_line=False)
        sources = [read_link(source, findings) for source in each.mappings("source")]
        if len(sources) == 1:
            yield Fact(text, sources[0])
        else:
            findings.broken(
                rules.FRONT_MATTER,
                each.line("source"),
                f"a fact has {len(sources) or 'no'} sources",
                'give one "source", with its "text" and "url"',
            )
