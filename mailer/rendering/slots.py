"""Personal places in a rendered mail: marked once, split once, filled for each recipient.

Knows how a value is made safe for HTML and for text. Must not know where the values come from.
"""

from __future__ import annotations

import html as html_text
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMELESS = "colleague"
"""What stands in the name's slot for a subscriber whose name nobody knows."""


class Slot(StrEnum):
    """What differs from one recipient to the next."""

    NAME = "name"
    ADDRESS = "address"
    VIEW_URL = "view_url"
    PREFERENCES_URL = "preferences_url"
    UNSUBSCRIBE_URL = "unsubscribe_url"
    LINK_URL = "link_url"
    """Where the one button of a letter leads."""
    DETAIL = "detail"
    """The words of a letter that belong to its case alone."""


class MissingSlotError(BulletinError, KeyError):
    """A template has a slot for which no value was given."""

    def __init__(self, slot: Slot) -> None:
        what = "has no value for this recipient"
        remedy = "give a value for every slot of the mail"
        super().__init__("slot-missing", f"slot {slot}", what, remedy)


class SlotValueError(BulletinError, ValueError):
    """A value that can't stand in a mail, because it would begin a new line."""

    def __init__(self, slot: Slot) -> None:
        what = "has a line break in its value"
        super().__init__("slot-value", f"slot {slot}", what, "give a value of one line")


# The reader of content refuses private-use characters: nothing that is written passes for a marker.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKER = re.compile(f"{_OPEN}({'|'.join(Slot)}){_CLOSE}")
_LINE_BREAK = re.compile(r"[\r\n]")


def marker(slot: Slot) -> str:
    """The characters that hold a slot's place in a rendered mail."""
    return f"{_OPEN}{slot}{_CLOSE}"


@dataclass(frozen=True, slots=True)
class SlotTemplate:
    """Literal pieces with a slot between each two: one piece more than slots."""

    pieces: tuple[str, ...]
    slots: tuple[Slot, ...]
    html: bool

    @classmethod
    def parse(cls, text: str, *, html: bool) -> SlotTemplate:
        """Split `text` at its markers. With `html`, values will be escaped, for attributes too."""
        parts = _MARKER.split(text)
        return cls(tuple(parts[::2]), tuple(Slot(name) for name in parts[1::2]), html)

    def fill(self, values: Mapping[Slot, str]) -> str:
        """The text with each slot's value in place; values that no slot asks for are ignored.

        Raises MissingSlotError for a slot without a value, SlotValueError for a line break in one.
        """
        ready = {slot: prepare(slot, values, html=self.html) for slot in set(self.slots)}
        filled = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            filled += (ready[slot], piece)
        return "".join(filled)


def prepare(slot: Slot, values: Mapping[Slot, str], *, html: bool) -> str:
    """One slot's value, checked, and with `html` escaped for text and attributes alike."""
    value = values.get(slot)
    if value is None:
        raise MissingSlotError(slot)
    if _LINE_BREAK.search(value):
        raise SlotValueError(slot)
    return html_text.escape(value) if html else value
