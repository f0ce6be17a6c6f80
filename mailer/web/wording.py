"""Times as people read them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


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
