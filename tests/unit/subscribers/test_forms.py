from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.forms import MAX_FIELDS, FormError, read_form

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "------limit7f3a"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

# A browser writes a quotation mark or a line break in a name as %22, %0D, %0A: no form of ours has one.
NAMES = st.text(st.characters(exclude_characters='"\r\n', exclude_categories=["Cs"]), min_size=1)
VALUES = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: BOUNDARY not in text)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=8)


def gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [v for n, v in pairs if n == name] for name, _ in pairs}


def multipart(pairs: list[tuple[str, str]]) -> bytes:
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in pairs
    )
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


@given(PAIRS)
def test_an_ordinary_form_comes_back_as_it_was_filled_in(pairs: list[tuple[str, str]]) -> None:
    assert read_form(URLENCODED, urlencode(pairs).encode()) == gathered(pairs)


@given(PAIRS)
def test_a_multipart_form_comes_back_as_it_was_filled_in(pairs: list[tuple[str, str]]) -> None:
    assert read_form(MULTIPART, multipart(pairs)) == gathered(pairs)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b"List-Unsubscribe=One-Click"),
        (URLENCODED, b"List-Unsubscribe=One-Click\r\n"),
        (f"{URLENCODED}; charset=UTF-8", b"List-Unsubscribe=One-Click&more=1"),
        (
            'Multipart/Form-Data; boundary="a b"',
            (
                b"a preamble\r\n--a b\r\ncontent-disposition: form-data; name=List-Unsubscribe"
                b"\r\n\r\nOne-Click\r\n--a b--"
            ),
        ),
        (
            "multipart/form-data; boundary=x",
            (
                b"--x\r\nContent-Type: text/plain\r\n"
                b'Content-Disposition: form-data; filename="no"; name="List-Unsubscribe"\r\n\r\n'
                b"One-Click\r\n--x--\r\nan epilogue"
            ),
        ),
    ],
)
def test_one_click_is_read_in_every_way_that_mail_programs_write_it(
    content_type: str, body: bytes
) -> None:
    assert read_form(content_type, body)["List-Unsubscribe"] == ["One-Click"]


@pytest.mark.parametrize(
    ("content_type", "what"),
    [
        ("application/json", 'of the type "application/json"'),
        ("multipart/form-data", "does not say where its fields end"),
    ],
)
def test_what_is_no_form_is_refused(content_type: str, what: str) -> None:
    with pytest.raises(FormError, match=what):
        read_form(content_type, b"{}")


MANY = [("a", "1")] * (MAX_FIELDS + 1)


@pytest.mark.parametrize(
    ("kind", "body"), [(URLENCODED, urlencode(MANY).encode()), (MULTIPART, multipart(MANY))]
)
def test_more_fields_than_any_form_has_are_refused(kind: str, body: bytes) -> None:
    with pytest.raises(FormError, match="too many fields"):
        read_form(kind, body)


@given(st.sampled_from([URLENCODED, MULTIPART, "multipart/form-data; boundary=a"]), st.binary())
def test_any_bytes_are_read_or_refused(content_type: str, body: bytes) -> None:
    assert all(read_form(content_type, body).values())


@given(st.text(st.characters(max_codepoint=255)))
def test_any_content_type_is_understood_or_refused(content_type: str) -> None:
    with suppress(FormError):
        assert read_form(content_type, b"a=1") in ({"a": ["1"]}, {})
