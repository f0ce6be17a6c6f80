"""The spell checker that a team may have beside us."""

from __future__ import annotations

import os
import shutil

import pytest

from mailer.checks.content.hunspell import SpellingError, find_misspelt


@pytest.fixture(autouse=True)
def _hunspell() -> None:
    if shutil.which("hunspell") is None:
        if os.environ.get("CI"):
            pytest.fail("hunspell is not installed")
        pytest.skip("hunspell is not installed")


def test_words_that_are_in_no_dictionary_are_found() -> None:
    words = {"people", "poeple", "don't", "colour", "color", "organised", "recieve"}
    assert find_misspelt(words, "en_GB") == {"poeple", "color", "recieve"}


def test_no_word_is_misspelt_among_none() -> None:
    assert find_misspelt((), "en_GB") == frozenset()


def test_a_dictionary_that_is_not_there_is_told_with_its_package() -> None:
    with pytest.raises(SpellingError, match="install the dictionary, such as hunspell-xx-yy"):
        find_misspelt({"people"}, "xx_YY")


def test_without_hunspell_it_is_told_how_to_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SpellingError, match="install it, or set"):
        find_misspelt({"people"}, "en_GB")
