"""What a browser, or a mail program in its place, posts: the bytes of a form to named values. Pure.

Knows the two encodings of HTML forms; must not know what any form asks. Every value is text: a file that
is sent along is read as the text it might be, unless somebody asks for its bytes.
"""

from __future__ import annotations

import re
from email.message import Message
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator

Fields: TypeAlias = dict[str, list[str]]
"""Each name with its values, in the order in which they were sent."""

MAX_FIELDS = 200

_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_NAME = re.compile(
    rb'^content-disposition:[^\r\n]*;\s*name=(?:"([^"\r\n]*)"|([^\s;"]+))',
    re.IGNORECASE | re.MULTILINE,
)


class FormError(BulletinError):
    """Bytes that are no form."""


def read_form(content_type: str, body: bytes) -> Fields:
    """The fields of a posted form; one without a content type is taken for an ordinary form.

    Raises `FormError` for another content type, and for more fields than any form of ours has.
    """
    header = Message()
    header["content-type"] = content_type or _URLENCODED
    kind = header.get_content_type()
    if kind == _URLENCODED:
        pairs = _urlencoded(body)
    elif kind == _MULTIPART:
        pairs = list(_multipart(body, header.get_boundary("").encode()))
    else:
        raise _refusal(f'is of the type "{kind}"')
    if len(pairs) > MAX_FIELDS:
        raise _refusal("has too many fields")
    return _gathered(pairs)


def read_file(content_type: str, body: bytes, name: str) -> bytes:
    """The bytes of the file that a form sent along under this name; empty when it sent none."""
    header = Message()
    header["content-type"] = content_type
    if header.get_content_type() != _MULTIPART:
        return b""
    parts = _parts(body, header.get_boundary("").encode())
    return next((value for found, value in parts if found == name), b"")


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode(errors="replace").strip(), keep_blank_values=True, max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise _refusal("has too many fields") from None


def _multipart(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    for name, value in _parts(body, boundary):
        yield name, value.decode(errors="replace")


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """RFC 7578: parts between lines that begin with two hyphens and the boundary."""
    if not boundary:
        raise _refusal("does not say where its fields end")
    # The first delimiter may stand at the very beginning, without the line break of the others.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        head, _, value = part.partition(b"\r\n\r\n")
        named = _NAME.search(head)
        if named:
            name = named[2] if named[1] is None else named[1]
            yield name.decode(errors="replace"), value


def _gathered(pairs: list[tuple[str, str]]) -> Fields:
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _refusal(what: str) -> FormError:
    return FormError("form-invalid", "what was sent", what, "send the form of the page")
