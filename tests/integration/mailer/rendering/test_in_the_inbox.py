"""What "good in the inbox" means, asked of every mail that is ever sent."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailer.checks.html import access, clients, contrast, limits
from mailer.checks.html.client_data import allowances, features
from mailer.checks.mail import text, wire
from mailer.checks.mail.size import GMAIL_LIMIT
from mailer.checks.mail.spamassassin import judge_spam
from tests.every_mail import KEY, Sent, every_mail
from tests.integration.mailer.delivery.test_opendkim import verdict
from tests.integration.mailer.rendering.test_browser import (
    COLOURS,
    INKS,
    ON_PAPER,
    WIDTHS,
    scroll_width,
    twice_as_large,
)
from tests.soak.crowd import IS_FULL, only_full
from tests.unit.mailer.delivery.test_dkim import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playwright.sync_api import Browser, Page, Route

    from mailer.checks.fault import Fault

    Wrong = Callable[..., list[str]]

ROOT = Path(__file__).parents[4]
HTML_VALIDATE = ROOT / ".venv/node/node_modules/.bin/html-validate"
# Each is another document; the largest variant has tests of its own.
DISTINCT = (
    "edition-11",
    "correction",
    "pack-software-updates",
    "letter-confirm-en-GB",
    "letter-welcome-cy",
    "notice-due",
)


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sent]:
    made = every_mail(tmp_path_factory.mktemp("mails") / "workspace")
    return {mail.name: mail for mail in made}


def told(found: dict[str, Iterable[Fault]]) -> dict[str, list[str]]:
    """What is wrong, by mail; nothing of those that are sound."""
    named = {name: [fault.what for fault in faults] for name, faults in found.items()}
    return {name: whats for name, whats in named.items() if whats}


def missing(program: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{program} is not installed")
    pytest.skip(f"{program} is not installed")


def test_every_kind_of_mail_is_looked_at(mails: dict[str, Sent]) -> None:
    assert {name.partition("-")[0] for name in mails} == {
        "edition", "correction", "pack", "letter", "notice",
    }  # fmt: skip
    assert set(DISTINCT) <= set(mails)


@pytest.mark.parametrize(
    "find",
    [
        access.find_faults,
        limits.find_excess,
        clients.find_gaps,
        contrast.find_faint,
    ],
)
def test_nothing_is_wrong_with_the_html_of_any_mail(
    mails: dict[str, Sent], find: Callable[[str], Iterator[Fault]]
) -> None:
    assert told({name: find(mail.html) for name, mail in mails.items()}) == {}


def test_every_text_has_all_that_its_html_has(mails: dict[str, Sent]) -> None:
    found = {name: text.find_gaps(mail.html, mail.text) for name, mail in mails.items()}
    assert told(found) == {}


def test_every_mail_is_legal_on_the_wire(mails: dict[str, Sent]) -> None:
    found = {
        name: wire.find_illegal(mail.message, of_list=mail.of_list) for name, mail in mails.items()
    }
    assert told(found) == {}


def test_gmail_shows_every_mail_whole(mails: dict[str, Sent]) -> None:
    sizes = {name: len(mail.html.encode()) for name, mail in mails.items()}
    assert {name: size for name, size in sizes.items() if size > GMAIL_LIMIT} == {}
    assert sizes["edition-0"] <= 85_000


def test_subjects_of_letters_are_read_before_they_are_cut_off(mails: dict[str, Sent]) -> None:
    subjects = [mail.subject for mail in mails.values() if not mail.of_list]
    assert [each for each in subjects if not 1 <= len(each) <= text.LONGEST_SUBJECT] == []


def test_every_gap_that_is_allowed_is_one_of_some_mail(mails: dict[str, Sent]) -> None:
    used = frozenset(name for mail in mails.values() for name in clients.names_in(mail.html))
    known = {each.slug: each for each in features() if each.names & used}
    stale = [
        (each.slug, client)
        for each in allowances()
        for client in each.clients
        if each.slug not in known or client not in known[each.slug].unsupported
    ]
    assert stale == []
    assert all(each.reason for each in allowances())


@pytest.mark.parametrize("name", DISTINCT)
def test_axe_finds_nothing_serious_and_every_word_can_be_read(
    browser: Browser, mails: dict[str, Sent], wrong: Wrong, name: str
) -> None:
    look_at(browser, mails[name], wrong)


@only_full
def test_axe_finds_nothing_serious_in_any_mail(
    browser: Browser, mails: dict[str, Sent], wrong: Wrong
) -> None:
    for mail in mails.values():
        look_at(browser, mail, wrong)


def look_at(browser: Browser, mail: Sent, wrong: Wrong) -> None:
    """Open a mail on a phone and on a desk, and find it sound."""
    with shown(browser, mail) as page:
        assert wrong(page, WIDTHS if IS_FULL else (min(WIDTHS), max(WIDTHS))) == [], mail.name
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(INKS) == [], mail.name


@contextmanager
def shown(browser: Browser, mail: Sent, *, has_pictures: bool = True) -> Iterator[Page]:
    pictures = {image.media_name: image.data for image in mail.pictures}

    def answer(route: Route) -> None:
        held = pictures.get(route.request.url.rpartition("/")[2])
        if held is None:
            route.fulfill(body=mail.html, content_type="text/html; charset=utf-8")
        elif has_pictures:
            route.fulfill(body=held)
        else:
            route.abort()

    context = browser.new_context(viewport={"width": 640, "height": 900})
    page = context.new_page()
    page.route("**", answer)
    page.goto("https://mail.example.org/")
    yield page
    context.close()


def test_every_mail_stands_large_text_paper_and_no_pictures(
    browser: Browser, mails: dict[str, Sent]
) -> None:
    seen = 0
    for mail in mails.values() if IS_FULL else [mails[name] for name in DISTINCT]:
        with shown(browser, mail, has_pictures=False) as page:
            pictures = page.locator("img")
            heights = pictures.evaluate_all("images => images.map(i => i.offsetHeight)")
            assert all(height >= 14 for height in heights), mail.name
            seen += len(heights)
            page.emulate_media(media="print")
            assert set(page.evaluate(COLOURS)) <= set(ON_PAPER), mail.name
            page.emulate_media(media="screen")
            twice_as_large(page)
            assert scroll_width(page) <= 640, mail.name
    assert seen, "some mail has pictures"


def test_html_validate_finds_nothing(mails: dict[str, Sent], tmp_path: Path) -> None:
    if not HTML_VALIDATE.exists():
        missing("html-validate")
    for mail in mails.values():
        (tmp_path / f"{mail.name}.html").write_text(mail.html)
    config = ROOT / ".ci/node/html-validate.json"
    command = [HTML_VALIDATE, "--config", config, f"{tmp_path}/*.html"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_spamassassin_has_nothing_against_any_kind_of_mail(mails: dict[str, Sent]) -> None:
    if shutil.which("spamassassin") is None:
        missing("SpamAssassin")
    names = list(mails) if IS_FULL else ["edition-0", *DISTINCT]
    verdicts = judge_spam([mails[name].message for name in names])
    assert {
        name: each for name, each in zip(names, verdicts, strict=True) if not each.is_clean
    } == {}


def test_dkimpy_verifies_every_mail_and_none_whose_one_click_header_was_changed(
    mails: dict[str, Sent],
) -> None:
    assert [name for name, mail in mails.items() if not verify(mail.message, [KEY])] == []
    spoilt = [
        mail.message.replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks")
        for mail in mails.values()
        if mail.of_list
    ]
    assert len(spoilt) > 12
    assert not any(verify(message, [KEY]) for message in spoilt)


def test_opendkim_verifies_every_mail(mails: dict[str, Sent], tmp_path: Path) -> None:
    verdicts = {name: verdict(mail.message, KEY, tmp_path) for name, mail in mails.items()}
    assert {name: told for name, told in verdicts.items() if "succeeded" not in told} == {}
