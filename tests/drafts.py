"""Editions and packs that were begun by `bulletin … new`, written by somebody in a hurry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {
    "One line on what this bulletin is for": "News from partners for partners",
    ": say what is inside": " on a trial in four towns",
    "The sentence that follows the subject in the inbox": "What they did, and what they will do next",
    "Write the welcome here: two or three short paragraphs on what this edition brings "
    "and to whom.": "Welcome.",
    "The first article's title": "A trial begins",
    "Write the article here. Use **bold** with care, lists where they help, and `###` for a heading "
    "inside it.": "Eight hundred people take part.",
    "Say in one sentence what everybody should do": "Quick updates keep criminals out",
    "The campaign team": "Campaign desk",
    "Who runs the campaign": "The Partnership",
    "Say in two or three sentences what the campaign is for, and how partners take part.": "It is for all.",
    ": words and pictures for your channels": " on your channels this summer",
    "The key message of this wave, in one sentence": "Update your devices today",
    "What a partner can post as it stands": "Update your phone today.",
    "Say in two or three sentences what partners are asked to do with this pack, and when.": "Post it.",
}


def write_up(folder: Path) -> None:
    """Put words of one's own wherever the drafts ask for them."""
    for path in folder.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        for draft, words in WRITTEN.items():
            text = text.replace(draft, words)
        path.write_text(text, encoding="utf-8")
