"""What is said of the relay, the pages, the clock, the machine, the queue and the settings."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from mailer.delivery.smtp import RelayAddress, RelayError
from mailer.delivery.terms import Terms, read_terms
from mailer.doctor.backlog import Queue, judge_queue
from mailer.doctor.choices import Choices, judge_choices
from mailer.doctor.finding import Finding, State, txt_line
from mailer.doctor.machine import Holding, judge_database, judge_disk, judge_rights
from mailer.doctor.pages import HEALTHY, Page, judge_clocks, judge_page
from mailer.doctor.relay import judge_refusal, judge_terms
from subscribers.faults import DatabaseError

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
RELAY = RelayAddress("mail.example", 587, "starttls", "bulletin", "secret")
TERMS = Terms("TLSv1.3", NOW + 60 * DAY, 10_000_000)
BASE = "https://bulletin.partner.example"


def by_subject(findings: list[Finding]) -> dict[str, State]:
    return {each.subject: each.state for each in findings}


def test_a_relay_that_takes_our_mail_safely_is_good() -> None:
    findings = judge_terms(TERMS, RELAY, is_local=False, now=NOW)
    assert set(by_subject(findings).values()) == {State.GOOD}


@pytest.mark.parametrize(
    ("terms", "relay", "is_local", "subject", "state"),
    [
        (Terms(None, None, None), RELAY, False, "TLS", State.WRONG),
        (Terms(None, None, None), RelayAddress("m", 25, "none"), False, "TLS", State.WARNING),
        (Terms(None, None, None), RelayAddress("localhost", 25, "none"), True, "TLS", State.GOOD),
        (
            dataclasses.replace(TERMS, expires_at=NOW + DAY),
            RELAY,
            False,
            "certificate",
            State.WARNING,
        ),
        (
            dataclasses.replace(TERMS, size_limit=102_400),
            RELAY,
            False,
            "size of a mail",
            State.WRONG,
        ),
        (
            dataclasses.replace(TERMS, size_limit=None),
            RELAY,
            False,
            "size of a mail",
            State.SKIPPED,
        ),
        (TERMS, dataclasses.replace(RELAY, password=""), False, "login", State.WRONG),
        (TERMS, dataclasses.replace(RELAY, username=""), False, "login", State.SKIPPED),
    ],
)
def test_each_term_of_a_relay_is_judged(
    terms: Terms, relay: RelayAddress, is_local: bool, subject: str, state: State
) -> None:
    assert by_subject(judge_terms(terms, relay, is_local, NOW))[subject] is state


def test_a_relay_that_refuses_says_why_and_what_to_do() -> None:
    (finding,) = judge_refusal(RelayError("relay-login", "relay m:25", "no", "check it"))
    assert (finding.state, finding.found, finding.remedy) == (
        State.WRONG,
        "relay m:25: no",
        "check it",
    )


@pytest.mark.parametrize(
    ("size", "limit"), [(None, None), ("", None), ("0", None), ("1048576", 1_048_576), ("x", None)]
)
def test_the_size_that_a_relay_tells_is_read(size: str | None, limit: int | None) -> None:
    assert read_terms(None, size).size_limit == limit


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Page(200, HEALTHY), State.GOOD),
        (Page(200, "<html>"), State.WRONG),
        (Page(502, ""), State.WRONG),
        ("it can't be reached", State.WRONG),
    ],
)
def test_the_pages_have_to_answer_as_ours_do(seen: Page | str, state: State) -> None:
    assert judge_page(BASE, seen, NOW)[0].state is state


def test_a_certificate_of_the_pages_that_ends_soon_is_told() -> None:
    page = Page(200, HEALTHY, expires_at=NOW + 3 * DAY)
    assert by_subject(judge_page(BASE, page, NOW))["certificate"] is State.WARNING


def test_pages_without_https_are_for_trying_out() -> None:
    assert judge_page("http://localhost:8000", "", NOW)[0].state is State.WARNING


@pytest.mark.parametrize(
    ("seconds", "is_set", "state"),
    [
        ([0.9], True, State.GOOD),
        ([0.9], None, State.GOOD),
        ([], True, State.GOOD),
        ([0], False, State.WARNING),
        ([-7], True, State.WARNING),
        ([1, 31], True, State.WRONG),
        ([-31], None, State.WRONG),
        ([], None, State.SKIPPED),
    ],
)
def test_a_clock_has_to_agree_with_the_others(
    seconds: list[float], is_set: bool | None, state: State
) -> None:
    others = [("a server", dt.timedelta(seconds=each)) for each in seconds]
    assert judge_clocks(others, is_set).state is state


def test_a_database_is_up_to_date_and_keeps_what_it_is_told() -> None:
    assert judge_database(Holding("b.db", "0011", is_safe=True)).state is State.GOOD
    assert judge_database(Holding("b.db", "0011", is_safe=False)).state is State.WRONG
    assert judge_database(DatabaseError("x", "b.db", "is old", "migrate")).remedy == "migrate"


@pytest.mark.parametrize(
    ("free", "state"),
    [(2 * 1024**3, State.GOOD), (500 * 1024**2, State.WARNING), (1024**2, State.WRONG)],
)
def test_a_disk_needs_room(free: int, state: State) -> None:
    assert judge_disk(free, Path("/srv")).state is state


def test_secrets_are_for_their_owner_alone() -> None:
    assert judge_rights([("ws", 0o700), (".env", 0o600)]).state is State.GOOD
    finding = judge_rights([("ws", 0o700), (".env", 0o640)])
    assert (finding.state, finding.remedy) == (State.WARNING, "chmod go= .env")


@pytest.mark.parametrize(
    ("waited", "holders", "state"),
    [
        (None, (), State.GOOD),
        (5, (), State.GOOD),
        (20, ("host:1",), State.WARNING),
        (20, (), State.WRONG),
    ],
)
def test_mail_that_is_due_has_to_leave(
    waited: int | None, holders: tuple[str, ...], state: State
) -> None:
    oldest = None if waited is None else NOW - dt.timedelta(minutes=waited)
    seen = Queue(3, oldest, holders, ())
    assert by_subject(judge_queue(seen, NOW))["waiting"] is state


CHOICES = Choices(True, 0, True, (), "bounces.partner.example", True)


@pytest.mark.parametrize(
    ("change", "subject", "state"),
    [
        ({}, "mode", State.GOOD),
        ({"is_live": False}, "mode", State.WARNING),
        ({"is_live": False, "allowed": 2}, "mode", State.WARNING),
        ({"has_secret": False}, "secret_key", State.WRONG),
        ({"untouched": ("sender.address",)}, "names", State.WRONG),
        ({"return_domain": ""}, "bounces", State.WARNING),
        ({"hears_bounces": False}, "bounces", State.WARNING),
        ({}, "bounces", State.GOOD),
    ],
)
def test_each_choice_is_judged(change: dict[str, object], subject: str, state: State) -> None:
    chosen = dataclasses.replace(CHOICES, **change)  # type: ignore[arg-type]
    assert by_subject(judge_choices(chosen))[subject] is state


def test_a_long_text_is_cut_into_strings_that_dns_can_hold() -> None:
    line = txt_line("a.example", "x" * 300)
    assert line == f'a.example. IN TXT ( "{"x" * 255}" "{"x" * 45}" )'
