"""Names that are the same file on every system."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from mailer.content.asset_name import name_fault, suggest_name

NASTY = st.sampled_from(
    ["/", "\\", "..", ".", ":", "~", "\x00", "\n", "con", "NUL", "\u200b", "é", " ", "-"]
)
NAMES = st.lists(st.one_of(NASTY, st.text(max_size=4), st.just(".png")), max_size=8).map("".join)


@given(NAMES)
def test_what_is_allowed_is_a_plain_name_everywhere(name: str) -> None:
    if name_fault(name) is None:
        for kind in (PurePosixPath, PureWindowsPath):
            path = kind("pack") / name
            assert path.parent == kind("pack")
            assert path.name == name
        assert name.isascii()
        assert name.isprintable()
        assert not name.startswith((".", "-"))
        assert not name.endswith((".", " "))


@given(NAMES)
def test_what_is_suggested_is_allowed(name: str) -> None:
    suggested = suggest_name(name)
    assert suggested is None or name_fault(suggested) is None


@given(st.from_regex(r"[a-z0-9]{3,20}\.(png|jpg|pdf)", fullmatch=True))
def test_usual_names_are_allowed(name: str) -> None:
    is_device = name.partition(".")[0] in {"con", "prn", "aux", "nul"} or name[:3] in {"com", "lpt"}
    assert is_device or name_fault(name) is None
