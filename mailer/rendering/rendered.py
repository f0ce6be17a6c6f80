"""A finished mail, but for what is personal in it.

Knows nothing of how it was made or how it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """One variant as mail. `html` and `text` carry slot markers; the rest is the same for all."""

    subject: str
    preheader: str
    html: str
    text: str
    language: str
