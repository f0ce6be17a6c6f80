from __future__ import annotations

import re
from pathlib import Path

from mailer.bounces.reason import MEANINGS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "bounces.md"


def test_the_page_tells_every_reason_as_it_is() -> None:
    table = PAGE.read_text(encoding="utf-8").split("\n## Reasons\n")[1]
    told = re.findall(r"^\| `([a-z-]+)` \| (\S+) \| (\S+) \| (.+) \|$", table, re.MULTILINE)
    assert told == [
        (reason, meaning.bounce_class, meaning.blame, meaning.sentence)
        for reason, meaning in MEANINGS.items()
    ]
