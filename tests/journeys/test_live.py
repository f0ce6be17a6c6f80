"""Sending through a relay: who gets what, what a relay may answer, and how a sending may be cut off."""

from __future__ import annotations

import csv
import json
import re
import signal
import sqlite3
from contextlib import contextmanager
from email import message_from_bytes, policy
from html import escape
from typing import TYPE_CHECKING, Any

import dkim
import pytest

from mailer.workspace import sample_subscribers
from tests.journeys.relay import PASSWORD, USERNAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from conftest import CommandLine, Running

    from tests.journeys.relay import Relay

SEND = ("send", "issue-04", "--segment", "police", "--yes")
POLICE = 54
CONNECTIONS = 4
SINGLE_HEADERS = (
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Archive", "List-Post",
    "Feedback-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
)  # fmt: skip
PERSONAL_HEADERS = {
    "To",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "Feedback-ID",
    "DKIM-Signature",
    "X-Bulletin-Delivery",
}


def campaign(workspace: CommandLine) -> dict[str, Any]:
    (only,) = json.loads(workspace.does("campaign", "list", "--json"))
    found: dict[str, Any] = only
    return found


def everyone_has_it_once(relay: Relay) -> bool:
    return len(relay.recipients) == len(set(relay.recipients)) == POLICE


def names() -> dict[str, str]:
    """The recipients' names by address."""
    with sample_subscribers().open(encoding="utf-8", newline="") as file:
        return {
            row["email"]: row["name"]
            for row in csv.DictReader(file)
            if row["sector"] == "law-enforcement" and "bulletin" in row["publications"].split(";")
        }


def impersonal(mail: EmailMessage, address: str, name: str) -> tuple[object, ...]:
    """What a mail says to everyone: all but its recipient and the ends of personal links."""
    headers = [(key, value) for key, value in mail.items() if key not in PERSONAL_HEADERS]
    parts = [(part.get_content_type(), part.get_content()) for part in mail.iter_parts()]
    bodies = []
    for kind, body in parts:
        shown = escape if kind == "text/html" else str
        anyone = body.replace(shown(address), "ADDRESS").replace(
            f"Dear {shown(name)},", "Dear NAME,"
        )
        bodies.append(
            (kind, re.sub(r"/(view|preferences|unsubscribe)/[\w.-]+", r"/\1/TOKEN", anyone))
        )
    return (*headers, *bodies)


def rendered(workspace: CommandLine) -> set[tuple[object, ...]]:
    workspace.does("edition", "render", "issue-04", "--out", "out")
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (workspace.folder / "out").glob("*.eml")
    ]
    return {impersonal(mail, "reader@example.org", "colleague") for mail in mails}


def go_live_by_the_settings_file(workspace: CommandLine, relay: Relay) -> None:
    path = workspace.folder / "bulletin.toml"
    settings = path.read_text(encoding="utf-8")
    for old, new in (
        ('mode = "safe"', 'mode = "live"'),
        ("required = true", "required = false"),
        ('host = "localhost"', 'host = "127.0.0.1"'),
        ("port = 587", f"port = {relay.port}"),
        ('username = ""', f'username = "{USERNAME}"\nca_file = "relay-ca.pem"'),
    ):
        assert old in settings
        settings = settings.replace(old, new)
    path.write_text(settings, encoding="utf-8")
    (workspace.folder / "relay-ca.pem").write_bytes(relay.authority.read_bytes())
    with (workspace.folder / ".env").open("a", encoding="utf-8") as secrets:
        secrets.write(f"BULLETIN_RELAY_PASSWORD={PASSWORD}\n")


def test_each_recipient_gets_what_was_rendered_once(workspace: CommandLine, relay: Relay) -> None:
    go_live_by_the_settings_file(workspace, relay)
    out = workspace.does(*SEND)
    assert f"By         127.0.0.1:{relay.port}, to the subscribers themselves" in out
    assert f"{POLICE} recipients: {POLICE} accepted" in out
    assert everyone_has_it_once(relay)
    assert {mail.sender for mail in relay.mails} == {"bulletin@partnerships.example.org"}

    called = names()
    known = rendered(workspace)
    variants = set()
    for taken in relay.mails:
        name = called[taken.recipient] or "colleague"
        assert taken.parsed["To"].addresses[0].addr_spec == taken.recipient
        plain = taken.parsed.get_body(("plain",))
        assert plain is not None
        assert f"Dear {name}," in plain.get_content()
        variants.add(impersonal(taken.parsed, taken.recipient, name))
    assert variants <= known
    assert len(variants) == len(
        json.loads(workspace.does("campaign", "show", "1", "--json"))["variants"]
    )
    headers_are_as_bulk_senders_must_have_them(relay)


