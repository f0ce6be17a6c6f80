from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from mailer.translations import load_catalogue
from subscribers.catalogue import CatalogueError, wanted_languages
from subscribers.letters import LetterKind

CATALOGUE = load_catalogue()
ENGLISH = CATALOGUE.tongues[0]
PAGES = Path(__file__).resolve().parents[3] / "templates" / "pages" / "public"


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("tongue", CATALOGUE.tongues[1:], ids=lambda one: one.tag)
def test_a_translation_has_the_places_of_the_english_text(tongue: object) -> None:
    wrong = [
        f"{table}.{key}"
        for table, texts in tongue.tables.items()  # type: ignore[attr-defined]
        for key, text in texts.items()
        if places(text) != places(ENGLISH.tables[table][key])
    ]
    assert wrong == []


def test_welsh_has_the_pages_to_join_and_to_leave() -> None:
    for page in ("subscribe", "sent", "confirm", "confirmed", "leave", "left", "back"):
        assert CATALOGUE.choose(page, ["cy"]).tag == "cy"
    assert CATALOGUE.choose("letter-confirm", ["cy"]).tag == "cy"
    assert CATALOGUE.choose("preferences", ["cy"]) is ENGLISH


def test_every_letter_has_its_texts() -> None:
    parts = {"subject", "preheader", "heading", "before", "button", "after", "why"}
    for kind in LetterKind:
        assert ENGLISH.tables[f"letter-{kind}"].keys() == parts


def test_every_text_that_a_template_asks_for_is_there() -> None:
    asked = {
        key
        for path in PAGES.glob("*.html")
        for key in re.findall(r't\("([a-z-]+\.[a-z_]+)"(?=[,)])', path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 100
    assert [key for key in asked if not ENGLISH.text(key)] == []


def test_no_page_has_words_of_its_own() -> None:
    markup = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
    # What is left is the value of an attribute or a class.
    manners = {"notice", "wide", "issue", "pack", "public", "wrong"}
    found = {
        (path.name, word)
        for path in [*PAGES.glob("*.html"), *PAGES.glob("*.xml")]
        for line in markup.sub("", path.read_text(encoding="utf-8")).splitlines()
        if "aria-" not in line
        for word in re.findall(r"[A-Za-z]{2,}", line)
        if word not in manners
    }
    assert found == set()


@pytest.mark.parametrize(
    ("asked", "accepted", "wanted"),
    [
        ("", "", ()),
        ("cy", "en-GB", ("cy", "en-GB")),
        ("", "en;q=0.5, cy;q=0.9, fr;q=0", ("cy", "en")),
        ("", "cy;q=x, en", ("en",)),
        ("", "*" * 500, ("*" * 200,)),
    ],
)
def test_what_a_browser_wants_is_ranked(asked: str, accepted: str, wanted: tuple[str, ...]) -> None:
    assert wanted_languages(asked, accepted) == wanted


def test_a_workspace_can_say_things_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en-GB.toml").write_text('[sent]\nheading = "Check your mail"\n')
    (tmp_path / "words" / "fr.toml").write_text('[language]\nname = "Français"\n')
    told = load_catalogue(tmp_path)
    assert told.tongues[0].say("sent.heading") == "Check your mail"
    assert told.tongues[0].say("sent.next") == "What happens next"
    assert [tongue.name for tongue in told.tongues] == ["English", "Cymraeg", "Français"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[sent]\nheading = "x"\n', '"sent.lead"'),
        ('[unheard]\nof = "x"\n', '"unheard.of"'),
        ("[sent]\nheading = 1\n", "no table of texts"),
        ("[sent", "fr.toml"),
        ('[frame]\nmonths = "janvier février"\n', '"frame.months": is not twelve words'),
    ],
)
def test_a_translation_with_gaps_is_refused(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "fr.toml").write_text(text)
    with pytest.raises(CatalogueError) as refused:
        load_catalogue(tmp_path)
    assert what in str(refused.value)
