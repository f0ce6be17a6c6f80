"""The DNS as it is asked over the network: a real server on this machine, and none."""

from __future__ import annotations

import socket
import time

import pytest

from mailer.doctor import resolver
from mailer.doctor.resolver import Resolver, ResolverError, parse_server
from tests.zone import Zone

ZONE = (
    Zone(silent={"silent.example"})
    .add("partner.example", "TXT", "v=spf1 mx ~all", "x" * 300 + "é")
    .add("partner.example", "MX", "20 b.partner.example.", "5 A.partner.example.")
    .add("a.partner.example", "A", "192.0.2.1")
    .add("a.partner.example", "AAAA", "2001:db8::1")
    .add("1.2.0.192.in-addr.arpa", "PTR", "A.partner.example.")
)


def test_each_kind_of_record_is_asked_for() -> None:
    with ZONE.served() as server:
        names = Resolver(parse_server(server))
        texts = names.txt("partner.example").records
        assert sorted(len(each) for each in texts) == [14, 301]
        assert names.mail_servers("partner.example").records == (
            "a.partner.example",
            "b.partner.example",
        )
        assert names.addresses("a.partner.example").records == ("192.0.2.1", "2001:db8::1")
        assert names.pointers("192.0.2.1").records == ("a.partner.example",)


@pytest.mark.parametrize("name", ["nobody.example", "a.partner.example"])
def test_a_name_without_a_record_is_an_answer(name: str) -> None:
    with ZONE.served() as server:
        found = Resolver(parse_server(server)).txt(name)
    assert (found.records, found.unknown) == ((), "")


@pytest.mark.parametrize("name", ["a..example", "x" * 70 + ".example", "é" * 300])
def test_a_name_that_cannot_be_asked_for_is_told(name: str) -> None:
    with ZONE.served() as server:
        found = Resolver(parse_server(server)).txt(name)
    assert found.unknown


def test_a_silent_server_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "_PATIENCE", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        names = Resolver(deaf.getsockname())
        began = time.monotonic()
        answers = [names.txt(f"{number}.example") for number in range(100)]
    assert all(each.unknown and not each.records for each in answers)
    assert time.monotonic() - began < 15


def test_one_name_that_nobody_tells_of_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resolver, "_PATIENCE", 1)
    with ZONE.served() as server:
        names = Resolver(parse_server(server))
        assert names.txt("silent.example").unknown
        assert names.txt("partner.example").records


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_name_server_is_named_by_its_address(text: str, expected: tuple[str, int]) -> None:
    assert parse_server(text) == expected


@pytest.mark.parametrize(
    "text", ["", "dns.example", "192.0.2.53:x", "192.0.2.53:0", "[::1]x", "1:2"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ResolverError, match=r"192\.0\.2\.53"):
        parse_server(text)