def headers_are_as_bulk_senders_must_have_them(relay: Relay) -> None:
    mails = [mail.parsed for mail in relay.mails]
    for mail in mails:
        for header in SINGLE_HEADERS:
            assert len(mail.get_all(header, [])) == 1, header
        assert re.fullmatch(
            r"<https://bulletin\.example\.org/unsubscribe/[\w.-]+>", mail["List-Unsubscribe"]
        )
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "<bulletin.partnerships.example.org>" in mail["List-Id"]
        assert re.fullmatch(r"1:bulletin:edition:\w{5,15}", mail["Feedback-ID"])
        assert mail["List-Post"] == "NO"
        assert mail["Auto-Submitted"] == "auto-generated"
    for personal in ("Message-ID", "List-Unsubscribe", "To"):
        assert len({mail[personal] for mail in mails}) == len(mails), personal
    for taken in relay.mails:
        assert taken.content.isascii()
        assert max(map(len, taken.content.split(b"\r\n"))) <= 998


def test_safe_mode_writes_to_the_allowed_alone(live: CommandLine, relay: Relay) -> None:
    first, second, *_ = (
        row["address"] for row in json.loads(live.does("subscribers", "list", "--json"))
    )
    live.variables["BULLETIN_MODE"] = "safe"
    live.variables["BULLETIN_SAFE_ALLOW"] = json.dumps([second, first, "team@example.org"])
    out = live.does("send", "issue-04", "--segment", "everyone", "--yes")
    assert "safe mode: only to 3 allowed addresses" in out
    assert "2 recipients: 2 accepted" in out
    refused = live("send", "issue-04", "--test", "stranger@example.org")
    assert refused.code == 1
    assert "stranger@example.org: is not in safe_allow" in refused.err
    live.does("send", "issue-04", "--test", "team@example.org")
    assert sorted(relay.asked) == sorted([first, second, "team@example.org"])


def test_what_is_sent_is_signed_with_the_keys_that_were_made_and_published(
    live: CommandLine, relay: Relay
) -> None:
    rsa = json.loads(live.does("dkim", "new", "--selector", "rsa-2026", "--json"))
    short = ("dkim", "new", "--selector", "ed25519-2026", "--ed25519")
    assert "ed25519-2026._domainkey.partnerships.example.org. IN TXT" in live.does(*short)
    live.variables["BULLETIN_DKIM_SELECTORS"] = "rsa-2026,ed25519-2026"
    published = {
        f"{each['name']}.".encode(): each["record"].replace('" "', "").strip('"').encode()
        for each in json.loads(live.does("dkim", "show", "--json"))
    }
    assert rsa["name"] == "rsa-2026._domainkey.partnerships.example.org"
    live.does("send", "issue-04", "--test", "team@example.org")
    (taken,) = relay.mails
    signed = dkim.DKIM(taken.content)
    for index in range(2):
        assert signed.verify(idx=index, dnsfunc=lambda name, **_: published[name])
    refused = live("dkim", "new", "--selector", "rsa-2026")
    assert (refused.code, "is there already" in refused.err) == (1, True)


def test_a_wrong_password_is_told_once_and_the_right_one_takes_it_up(
    live: CommandLine, relay: Relay
) -> None:
    ran = live(*SEND, BULLETIN_RELAY_PASSWORD="wrong")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert "BULLETIN_RELAY_PASSWORD" in ran.err
    left = campaign(live)
    assert (left["state"], left["counts"]) == ("paused", {"queued": POLICE})
    assert relay.asked == []
    assert f"{POLICE} recipients: {POLICE} accepted" in live.does("campaign", "resume", "1")
    assert everyone_has_it_once(relay)


