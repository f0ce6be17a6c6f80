"""Small sound content that tests spoil, send and look at."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from mailer.workspace import add_sample_edition
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "The Bulletin"),))

EDITION = """\
---
publication: bulletin
number: 4
date: 2026-10-13
title: The Bulletin
subject: What partners did
preheader: And what they will do in the next quarter
sections:
  - In the spotlight
  - Guidance
spotlight: In the spotlight
---

Welcome to the fourth edition.
"""

FIRST = """\
---
title: A trial begins
section: In the spotlight
image: trial.png
image_alt: Four groups of people
quote:
  text: It works.
  name: Programme lead
contact:
  name: Trial team
  email: trial@example.org
links:
  - text: Read the trial's plan
    url: https://example.org/plan
---

Eight hundred people take part.
"""

SECOND = """\
---
title: New guidance
section: Guidance
sectors: [law-enforcement]
regions: [south-west]
---

Guidance is out.
"""


def picture(width: int = 1200, height: int = 675, kind: str = "PNG") -> bytes:
    """The bytes of a plain picture."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "#0b4f7d").save(data, kind)
    return data.getvalue()


_LEFT_EMPTY = ("Successful initiatives", "Tackling crime", "Guidance", "Practitioner perspective")


def add_short_edition(folder: Path) -> None:
    """The sample edition with three of its articles: much sooner checked, for those who send it."""
    edition = folder / "editions" / add_sample_edition(folder)
    for article in (edition / "articles").iterdir():
        if not article.name.startswith(("01-", "02-", "12-")):
            article.unlink()
    text = (edition / "edition.md").read_text(encoding="utf-8")
    for section in _LEFT_EMPTY:
        text = text.replace(f"  - {section}\n", "")
    (edition / "edition.md").write_text(text, encoding="utf-8")
