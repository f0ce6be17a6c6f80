"""The few words that the HTML and the plain text must say alike. Knows no layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from mailer.content.edition import Article, Edition

CONTENTS = "In this issue"
CONTACT = "Contact"
VIEW_ONLINE = "Read this issue in your browser"
PREFERENCES = "Change what you get"
UNSUBSCRIBE = "Unsubscribe"

VIEW_MAIL_ONLINE = "Read this mail in your browser"
CORRECTION = "Correction"
CORRECTION_PREHEADER = "What was wrong, and what is right"

# Not from the system's locale: the same edition must read the same on every machine.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def month_and_year(date: dt.date) -> str:
    """A date as the masthead gives it: `October 2026`."""
    return f"{_MONTHS[date.month - 1]} {date.year}"


def in_day(day: dt.date) -> str:
    """A day as people here write it: `27 March 2027`."""
    return f"{day.day} {month_and_year(day)}"


def in_minute(moment: dt.datetime) -> str:
    """A moment on the clock of its own time zone: `27 March 2027, 09:30 GMT`."""
    return f"{in_day(moment)}, {moment:%H:%M %Z}".rstrip()


def issue_line(edition: Edition) -> str:
    """Which issue this is: `Issue 4 · October 2026`."""
    return f"Issue {edition.number} · {month_and_year(edition.date)}"


def correction_lead(edition: Edition) -> str:
    """Of which issue something is put right."""
    issue = f"issue {edition.number}, {month_and_year(edition.date)}"
    return f"Something was wrong in {issue}, which we sent you. This is what is right."


def correction_link(edition: Edition) -> str:
    """Where the issue is read with its correction."""
    return f"Read issue {edition.number} with its corrections"


def document_title(edition: Edition) -> str:
    """What a browser's tab or a screen reader calls the mail."""
    return f"{edition.title}, issue {edition.number}"


def aim_title(articles: Collection[Article]) -> str:
    """What joins some aimed articles: the reader's sector, their region, or both."""
    facets = [
        word
        for word, aimed in (
            ("sector", any(article.sectors for article in articles)),
            ("region", any(article.regions for article in articles)),
        )
        if aimed
    ]
    return f"For your {' and '.join(facets)}"


def write_to_us(address: str) -> str:
    """How to answer, which is welcome."""
    return f"Write to us at {address}, or just reply: a person reads it."


def telephone_uri(number: str) -> str:
    """A telephone number as a link that a phone can dial."""
    digits = "".join(character for character in number if character.isdigit() or character == "+")
    return f"tel:{digits}"


def in_size(size: int) -> str:
    """A number of bytes in the unit that fits, 1 KB being 1,024 bytes."""
    if size < 1024:
        return in_count(size, "byte")
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def in_count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 article`, `1,200 articles`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
