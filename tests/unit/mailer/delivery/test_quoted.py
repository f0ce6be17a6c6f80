"""Quoted-printable that nothing on the way has to change."""

from __future__ import annotations

import quopri
import re

from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery.quoted import SOFT_BREAK, WIDTH, encode_text, encode_value

texts = st.text(
    alphabet=st.one_of(
        st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)),
        st.sampled_from(" .=\t<>é😀"),
    ),
    max_size=400,
)


def lines_of(encoded: bytes) -> list[bytes]:
    return encoded.split(b"\r\n")


@given(st.lists(texts, min_size=1, max_size=5))
def test_decoding_gives_the_text_back(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert quopri.decodestring(encode_text(text)).decode() == text.replace("\n", "\r\n")


@given(st.lists(texts, min_size=1, max_size=5))
def test_every_line_is_short_plain_and_free_of_leading_dots(lines: list[str]) -> None:
    for line in lines_of(encode_text("\n".join(lines))):
        assert len(line) <= WIDTH
        assert not line.startswith(b".")
        assert re.fullmatch(rb"[ -~]*", line)


@given(st.lists(texts, min_size=1, max_size=5))
def test_the_text_is_its_own_relaxed_form(lines: list[str]) -> None:
    for line in lines_of(encode_text("\n".join(lines))):
        assert b"  " not in line
        assert not line.endswith((b" ", b"\t"))


links = st.text(alphabet="./:-ab", max_size=400)


@given(texts, st.one_of(texts, links), texts)
def test_a_value_between_soft_breaks_is_read_as_part_of_its_line(
    before: str, value: str, after: str
) -> None:
    joined = SOFT_BREAK.join((encode_text(before), encode_value(value), encode_text(after)))
    assert quopri.decodestring(joined).decode() == before + value + after
    for line in lines_of(joined):
        assert len(line) <= WIDTH
        assert not line.startswith(b".")
        assert b"  " not in line
