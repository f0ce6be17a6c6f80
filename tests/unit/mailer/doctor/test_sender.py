"""What is said of SPF, DKIM and DMARC, and which record mends it."""

from __future__ import annotations

import pytest

from mailer.delivery.dkim import Algorithm, SigningKey
from mailer.doctor.dmarc import Kinship, compare, find_policy
from mailer.doctor.finding import Finding, State
from mailer.doctor.identity import Identity, Outlets, find_addresses, find_outlets
from mailer.doctor.names import Answer
from mailer.doctor.records import Alignment
from mailer.doctor.sender import judge_dkim, judge_dmarc, judge_spf
from mailer.doctor.spf import Verdict, check_host
from tests.zone import Zone

DOMAIN, ADDRESS = "partner.example", "198.51.100.25"
OURS = Outlets((ADDRESS,), are_certain=True)
GUESSED = Outlets((ADDRESS,), are_certain=False)
IDENTITY = Identity(DOMAIN, f"bounces.{DOMAIN}", DOMAIN, DOMAIN)
RSA = SigningKey.generate(DOMAIN, "rsa-2026", Algorithm.RSA)
ED25519 = SigningKey.generate(DOMAIN, "ed-2026", Algorithm.ED25519)


def states(findings: list[Finding]) -> list[State]:
    return [each.state for each in findings]


# ---- SPF


def spf(record: str, outlets: Outlets = OURS) -> list[Finding]:
    return judge_spf(Zone().add(DOMAIN, "TXT", record), DOMAIN, outlets)


def test_a_record_that_lets_our_mail_through_and_nobody_elses_is_good() -> None:
    assert states(spf(f"v=spf1 ip4:{ADDRESS} ~all")) == [State.GOOD, State.GOOD]


@pytest.mark.parametrize(("outlets", "state"), [(OURS, State.WRONG), (GUESSED, State.WARNING)])
def test_an_address_that_is_left_out_comes_with_a_record_that_lets_it_through(
    outlets: Outlets, state: State
) -> None:
    findings = spf("v=spf1 ip4:203.0.113.1 ~all", outlets)
    assert states(findings) == [State.GOOD, state]
    expected = f'{DOMAIN}. IN TXT "v=spf1 ip4:{ADDRESS} ip4:203.0.113.1 ~all"'
    assert findings[1].publish == expected
    mended = Zone().add(DOMAIN, "TXT", expected.split('"')[1])
    assert check_host(mended, DOMAIN, ADDRESS).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (f"v=spf1 ip4:{ADDRESS} +all", State.WRONG),
        (f"v=spf1 ip4:{ADDRESS} ?all", State.WARNING),
        (f"v=spf1 ip4:{ADDRESS}", State.WARNING),
        (f"v=spf1 ip4:{ADDRESS} -all", State.GOOD),
        (f"v=spf1 ip4:{ADDRESS} include:nobody.example ~all", State.WRONG),
    ],
)
def test_what_the_record_says_of_others_is_judged(record: str, state: State) -> None:
    assert spf(record)[0].state is state


def test_no_record_comes_with_one_to_publish() -> None:
    (finding,) = judge_spf(Zone(), DOMAIN, Outlets((ADDRESS, "2001:db8::25"), are_certain=True))
    assert finding.state is State.WRONG
    assert finding.publish == f'{DOMAIN}. IN TXT "v=spf1 ip4:{ADDRESS} ip6:2001:db8::25 ~all"'


def test_silence_is_no_verdict() -> None:
    assert states(judge_spf(Zone(silent={DOMAIN}), DOMAIN, OURS)) == [State.SKIPPED]


def test_without_a_known_address_it_is_asked_for() -> None:
    nobody = Outlets((), are_certain=False, unknown="this machine sends")
    found = spf("v=spf1 mx ~all", nobody)[1]
    assert (found.state, "--sends-from" in found.remedy) == (State.SKIPPED, True)


@pytest.mark.parametrize(
    ("named", "relay", "own", "expected"),
    [
        (["203.0.113.9"], Answer(("198.51.100.1",)), [], Outlets(("203.0.113.9",), True)),
        ([], Answer(("198.51.100.1",)), [], Outlets(("198.51.100.1",), False)),
        ([], Answer(("127.0.0.1",)), ["203.0.113.9"], Outlets(("203.0.113.9",), True)),
        ([], Answer(unknown="silence"), [], Outlets((), False, "silence")),
    ],
)
def test_mail_leaves_from_where_it_is_said_or_from_the_relay(
    named: list[str], relay: Answer, own: list[str], expected: Outlets
) -> None:
    assert find_outlets(named, relay, own) == expected


@pytest.mark.parametrize(
    ("host", "address"),
    [("localhost", "127.0.0.1"), ("203.0.113.9", "203.0.113.9"), ("mx.example", "203.0.113.7")],
)
def test_a_relay_is_found_by_name_or_by_address(host: str, address: str) -> None:
    zone = Zone().add("mx.example", "A", "203.0.113.7")
    assert find_addresses(zone, host).records == (address,)


# ---- DKIM


def dkim(record: str) -> Finding:
    (finding,) = judge_dkim(Zone().add(RSA.record_name, "TXT", record), [RSA])
    return finding


