"""An inbox with mail in it, served."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING, NamedTuple

import pytest
from PIL import Image

from mailer.sandbox.mailbox import Mailbox
from mailer.sandbox.viewer import build_inbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

BASE = "https://bulletin.example.org"

HTML = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Issue 4</title>
<style>
  body {{ background: #ffffff; color: #17202b; }}
  @media (prefers-color-scheme: dark) {{ body {{ background: #10151b; color: #e8edf2; }} }}
  @media (max-width: 480px) {{ #wide {{ display: none; }} }}
</style></head>
<body>
<h1>Issue 4</h1>
<p id="wide">Only where there is room</p>
<p><a href="#ledger">To the ledger</a> <a href="https://example.org/library">The precedent library</a></p>
<img id="ours" src="{BASE}/media/harbour.png" alt="The harbour" width="60" height="40">
<img id="theirs" src="https://tracker.example/pixel.png" alt="" width="1" height="1">
<script>document.querySelector("h1").textContent = "a script ran";
parent.document.title = "broken out";</script>
<img src="nothing" alt="" onerror="document.querySelector('h1').textContent = 'a handler ran'">
<form action="https://thief.example/"><button id="send">Send</button></form>
<h2 id="ledger">The ledger</h2>
</body></html>
"""


def a_mail(number: int) -> bytes:
    """One mail of a campaign, as it comes off the wire."""
    mail = EmailMessage()
    mail["From"] = "The Partnership Bulletin <bulletin@partnership.example>"
    mail["To"] = f"clerk{number}@harbour.example"
    mail["Subject"] = f"Issue 4 – what changed ({number})"
    mail["List-Id"] = "The Partnership Bulletin <bulletin.partnership.example>"
    mail.set_content(f"Issue 4\n\nHello clerk {number}\n")
    mail.add_alternative(HTML, subtype="html")
    mail.add_attachment(b"a,b\r\n1,2\r\n", maintype="text", subtype="csv", filename="figures.csv")
    return mail.as_bytes()


class Inbox(NamedTuple):
    """Where the pages are, and the mail behind them."""

    url: str
    mailbox: Mailbox
    ids: list[str]

    def page(self, number: int = -1, rest: str = "") -> str:
        """The address of one mail's page."""
        return f"{self.url}messages/{self.ids[number]}{rest}"


@pytest.fixture
def inbox(tmp_path: Path, serve: Callable[[ASGIApp], str]) -> Inbox:
    """An inbox with five mails, and the picture that they show."""
    mailbox, media = Mailbox(tmp_path / "inbox"), tmp_path / "media"
    media.mkdir()
    Image.new("RGB", (60, 40), (11, 79, 125)).save(media / "harbour.png")
    (tmp_path / "secret.png").write_bytes(b"not for reading")
    ids = [
        mailbox.deliver(
            a_mail(number), "bounce@partnership.example", f"clerk{number}@harbour.example"
        )
        for number in range(5)
    ]
    return Inbox(serve(build_inbox(mailbox, media, BASE)), mailbox, ids)
