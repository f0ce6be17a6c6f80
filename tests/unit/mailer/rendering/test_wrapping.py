from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailer.rendering.wrapping import WIDTH, underline, wrap

_words = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="@"), min_size=1)


def test_lines_hang_below_their_first_word() -> None:
    lines = wrap("word " * 30, "12. ").split("\n")
    assert [line[:8] for line in lines] == ["12. word", "    word", "    word"]


def test_an_address_is_never_broken_and_any_other_long_word_is() -> None:
    url = "https://example.org/" + "a" * 100
    assert url in wrap(f"see {url}").split("\n")
    assert [len(line) for line in wrap("x" * 100).split("\n")] == [72, 28]


def test_a_line_break_of_the_author_stays() -> None:
    assert wrap("one\ntwo", "- ") == "- one\n  two"


def test_a_heading_is_underlined_as_far_as_it_goes() -> None:
    assert underline("Guidance", "-") == "Guidance\n--------"
    assert underline("word " * 20, "-").split("\n")[-1] == "-" * 69


@given(st.lists(_words))
def test_no_line_is_too_long_and_no_letter_is_lost(words: list[str]) -> None:
    wrapped = wrap(" ".join(word.replace("://", "") for word in words), "> ", "  ")
    assert all(len(line) <= WIDTH for line in wrapped.split("\n"))
    kept = "".join(wrapped.removeprefix("> ").split()) if wrapped.startswith("> ") else ""
    assert kept == "".join("".join(word.replace("://", "") for word in words).split())
