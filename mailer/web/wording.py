"""Figures and times as people read them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


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


def in_time(then: dt.datetime, now: dt.datetime) -> str:
    """A moment as a list shows it: the time today, the day this year, else the date.

    Both are aware; the words are in the time zone of `now`.
    """
    then = then.astimezone(now.tzinfo)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    if then.year == now.year:
        return f"{then.day} {then:%b, %H:%M}"
    return f"{then.day} {then:%b %Y}"