def test_our_own_key_is_good() -> None:
    assert dkim(RSA.record_text()).state is State.GOOD


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        ("", State.WRONG, "has no key"),
        ("v=DKIM1; p=", State.WRONG, "taken back"),
        (SigningKey.generate(DOMAIN, "x", Algorithm.RSA).record_text(), State.WRONG, "not the one"),
        (RSA.record_text()[:-9], State.WRONG, "read"),
        (RSA.record_text().replace("k=rsa", "k=ed25519"), State.WRONG, "not the one"),
        (RSA.record_text().replace("k=rsa", "k=rsa; h=sha1"), State.WRONG, "SHA-256"),
        (RSA.record_text().replace("k=rsa", "k=rsa; t=y"), State.WARNING, "test"),
    ],
)
def test_another_key_comes_with_ours_to_publish(record: str, state: State, words: str) -> None:
    finding = dkim(record)
    assert (finding.state, words in finding.found) == (state, True)
    assert finding.publish == f"{RSA.record_name}. IN TXT ( {RSA.record()} )"


def test_two_keys_at_one_place_are_one_too_many() -> None:
    text = RSA.record_text()
    (finding,) = judge_dkim(Zone().add(RSA.record_name, "TXT", text, text), [RSA])
    assert finding.state is State.WRONG


def test_mail_that_nothing_signs_is_wrong_and_one_without_rsa_is_doubtful() -> None:
    zone = Zone().add(ED25519.record_name, "TXT", ED25519.record_text())
    assert states(judge_dkim(Zone(), [])) == [State.WRONG]
    assert states(judge_dkim(zone, [ED25519])) == [State.GOOD, State.WARNING]


# ---- DMARC


def dmarc(record: str, identity: Identity = IDENTITY, *, signs: bool = True) -> list[Finding]:
    zone = Zone().add(f"_dmarc.{DOMAIN}", "TXT", record)
    return judge_dmarc(zone, identity, signs)


def test_a_policy_that_asks_for_something_is_good() -> None:
    findings = dmarc("v=DMARC1; p=reject; rua=mailto:d@partner.example")
    assert states(findings) == [State.GOOD] * 3


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ("v=DMARC1; p=none; rua=mailto:d@partner.example", State.WARNING),
        ("v=DMARC1; p=reject", State.WARNING),
        ("v=DMARC1; p=reject; pct=10; rua=mailto:d@partner.example", State.WARNING),
        ("v=DMARC1; p=maybe", State.WRONG),
        ("", State.WRONG),
    ],
)
def test_a_policy_that_could_ask_for_more_is_told(record: str, state: State) -> None:
    assert dmarc(record)[0].state is state


@pytest.mark.parametrize(
    ("alignment", "return_path", "signing", "signs", "expected"),
    [
        ("r", "bounces.partner.example", DOMAIN, True, [State.GOOD, State.GOOD]),
        ("s", "bounces.partner.example", DOMAIN, True, [State.WARNING, State.GOOD]),
        ("r", "provider.test", DOMAIN, True, [State.WARNING, State.GOOD]),
        ("r", "provider.test", "provider.test", True, [State.WRONG, State.WRONG]),
        ("r", "provider.test", DOMAIN, False, [State.WRONG]),
        ("s", DOMAIN, "news.partner.example", True, [State.GOOD, State.WARNING]),
    ],
)
def test_mail_has_to_be_aligned_by_one_of_two_ways(
    alignment: str, return_path: str, signing: str, signs: bool, expected: list[State]
) -> None:
    record = f"v=DMARC1; p=reject; aspf={alignment}; adkim={alignment}; rua=mailto:d@{DOMAIN}"
    identity = Identity(DOMAIN, return_path, signing, DOMAIN)
    assert states(dmarc(record, identity, signs=signs))[1:] == expected


@pytest.mark.parametrize(
    ("places", "domain", "place", "organisation"),
    [
        (["council.gov.test"], "news.council.gov.test", "council.gov.test", "council.gov.test"),
        (
            ["council.gov.test", "gov.test"],
            "council.gov.test",
            "council.gov.test",
            "council.gov.test",
        ),
        (["a.council.gov.test"], "a.council.gov.test", "a.council.gov.test", "a.council.gov.test"),
        ([], "a.council.gov.test", "", ""),
    ],
)
def test_the_nearest_record_above_holds(
    places: list[str], domain: str, place: str, organisation: str
) -> None:
    zone = Zone()
    for each in places:
        suffix = "; psd=y" if each == "gov.test" else ""
        zone.add(f"_dmarc.{each}", "TXT", f"v=DMARC1; p=reject; sp=none{suffix}")
    policy = find_policy(zone, domain)
    assert (policy.place, policy.organisation) == (place, organisation)


def test_two_records_at_one_place_are_none() -> None:
    zone = Zone().add(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=none", "v=DMARC1; p=reject")
    assert judge_dmarc(zone, IDENTITY, signs=True)[0].state is State.WRONG


def test_domains_that_only_share_a_parent_are_doubtful() -> None:
    zone = Zone().add("_dmarc.a.gov.test", "TXT", "v=DMARC1; p=reject")
    policy = find_policy(zone, "a.gov.test")
    assert compare(policy, "b.gov.test", Alignment.RELAXED) is Kinship.DOUBTFUL
    assert compare(policy, "b.gov.test", Alignment.STRICT) is Kinship.STRANGERS
    assert compare(policy, "partner.example", Alignment.RELAXED) is Kinship.STRANGERS


@pytest.mark.parametrize("silent", ["_dmarc.partner.example", "_dmarc.news.partner.example"])
def test_what_nobody_answers_is_skipped(silent: str) -> None:
    identity = Identity("news.partner.example", DOMAIN, DOMAIN, DOMAIN)
    assert states(judge_dmarc(Zone(silent={silent}), identity, signs=True)) == [State.SKIPPED]
