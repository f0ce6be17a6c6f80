"""SPF: records as values, and the verdict that a receiver comes to (RFC 7208)."""

from __future__ import annotations

import contextlib
from ipaddress import IPv4Network, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.doctor.macros import Client
from mailer.doctor.names import RecordError
from mailer.doctor.spf import Verdict, check_host
from mailer.doctor.spf_record import Kind, Mechanism, SpfRecord, parse_spf
from tests.zone import Zone

_SIGNS = st.sampled_from("+-~?")
_HOSTS = st.sampled_from(["a.example", "%{d}", "%{ir}.%{v}._spf.%{d2}", "_x.b.example"])
_BITS4, _BITS6 = st.integers(0, 32), st.integers(0, 128)
_FOUR = st.builds(
    lambda n, bits: IPv4Network((n, bits), strict=False), st.integers(0, 2**32 - 1), _BITS4
)
_SIX = st.builds(
    lambda n, bits: IPv6Network((n, bits), strict=False), st.integers(0, 2**128 - 1), _BITS6
)
_MECHANISMS = st.one_of(
    st.builds(Mechanism, _SIGNS, st.just(Kind.ALL)),
    st.builds(Mechanism, _SIGNS, st.sampled_from([Kind.INCLUDE, Kind.EXISTS]), _HOSTS),
    st.builds(Mechanism, _SIGNS, st.just(Kind.PTR), st.one_of(st.just(""), _HOSTS)),
    st.builds(
        Mechanism, _SIGNS, st.sampled_from([Kind.A, Kind.MX]), st.one_of(st.just(""), _HOSTS),
        st.none(), _BITS4, _BITS6,
    ),
    st.builds(Mechanism, _SIGNS, st.just(Kind.IP4), network=_FOUR),
    st.builds(Mechanism, _SIGNS, st.just(Kind.IP6), network=_SIX),
)  # fmt: skip
_RECORDS = st.builds(
    SpfRecord, st.lists(_MECHANISMS, max_size=6).map(tuple), st.one_of(st.just(""), _HOSTS)
)


@given(_RECORDS)
def test_a_record_is_read_as_it_is_written(record: SpfRecord) -> None:
    assert parse_spf(str(record)) == record


@given(
    st.one_of(
        st.text(),
        st.from_regex(r"v=spf1( [-+~?]?[a-z0-9]{1,8}[:=]?[a-z0-9./%{}:-]*){0,5}", fullmatch=True),
    )
)
def test_whatever_is_published_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(RecordError):
        parse_spf(text)


@given(_RECORDS, st.ip_addresses())
def test_every_record_comes_to_a_verdict(record: SpfRecord, address: object) -> None:
    zone = Zone().add("example.org", "TXT", str(record)).add("a.example", "TXT", "v=spf1 mx -all")
    assert check_host(zone, "example.org", str(address)).verdict in Verdict


@pytest.mark.parametrize(
    "text",
    [
        "v=spf10 -all", "v=spf1 all:x", "v=spf1 include", "v=spf1 include:", "v=spf1 ip4:1.2.3",
        "v=spf1 ip4:1.2.3.4/33", "v=spf1 ip4:1.2.3.4/255.255.255.0", "v=spf1 ip6:1.2.3.4",
        "v=spf1 ip6:fe80::1%eth0", "v=spf1 a/33", "v=spf1 a//129", "v=spf1 a:x/24/64", "v=spf1 ptr/24",
        "v=spf1 redirect=a.example redirect=b.example", "v=spf1 exists:%{z}.example", "v=spf1 -al",
        "v=spf1 include:é.example", "v=spf1 redirect=", "v=spf1 exists:%{d9999}.example",
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(RecordError):
        parse_spf(text)


# ---- RFC 7208, section 7.4

_FROM_FOUR = Client(ip_address("192.0.2.3"), "strong-bad@email.example.com")
_FROM_SIX = Client(ip_address("2001:db8::cb01"), "strong-bad@email.example.com")


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        (
            "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
            "3.2.0.192.in-addr.strong.lp._spf.example.com",
        ),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%%%_%-%{S}", "% %20strong-bad%40email.example.com"),
    ],
)
def test_macros_are_expanded_as_the_rfc_shows(text: str, expanded: str) -> None:
    assert _FROM_FOUR.expand(text, "email.example.com") == expanded


def test_an_ipv6_address_is_told_by_its_nibbles() -> None:
    nibbles = "1.0.b.c." + "0." * 20 + "8.b.d.0.1.0.0.2"
    expanded = _FROM_SIX.expand("%{ir}.%{v}._spf.%{d2}", "email.example.com")
    assert expanded == f"{nibbles}.ip6._spf.example.com"


def test_a_name_that_grew_too_long_loses_its_first_labels() -> None:
    long = Client(ip_address("192.0.2.3"), "x@" + ".".join(["abcdefgh"] * 40))
    expanded = long.expand("%{o}.example", "example.org")
    assert len(expanded) <= 253
    assert expanded.endswith("abcdefgh.example")


# ---- verdicts: the zone of RFC 7208, appendix A


