"""The words of a link, and whether they say where it leads. English and Welsh. Pure.

One list for all that judge them: the author's files, the finished mail, and the form for partners.
"""

from __future__ import annotations

import re

# Any of these could stand for any page, alone or with others: "Learn more here", "Read the full story".
_EMPTY = frozenset(
    {
        "article", "click", "continue", "detail", "details", "document", "download", "file", "here", "info",
        "information", "link", "more", "page", "pdf", "post", "read", "site", "story", "url", "view", "web",
        "webpage", "website",
        "cliciwch", "darllen", "darllenwch", "ddolen", "dolen", "dudalen", "erthygl", "fanylion", "fwy",
        "gwefan", "gwybodaeth", "lawrlwytho", "lawrlwythwch", "manylion", "mwy", "ragor", "rhagor",
        "tudalen", "wefan", "wybodaeth", "yma",
    }
)  # fmt: skip
# Beside those they say no more. On their own they may be a name, or what is to be done.
_BETWEEN = frozenset(
    {
        "a", "about", "an", "at", "discover", "find", "follow", "for", "full", "further", "get", "go", "in",
        "it", "just", "know", "learn", "now", "of", "on", "open", "or", "our", "out", "please", "press",
        "rest", "right", "see", "tap", "that", "the", "this", "through", "to", "use", "via", "visit", "want",
        "am", "ar", "dilynwch", "dysgu", "dysgwch", "ein", "er", "ewch", "gael", "gweld", "gweler", "gwelwch",
        "hon", "hwn", "hyn", "i", "i'n", "i'r", "llawn", "o", "pwyswch", "y", "yn", "yr",
    }
)  # fmt: skip
_READING = re.compile(r"\b(?:continue|further|keep|carry on) reading\b")
_SIZE = re.compile(r"\b\d[\d.,]*\s*(?:bytes|[kmg]i?b)\b")
_WORD = re.compile(r"\w+(?:'\w+)?")


def is_vague(text: str) -> bool:
    """Whether the words of a link say nothing on their own: "Read more »", "cliciwch yma", "→"."""
    told = _READING.sub("read", _SIZE.sub("", text.casefold().replace("’", "'")))
    words = _WORD.findall(told)
    if not words:
        return True
    # "Get this right" is a title: only alone, or beside an empty word, it says nothing.
    has_empty = words == ["this"] or not _EMPTY.isdisjoint(words)
    return has_empty and all(word in _EMPTY or word in _BETWEEN for word in words)
