"""How a template says a text of the catalogue: with its values escaped, but for the few that stand out."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from mailer.rendering.templates import Markup, escape

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from subscribers.catalogue import Tongue


class Speech:
    """One language as templates speak it: a text is taken apart once, and put together in no time."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._pieces: dict[str, list[tuple[str, str | None]]] = {}
        self._months = tongue.text("frame.months").split() if tongue.has("frame") else []
        self.words: Mapping[str, object] = {
            "t": self._say,
            "told": lambda slip: slip.told(tongue),
            "language": tongue.tag,
            "month": self._month,
            "in_day": self._day,
            "in_moment": self._moment,
            **_SAME_IN_ALL,
        }

    def _say(self, key: str, **values: object) -> Markup:
        pieces = self._pieces.get(key)
        if pieces is None:
            parsed = Formatter().parse(self._tongue.text(key))
            pieces = self._pieces[key] = [(str(escape(piece)), name) for piece, name, *_ in parsed]
        return Markup(
            "".join(piece + str(escape(values[name])) if name else piece for piece, name in pieces)
        )

    def _month(self, date: dt.date) -> str:
        """`October 2026`."""
        return f"{self._months[date.month - 1]} {date.year}"

    def _day(self, day: dt.date) -> str:
        """`27 March 2027`."""
        return f"{day.day} {self._month(day)}"

    def _moment(self, moment: dt.datetime) -> str:
        """A moment to the minute, in universal time."""
        return f"{self._day(moment)}, {moment:%H:%M} UTC"


def strong(words: object) -> Markup:
    """Words that stand out."""
    return Markup("<strong>{}</strong>").format(words)


def mail_to(address: str) -> Markup:
    """An address that can be written to at a touch."""
    return Markup('<a href="mailto:{0}">{0}</a>').format(address)


_SAME_IN_ALL = {"strong": strong, "mail_to": mail_to}