@pytest.fixture
def zone() -> Zone:
    return (
        Zone()
        .add("example.com", "MX", "10 mail-a.example.com.", "20 mail-b.example.com.")
        .add("example.com", "A", "192.0.2.10", "192.0.2.11")
        .add("mail-a.example.com", "A", "192.0.2.129")
        .add("mail-b.example.com", "A", "192.0.2.130")
        .add("amy.example.com", "A", "192.0.2.65")
        .add("example.org", "MX", "10 mail-c.example.org.")
        .add("mail-c.example.org", "A", "192.0.2.140")
        .add("10.2.0.192.in-addr.arpa", "PTR", "example.com.")
        .add("65.2.0.192.in-addr.arpa", "PTR", "amy.example.com.")
        .add("140.2.0.192.in-addr.arpa", "PTR", "mail-c.example.org.")
    )


def verdict(zone: Zone, record: str, address: str) -> Verdict:
    zone.add("example.com", "TXT", "some other text", record)
    return check_host(zone, "example.com", address).verdict


@pytest.mark.parametrize(
    ("record", "address", "expected"),
    [
        ("v=spf1 +all", "192.0.2.129", Verdict.PASS),
        ("v=spf1 a -all", "192.0.2.10", Verdict.PASS),
        ("v=spf1 a -all", "192.0.2.65", Verdict.FAIL),
        ("v=spf1 a:example.org -all", "192.0.2.10", Verdict.FAIL),
        ("v=spf1 mx ~all", "192.0.2.130", Verdict.PASS),
        ("v=spf1 mx:example.org ~all", "192.0.2.140", Verdict.PASS),
        ("v=spf1 mx:example.org ~all", "192.0.2.130", Verdict.SOFTFAIL),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", Verdict.PASS),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", Verdict.PASS),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", Verdict.FAIL),
        ("v=spf1 ptr -all", "192.0.2.65", Verdict.PASS),
        ("v=spf1 ptr -all", "192.0.2.140", Verdict.FAIL),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", Verdict.PASS),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", Verdict.FAIL),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8:1::5", Verdict.PASS),
        ("v=spf1 a -all", "2001:db8::5", Verdict.FAIL),
        ("v=SPF1 ?all", "192.0.2.65", Verdict.NEUTRAL),
        ("v=spf1", "192.0.2.65", Verdict.NEUTRAL),
    ],
)
def test_the_verdict_is_that_of_a_receiver(
    zone: Zone, record: str, address: str, expected: Verdict
) -> None:
    assert verdict(zone, record, address) is expected


def test_includes_and_redirects_are_followed_and_counted(zone: Zone) -> None:
    zone.add("_spf.example.net", "TXT", "v=spf1 redirect=_more.example.net")
    zone.add("_more.example.net", "TXT", "v=spf1 ip4:198.51.100.0/24 -all")
    zone.add("example.com", "TXT", "v=spf1 include:_spf.example.net ~all")
    passed = check_host(zone, "example.com", "198.51.100.7")
    assert (passed.verdict, passed.lookups) == (Verdict.PASS, 2)
    assert check_host(zone, "example.com", "192.0.2.1").verdict is Verdict.SOFTFAIL


def test_a_provider_that_asks_by_macro_is_followed(zone: Zone) -> None:
    zone.add(
        "7.100.51.198.in-addr.example.com.spf.example.net", "TXT", "v=spf1 ip4:198.51.100.7 -all"
    )
    record = "v=spf1 include:%{ir}.%{v}.%{d}.spf.example.net ~all"
    assert verdict(zone, record, "198.51.100.7") is Verdict.PASS


def test_a_name_that_exists_lets_through(zone: Zone) -> None:
    zone.add("7.100.51.198.allowed.example.net", "A", "127.0.0.2")
    record = "v=spf1 exists:%{ir}.allowed.example.net -all"
    assert verdict(zone, record, "198.51.100.7") is Verdict.PASS
    assert verdict(zone, record, "198.51.100.8") is Verdict.FAIL


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("v=spf1 include:nobody.example -all", "has no SPF record"),
        ("v=spf1 redirect=nobody.example", "has no SPF record"),
        ("v=spf1 include:example.com -all", "more than 10 lookups"),
        ("v=spf1 a:x.example a:y.example a:z.example -all", "nothing behind them"),
        ("v=spf1 include:broken.example -all", "broken.example: "),
        ("v=spf1 mx:many.example -all", "more than 10 mail servers"),
        ("v=spf1 " + "a " * 11 + "-all", "more than 10 lookups"),
    ],
)
def test_a_record_that_no_receiver_can_use_says_why(zone: Zone, record: str, why: str) -> None:
    zone.add("broken.example", "TXT", "v=spf1 foo")
    zone.add("many.example", "MX", *(f"{n} mx{n}.example." for n in range(11)))
    zone.add("example.com", "TXT", record)
    result = check_host(zone, "example.com", "198.51.100.7")
    assert result.verdict is Verdict.PERMANENT
    assert why in result.why


def test_two_records_are_one_too_many(zone: Zone) -> None:
    zone.add("example.com", "TXT", "v=spf1 -all", "v=spf1 mx -all")
    assert check_host(zone, "example.com", "192.0.2.1").verdict is Verdict.PERMANENT


def test_no_record_is_no_verdict_and_silence_is_another(zone: Zone) -> None:
    assert check_host(zone, "example.org", "192.0.2.1").verdict is Verdict.NONE
    zone.silent.add("example.org")
    assert check_host(zone, "example.org", "192.0.2.1").verdict is Verdict.TEMPORARY
