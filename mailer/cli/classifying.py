"""What `bulletin bounces classify` prints of each file: a few lines for a person, or one of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mailer.bounces.classify import classify
from mailer.cli.console import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mailer.bounces.result import Classified, FailedRecipient


_NUMBERS = 3
"""Words at the beginning of a reply among which its numbers stand: `smtp; 550 5.1.1 …`."""


def say_classified(files: Iterable[Path], as_json: bool) -> None:
    """Read each file, or each of a folder, and print what it reports as soon as that is known."""
    for file in _each(files):
        found = classify(file.read_bytes())
        if as_json:
            # Escaped: a name or a text of this kind may hold what no terminal takes.
            say(json.dumps(_data(file, found)))
        else:
            say(*(line.encode(errors="replace").decode() for line in _lines(file, found)))


def _each(files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        yield from sorted(p for p in file.iterdir() if p.is_file()) if file.is_dir() else [file]


def _data(file: Path, found: Classified) -> dict[str, Any]:
    return {"file": str(file), "recipients": [_recipient(each) for each in found.recipients]}


def _recipient(failed: FailedRecipient) -> dict[str, Any]:
    return {
        "address": failed.address,
        "original": failed.original,
        "class": failed.bounce_class,
        "reason": failed.reason,
        "status": failed.status,
        "smtp_code": failed.smtp_code,
        "text": failed.text,
        "reader": failed.reader,
    }


def _lines(file: Path, found: Classified) -> Iterator[str]:
    yield f"{file}: {found.kind}"
    for each in found.recipients:
        told = in_words(each.text, each.smtp_code, each.status)
        yield f"  {each.address}: {each.bounce_class}, {each.reason} ({told})"


def in_words(text: str, code: int | None, status: str | None = None) -> str:
    """What a mail server said, its numbers first; mostly the text begins with them."""
    begins = text.split()[:_NUMBERS]
    told = [number for number in (str(code or ""), status) if number and number not in begins]
    return " ".join((*told, text)).strip()