def test_refusals_are_counted_and_only_the_deferred_are_tried_again(
    live: CommandLine, relay: Relay
) -> None:
    gone, full, busy, *_ = names()
    relay.answers = {
        gone: "550 5.1.1 No such user", full: "550 5.2.2 Over quota", busy: "451 4.7.1 Try later",
    }  # fmt: skip
    ran = live(*SEND)
    assert ran.code == 3, ran.err
    assert f"{POLICE - 3} accepted, 1 deferred, 2 rejected" in ran.out
    assert "1 mail still to go, from " in ran.out
    assert "`bulletin campaign resume 1` at once" in ran.out
    relay.answers, relay.asked = {}, []
    resumed = live("campaign", "resume", "1")
    assert resumed.code == 3
    assert f"{POLICE - 2} accepted, 2 rejected" in resumed.out
    assert relay.asked == [busy]
    assert campaign(live)["state"] == "finished"


@contextmanager
def cut_off(live: CommandLine, relay: Relay) -> Iterator[Running]:
    """Send, until twenty mails are answered and each connection waits for an answer to one more."""
    relay.allow(20)
    with live.running(*SEND) as sending:
        relay.wait_for(20 + CONNECTIONS)
        yield sending


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sending_told_to_stop_hears_the_answers_and_can_be_resumed(
    live: CommandLine, relay: Relay, number: signal.Signals
) -> None:
    with cut_off(live, relay) as sending:
        sending.process.send_signal(number)
        sending.warns("Waiting for the relay's answers")
        relay.allow(CONNECTIONS)
        ran = sending.end()
    assert ran.code == 3, ran.err
    assert "24 accepted, 30 queued" in ran.out
    assert campaign(live)["state"] == "paused"
    relay.allow()
    assert f"{POLICE} accepted" in live.does("campaign", "resume", "1")
    assert everyone_has_it_once(relay)


def what_was_unanswered_is_held(live: CommandLine, relay: Relay) -> bool:
    """Resume with a relay that answers: what it had but never answered for is left to a person."""
    relay.allow()
    resumed = live("campaign", "resume", "1")
    assert resumed.code == 3, resumed.err
    assert f"{POLICE - CONNECTIONS} accepted, {CONNECTIONS} uncertain" in resumed.out
    return everyone_has_it_once(relay)


def test_a_second_signal_ends_a_sending_without_the_answers(
    live: CommandLine, relay: Relay
) -> None:
    live.variables["BULLETIN_RELAY_TIMEOUT"] = "3"
    live.variables["BULLETIN_RELAY_ANSWER_TIMEOUT"] = "3"
    with cut_off(live, relay) as sending:
        sending.process.send_signal(signal.SIGINT)
        sending.warns("once more ends at once")
        assert sending.end(signal.SIGINT).code == 130
    assert campaign(live)["counts"]["accepted"] == 20
    assert what_was_unanswered_is_held(live, relay)


def test_a_killed_sending_leaves_one_mail_a_connection_in_doubt(
    live: CommandLine, relay: Relay
) -> None:
    with cut_off(live, relay) as sending:
        assert sending.end(signal.SIGKILL).code == -signal.SIGKILL
    let_go_of_the_dead(live)
    assert what_was_unanswered_is_held(live, relay)


def test_mails_in_doubt_are_sent_again_where_the_settings_say_so(
    live: CommandLine, relay: Relay
) -> None:
    with cut_off(live, relay) as sending:
        sending.end(signal.SIGKILL)
    let_go_of_the_dead(live)
    relay.allow()
    assert f"{POLICE} accepted" in live.does(
        "campaign", "resume", "1", BULLETIN_DELIVERY_ON_UNCERTAIN="resend"
    )
    twice = {mail.recipient: mail.parsed["Message-ID"] for mail in relay.mails[20:24]}
    again = [mail for mail in relay.mails[24:] if mail.recipient in twice]
    assert len(again) == CONNECTIONS
    assert len(set(relay.recipients)) == POLICE
    for mail in again:
        assert mail.parsed["Message-ID"] == twice[mail.recipient]


def let_go_of_the_dead(workspace: CommandLine) -> None:
    """The time passes after which a process that gives no sign of life loses its batches."""
    with sqlite3.connect(workspace.folder / "bulletin.db") as connection:
        connection.execute("UPDATE delivery_batch SET held_until = '2020-01-01 00:00:00.000000'")
    connection.close()


def test_a_second_process_joins_in_and_nobody_is_mailed_twice(
    live: CommandLine, relay: Relay
) -> None:
    relay.allow(0)
    with live.running(*SEND) as sending:
        relay.wait_for(CONNECTIONS)
        with live.running("campaign", "resume", "1") as second:
            relay.allow()
            assert sending.end().code == 0
            assert second.end().code == 0
    assert everyone_has_it_once(relay)
