"""DKIM keys, DMARC, MTA-STS and TLS reports: what is read, and what is refused."""

from __future__ import annotations

import base64
import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.doctor.names import RecordError
from mailer.doctor.records import (
    Alignment,
    StsMode,
    StsPolicy,
    Wish,
    parse_dkim,
    parse_dmarc,
    parse_sts,
    parse_sts_policy,
    parse_tags,
    parse_tls_reports,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
_VALUES = st.text(st.characters(codec="ascii", exclude_characters=";\n\r"), max_size=20)


@given(st.dictionaries(_NAMES, _VALUES.map(str.strip), max_size=6))
def test_a_list_of_tags_is_read_as_it_was_written(tags: dict[str, str]) -> None:
    assert parse_tags("; ".join(f"{name}={value}" for name, value in tags.items())) == tags


@pytest.mark.parametrize(
    "parse", [parse_tags, parse_dkim, parse_dmarc, parse_sts, parse_sts_policy, parse_tls_reports]
)
@given(text=st.one_of(st.text(), st.from_regex(r"v=\w+;[ a-z=;:,*%0-9]*", fullmatch=True)))
def test_whatever_is_published_is_read_or_refused(
    parse: Callable[[str], object], text: str
) -> None:
    with contextlib.suppress(RecordError):
        parse(text)


@given(st.binary(min_size=1, max_size=400), st.sampled_from(["rsa", "ed25519"]))
def test_a_key_is_read_from_its_record_however_it_is_folded(key: bytes, kind: str) -> None:
    told = base64.b64encode(key).decode()
    folded = " ".join(told[i : i + 30] for i in range(0, len(told), 30))
    record = parse_dkim(f"v=DKIM1; k={kind}; p={folded}")
    assert (record.kind, record.key, record.is_test, record.signs_mail) == (kind, key, False, True)


@pytest.mark.parametrize(
    ("text", "signs", "is_test"),
    [
        ("p=AAAA", True, False),
        ("v=DKIM1; t=y:s; p=AAAA", True, True),
        ("v=DKIM1; s=email; h=sha256:sha1; p=AAAA", True, False),
        ("v=DKIM1; s=tlsrpt; p=AAAA", False, False),
        ("v=DKIM1; h=sha1; p=AAAA", False, False),
    ],
)
def test_what_a_key_may_do_is_read(text: str, signs: bool, is_test: bool) -> None:
    record = parse_dkim(text)
    assert (record.signs_mail, record.is_test) == (signs, is_test)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("v=DKIM2; p=AAAA", "v=DKIM1"),
        ("p=AAAA; v=DKIM1", "come first"),
        ("v=DKIM1; k=rsa", "missing"),
        ("v=DKIM1; p=AAA", "not whole"),
        ("v=DKIM1; p=AAAA; p=BBBB", "twice"),
        ("v=DKIM1; p", "no tag"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(text: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_dkim(text)


def test_a_key_that_was_taken_back_is_empty() -> None:
    assert parse_dkim("v=DKIM1; p=").key == b""


def test_a_dmarc_record_is_read_with_all_it_asks() -> None:
    reports = "rua=mailto:a@b.example, mailto:c@d.example;"
    record = parse_dmarc(f"v=DMARC1;p=reject; sp=quarantine; adkim=s; aspf=R; pct=40; {reports}")
    assert (record.wish, record.below) == (Wish.REJECT, Wish.QUARANTINE)
    assert (record.dkim, record.spf) == (Alignment.STRICT, Alignment.RELAXED)
    assert (record.percent, record.reports) == (40, ("mailto:a@b.example", "mailto:c@d.example"))


def test_what_a_dmarc_record_leaves_out_has_the_value_of_the_rfc() -> None:
    record = parse_dmarc("v=DMARC1; p=quarantine")
    assert (record.below, record.percent, record.reports) == (Wish.QUARANTINE, 100, ())
    assert parse_dmarc("v=DMARC1; rua=mailto:a@b.example").wish is Wish.NONE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("p=none; v=DMARC1", "come first"),
        ("v=DMARC1", "p= is missing"),
        ("v=DMARC1; p=no", "none of none, quarantine, reject"),
        ("v=DMARC1; p=none; pct=101", "pct"),
        ("v=DMARC1; p=none; pct=³", "pct"),
        pytest.param(f"v=DMARC1; p=none; pct={'9' * 5000}", "pct", id="long"),
        ("v=DMARC1; p=none; aspf=x", "aspf"),
    ],
)
def test_a_dmarc_record_that_cannot_be_used_is_refused(text: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_dmarc(text)


def test_a_policy_file_is_read() -> None:
    lines = (
        "version: STSv1",
        "mode: enforce",
        "mx: mail.example.org",
        "mx: *.example.net",
        "max_age: 604800",
    )
    assert parse_sts_policy("\r\n".join(lines)) == StsPolicy(
        StsMode.ENFORCE, ("mail.example.org", "*.example.net"), 604800
    )


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("MAIL.example.org.", True),
        ("mx1.example.net", True),
        ("example.net", False),
        ("a.b.example.net", False),
        ("other.example.org", False),
    ],
)
def test_a_star_in_a_policy_stands_for_one_label(host: str, allowed: bool) -> None:
    policy = StsPolicy(StsMode.ENFORCE, ("mail.example.org", "*.example.net"), 1)
    assert policy.allows(host) is allowed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>", "no key"),
        ("mode: enforce\nmx: a.example\nmax_age: 1", "version"),
        ("version: STSv1\nmode: on\nmx: a.example\nmax_age: 1", "mode"),
        ("version: STSv1\nmode: enforce\nmax_age: 1", "mx names no"),
        ("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 99999999999", "max_age"),
    ],
)
def test_a_policy_file_that_cannot_be_used_is_refused(text: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_sts_policy(text)


def test_the_records_of_transport_are_read() -> None:
    assert parse_sts("v=STSv1; id=20261122T1;") == "20261122T1"
    assert parse_tls_reports("v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/") == (
        "mailto:a@b.example",
        "https://c.example/",
    )
    with pytest.raises(RecordError, match="id="):
        parse_sts("v=STSv1; id=2026-11-22")
    with pytest.raises(RecordError, match="rua="):
        parse_tls_reports("v=TLSRPTv1; rua=a@b.example")
