"""What somebody typed as a correction: its text, or what is wrong with it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.content import rules
from mailer.content.markdown import check_markdown, read_blocks
from mailer.content.problem import Findings
from mailer.content.source_text import decode_text

if TYPE_CHECKING:
    from pathlib import PurePath

    from mailer.content.problem import Problem


def read_note(data: bytes, path: PurePath) -> tuple[str, list[Problem]]:
    """The Markdown of a note, and its problems by the `path` that they name."""
    findings = Findings(path)
    text = (decode_text(data, findings) or "").strip()
    check_markdown(text, 1, findings)
    for block in read_blocks(text, 1):
        if block.heading:
            # It stands above the title of the archive's page.
            findings.broken(
                rules.HEADING_LEVEL,
                block.line,
                "a heading in a correction",
                "write it in paragraphs",
            )
    if not text and not findings.problems:
        findings.broken(
            rules.CORRECTION_EMPTY, 0, "there is no text", "say what was wrong, and what is right"
        )
    return text, findings.problems
