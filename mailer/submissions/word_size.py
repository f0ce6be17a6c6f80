"""How large a Word file would become, before anything is made of it. Pure.

Knows ZIP and XML; must not know what a document is.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

MAX_BYTES: Final = 20_000_000
_MAX_PARTS: Final = 2_000
_MAX_UNPACKED: Final = 60_000_000
_MAX_XML: Final = 10_000_000
_MAX_NODES: Final = 200_000
"""Elements and attributes: a document of fifty pages has half of them."""


def measure(data: bytes) -> str:
    """What is wrong with the file as an archive; empty when nothing is."""
    if len(data) > MAX_BYTES:
        return f"has more than the {MAX_BYTES:,} bytes that are allowed"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                return "unpacks to more than a document can have"
            count = _Count()
            return next(filter(None, (_measure_part(archive, part, count) for part in parts)), "")
    except Exception:  # noqa: BLE001 - what unpacks has errors that share no class
        return "is no .docx file, or is damaged or locked by a password"


@dataclass(slots=True)
class _Count:
    """Nodes of all parts together."""

    nodes: int = 0

    def element(self, _name: str, attributes: list[str]) -> None:
        self.add(1 + len(attributes) // 2)

    def other(self, *_content: str) -> None:
        self.add(1)

    def add(self, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > _MAX_NODES:
            raise _HarmfulError("holds more than a document can have")


class _HarmfulError(Exception):
    """Something that no document needs and that can bring a reader down."""


def _measure_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, count: _Count) -> str:
    """Whatever a part is called, it may be read as XML, so each is looked at as that; a picture is none."""
    with archive.open(part) as opened:
        content = opened.read(_MAX_XML + 1)
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.StartElementHandler = count.element
    parser.CommentHandler = count.other
    parser.ProcessingInstructionHandler = count.other
    try:
        parser.Parse(content[:_MAX_XML], len(content) <= _MAX_XML)
    except expat.ExpatError:
        return ""
    except _HarmfulError as error:
        return str(error)
    return "holds more text than a document can have" if len(content) > _MAX_XML else ""


def _refuse_declarations(*_declared: object) -> None:
    # Entities are declared here: those that swell and those that fetch a file. Word writes none.
    raise _HarmfulError("declares XML entities, which no Word document does")
