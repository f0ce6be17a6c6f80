"""An edition that is one file, to preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from mailer.web.preview import Preview, build_preview
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp

_FILLER = "".join(f"<p>Paragraph {number}</p>" for number in range(80))


class OneFile:
    """A source whose mail says what a file says. "!" lines are problems; some words make it fail."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def title(self) -> str:
        return "The Partnership Bulletin, issue 4"

    def sectors(self) -> Sequence[tuple[str, str]]:
        return [("ports", "Ports and shipping"), ("local", "Local government")]

    def regions(self) -> Sequence[tuple[str, str]]:
        return [("wales", "Wales"), ("north-east", "North East")]

    def render(self, sector: str | None, region: str | None) -> Preview:
        words = self._file.read_text()
        if "known failure" in words:
            raise BulletinError("edition-broken", "edition.md:3", "has no date", "add one")
        if "surprise" in words:
            raise ZeroDivisionError("nobody expected this")
        html = None if "no mail" in words else _html(f"{words} for {sector} in {region}")
        problems = [line[1:] for line in words.splitlines() if line.startswith("!")]
        size = 120_000 if "too long" in words else 81_234
        return Preview("Issue 4 is here", "What changed", html, f"TEXT {words}", problems, 14, size)

    def fingerprint(self) -> str:
        stat = self._file.stat()
        return f"{stat.st_mtime_ns} {stat.st_size}"

    def media(self, name: str) -> tuple[bytes, str] | None:
        known = {"a.png": (b"\x89PNG", "image/png"), "page.html": (b"<script>", "text/html")}
        return known.get(name)


def _html(words: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><title>Issue 4</title><style>'
        "body { background: #ffffff; color: #17202b; }"
        "@media (prefers-color-scheme: dark) { body { background: #10151b; color: #e8edf2; } }"
        f"</style></head><body><main><h1>{words}</h1>{_FILLER}</main>"
        "<script>document.querySelector('h1').textContent = 'a script ran'</script></body></html>"
    )


class Desk(NamedTuple):
    """Where the preview is, and the file it follows."""

    url: str
    file: Path


@pytest.fixture
def desk(tmp_path: Path, serve: Callable[[ASGIApp], str]) -> Desk:
    """A preview of an edition that says "First draft"."""
    file = tmp_path / "edition.md"
    file.write_text("First draft")
    return Desk(serve(build_preview(OneFile(file))), file)
