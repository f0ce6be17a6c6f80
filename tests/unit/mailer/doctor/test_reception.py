"""What is said of MX, PTR, MTA-STS and TLS reports."""

from __future__ import annotations

import pytest

from mailer.doctor.finding import State
from mailer.doctor.identity import Outlets
from mailer.doctor.names import RecordError
from mailer.doctor.reception import judge_mx, judge_pointers, judge_sts, judge_tls_reports
from tests.zone import Zone

DOMAIN, ADDRESS = "bounces.partner.example", "198.51.100.25"
POLICY = "version: STSv1\nmode: {}\nmx: mail.partner.example\nmax_age: 604800\n"


def mail(*servers: str) -> Zone:
    return Zone().add(DOMAIN, "MX", *servers).add("mail.partner.example", "A", ADDRESS)


@pytest.mark.parametrize(
    ("zone", "state"),
    [
        (mail("10 mail.partner.example."), State.GOOD),
        (mail("10 mail.partner.example.", "20 gone.partner.example."), State.WARNING),
        (mail("10 gone.partner.example."), State.WRONG),
        (mail("0 ."), State.WRONG),
        (Zone(), State.WRONG),
        (Zone().add(DOMAIN, "A", ADDRESS), State.WARNING),
        (Zone(silent={DOMAIN}), State.SKIPPED),
    ],
)
def test_mail_to_us_needs_a_host_that_takes_it(zone: Zone, state: State) -> None:
    assert judge_mx(zone, DOMAIN, "bounces").state is state


REVERSE = "25.100.51.198.in-addr.arpa"


@pytest.mark.parametrize(
    ("zone", "state", "publish"),
    [
        (Zone(), State.WRONG, ""),
        (
            Zone().add(REVERSE, "PTR", "mail.partner.example."),
            State.WRONG,
            f"mail.partner.example. IN A {ADDRESS}",
        ),
        (
            Zone().add(REVERSE, "PTR", "mail.partner.example.").add("mail.partner.example", "A", ADDRESS),
            State.GOOD,
            "",
        ),
        (Zone(silent={REVERSE}), State.SKIPPED, ""),
    ],
)  # fmt: skip
def test_an_address_needs_a_name_that_leads_back(zone: Zone, state: State, publish: str) -> None:
    (finding,) = judge_pointers(zone, Outlets((ADDRESS,), are_certain=True))
    assert (finding.state, finding.publish) == (state, publish)


def test_the_names_of_a_relay_that_is_not_ours_are_not_judged() -> None:
    (finding,) = judge_pointers(Zone(), Outlets((ADDRESS,), are_certain=False))
    assert finding.state is State.SKIPPED


# ---- MTA-STS


def missing(_url: str) -> str:
    raise RecordError("the web server answers 404")


def sts(record: str, policy: str | None, *servers: str) -> State:
    zone = mail(*(servers or ("10 mail.partner.example.",)))
    zone.add(f"_mta-sts.{DOMAIN}", "TXT", record)
    fetched: list[str] = []

    def fetch(url: str) -> str:
        fetched.append(url)
        return policy if policy is not None else missing(url)

    finding = judge_sts(zone, DOMAIN, fetch, "20261122")
    assert set(fetched) <= {f"https://mta-sts.{DOMAIN}/.well-known/mta-sts.txt"}
    return finding.state


@pytest.mark.parametrize(
    ("record", "policy", "state"),
    [
        ("v=STSv1; id=1;", POLICY.format("enforce"), State.GOOD),
        ("v=STSv1; id=1;", POLICY.format("testing"), State.WARNING),
        ("v=STSv1; id=1;", None, State.WRONG),
        ("v=STSv1; id=1;", "<html>", State.WRONG),
        ("v=STSv1; id=one-1;", POLICY.format("enforce"), State.WRONG),
        ("", None, State.WARNING),
    ],
)
def test_a_policy_has_to_be_there_and_be_read(
    record: str, policy: str | None, state: State
) -> None:
    assert sts(record, policy) is state


@pytest.mark.parametrize(
    ("mode", "state"), [("enforce", State.WRONG), ("testing", State.WARNING), ("none", State.WARNING)]
)  # fmt: skip
def test_a_policy_that_leaves_out_a_mail_server_loses_mail(mode: str, state: State) -> None:
    servers = ("10 mail.partner.example.", "20 other.partner.example.")
    assert sts("v=STSv1; id=1;", POLICY.format(mode), *servers) is state


@pytest.mark.parametrize(
    ("records", "state"),
    [
        (("v=TLSRPTv1; rua=mailto:tls@partner.example",), State.GOOD),
        (("v=TLSRPTv1; rua=tls@partner.example",), State.WRONG),
        (
            ("v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1; rua=mailto:c@b.example"),
            State.WARNING,
        ),
        ((), State.WARNING),
    ],
)
def test_reports_need_one_record_with_an_address(records: tuple[str, ...], state: State) -> None:
    zone = Zone().add(f"_smtp._tls.{DOMAIN}", "TXT", *records)
    assert judge_tls_reports(zone, DOMAIN).state is state


@pytest.mark.parametrize("name", [f"_mta-sts.{DOMAIN}", f"_smtp._tls.{DOMAIN}"])
def test_what_nobody_answers_is_skipped(name: str) -> None:
    zone = Zone(silent={name})
    found = {judge_sts(zone, DOMAIN, missing, "1").state, judge_tls_reports(zone, DOMAIN).state}
    assert State.SKIPPED in found
