"""Judges what the DNS says of the sender: SPF, DKIM and DMARC, each with the record to publish.

Decides by what `Names` answers; must not know how the DNS is asked, nor where settings come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mailer.delivery.dkim import Algorithm
from mailer.doctor.dmarc import Kinship, compare, find_policy
from mailer.doctor.finding import Area, Finding, good, skipped, txt_line, warning, wrong
from mailer.doctor.names import RecordError
from mailer.doctor.records import Wish, parse_dkim
from mailer.doctor.spf import MOST_LOOKUPS, Verdict, check_host
from mailer.doctor.spf_record import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.delivery.dkim import SigningKey
    from mailer.doctor.dmarc import Policy
    from mailer.doctor.identity import Identity, Outlets
    from mailer.doctor.names import Names
    from mailer.doctor.records import Alignment, DkimRecord

_SENDER: Final = Area.SENDER
_STRANGER: Final = "198.18.0.1"
"""An address of a network that is kept for tests of equipment (RFC 2544): no mail comes from it."""


# ---- SPF


def judge_spf(names: Names, domain: str, outlets: Outlets) -> list[Finding]:
    """Whether the record of the return path's domain lets our mail through, and not everybody's."""
    subject = f"SPF of {domain}"
    stranger = check_host(names, domain, _STRANGER)
    if stranger.verdict is Verdict.TEMPORARY:
        return [skipped(_SENDER, subject, stranger.why)]
    if stranger.verdict is Verdict.NONE:
        found = "there is no SPF record"
        return [wrong(_SENDER, subject, found, _spf_remedy(outlets), _new_spf(domain, outlets))]
    if stranger.verdict is Verdict.PERMANENT:
        remedy = "mend the record: until then receivers act as if there were none"
        return [wrong(_SENDER, subject, stranger.why, remedy)]
    published = names.txt(domain).starting(VERSION).records[0]
    findings = [_judge_rest(domain, published, stranger.verdict, stranger.lookups)]
    if not outlets.addresses:
        findings.append(skipped(_SENDER, subject, outlets.unknown, "name it with --sends-from"))
    return findings + [
        _judge_outlet(names, domain, published, address, outlets.are_certain)
        for address in outlets.addresses
    ]


def _spf_remedy(outlets: Outlets) -> str:
    if outlets.are_certain:
        return "publish one"
    if outlets.addresses:
        return "publish one with what your relay's provider tells you to include"
    return "name the addresses that mail leaves from with --sends-from, and publish the record for them"


def _new_spf(domain: str, outlets: Outlets) -> str:
    allowed = " ".join(map(_allowing, outlets.addresses))
    return txt_line(domain, f"{VERSION} {allowed} ~all") if allowed else ""


def _allowing(address: str) -> str:
    return f"ip6:{address}" if ":" in address else f"ip4:{address}"


def _judge_rest(domain: str, published: str, verdict: Verdict, lookups: int) -> Finding:
    """What the record says of everybody whom it doesn't name."""
    subject = f"SPF of {domain}"
    found = f'"{published}"; {lookups} of {MOST_LOOKUPS} lookups'
    match verdict:
        case Verdict.PASS:
            remedy = "end it with ~all or -all: as it is, anybody may send in this name"
            return wrong(_SENDER, subject, found, remedy)
        case Verdict.NEUTRAL:
            remedy = "end it with ~all or -all: as it is, it says nothing of those it doesn't name"
            return warning(_SENDER, subject, found, remedy)
    return good(_SENDER, subject, found)


def _judge_outlet(
    names: Names, domain: str, published: str, address: str, is_certain: bool
) -> Finding:
    subject = f"SPF for {address}"
    result = check_host(names, domain, address)
    match result.verdict:
        case Verdict.PASS:
            return good(_SENDER, subject, f"{domain} lets it send")
        case Verdict.TEMPORARY:
            return skipped(_SENDER, subject, result.why)
        case Verdict.PERMANENT:
            return wrong(_SENDER, subject, result.why, "mend the record")
    found = f"{domain} does not let it send ({result.verdict})"
    if not is_certain:
        remedy = (
            "if mail leaves by other addresses than the relay's own, name them with --sends-from"
        )
        return warning(_SENDER, subject, found, remedy, _allowed_spf(domain, published, address))
    record = _allowed_spf(domain, published, address)
    return wrong(_SENDER, subject, found, "add it to the record", record)


def _allowed_spf(domain: str, published: str, address: str) -> str:
    rest = published[len(VERSION) :].strip()
    return txt_line(domain, f"{VERSION} {_allowing(address)} {rest}")


# ---- DKIM


def judge_dkim(names: Names, keys: Sequence[SigningKey]) -> list[Finding]:
    """Whether the key of each selector is published, and is ours."""
    if not keys:
        return [
            wrong(
                _SENDER, "DKIM", "no key signs the mail",
                "make one with `bulletin dkim new --selector rsa-2026`, publish it, and name it in "
                "dkim.selectors",
            )
        ]  # fmt: skip
    findings = [_judge_key(names, key) for key in keys]
    if all(key.algorithm is Algorithm.ED25519 for key in keys):
        remedy = "add an RSA key: `bulletin dkim new --selector rsa-2026`"
        findings.append(
            warning(_SENDER, "DKIM", "no RSA key signs, and many receivers know no other", remedy)
        )
    return findings


def _judge_key(names: Names, key: SigningKey) -> Finding:
    subject = f"DKIM key {key.selector}"
    line = f"{key.record_name}. IN TXT ( {key.record()} )"
    answer = names.txt(key.record_name)
    if answer.unknown:
        return skipped(_SENDER, subject, answer.unknown)
    published = [one for one in answer.records if "p=" in one]
    if not published:
        return wrong(_SENDER, subject, f"{key.record_name} has no key", "publish it", line)
    if len(published) > 1:
        found = f"{key.record_name} has {len(published)} keys, and may have one"
        return wrong(_SENDER, subject, found, "remove all but this one", line)
    try:
        record = parse_dkim(published[0])
    except RecordError as error:
        return wrong(_SENDER, subject, f"the record can't be read: {error}", "replace it", line)
    return _judge_record(subject, key, record, line)


def _judge_record(subject: str, key: SigningKey, record: DkimRecord, line: str) -> Finding:
    ours = parse_dkim(key.record_text())
    if not record.key:
        found = "the published key was taken back: p= is empty"
        return wrong(_SENDER, subject, found, "publish it again, or sign with another", line)
    if (record.kind, record.key) != (ours.kind, ours.key):
        found = "the published key is not the one that signs"
        return wrong(
            _SENDER, subject, found, "publish ours, or use the selector it belongs to", line
        )
    if not record.signs_mail:
        found = "the published key may not sign mail with SHA-256"
        return wrong(_SENDER, subject, found, "remove its tags s= and h=", line)
    if record.is_test:
        found = (
            "the record says that this is a test (t=y), so receivers may pass over the signature"
        )
        return warning(_SENDER, subject, found, "publish it without", line)
    return good(
        _SENDER, subject, f"{key.record_name} has our key ({key.algorithm}, {key.bits} bits)"
    )


# ---- DMARC


def judge_dmarc(names: Names, identity: Identity, signs: bool) -> list[Finding]:
    """The policy for mail from the sender's domain, and whether our mail satisfies it."""
    policy = find_policy(names, identity.sender)
    subject = f"DMARC of {identity.sender}"
    if policy.unknown:
        return [skipped(_SENDER, subject, policy.unknown)]
    if not policy.place or policy.fault:
        found = (
            f"_dmarc.{policy.place}: {policy.fault}" if policy.place else "there is no DMARC record"
        )
        return [
            wrong(
                _SENDER,
                subject,
                found,
                "publish one; it asks for reports first",
                _new_dmarc(identity.sender),
            )
        ]
    return [_judge_policy(subject, policy), *_judge_kinship(policy, identity, signs)]


def _new_dmarc(domain: str, wish: Wish = Wish.NONE) -> str:
    return txt_line(f"_dmarc.{domain}", f"v=DMARC1; p={wish}; rua=mailto:dmarc-reports@{domain}")


def _judge_policy(subject: str, policy: Policy) -> Finding:
    assert policy.record is not None  # noqa: S101 - it was found
    found = f"_dmarc.{policy.place} asks for {policy.wish}"
    if policy.wish is Wish.NONE:
        return warning(
            _SENDER, subject, f"{found}: anybody may write in this name",
            "once the reports show that all your mail passes, ask for quarantine, then for reject",
            _new_dmarc(policy.domain, Wish.QUARANTINE),
        )  # fmt: skip
    if policy.record.percent < 100:
        found = f"{found} for {policy.record.percent}% of the mail"
        return warning(_SENDER, subject, found, "remove pct= once the reports are clean")
    if not policy.record.reports:
        remedy = f"add rua=mailto:dmarc-reports@{policy.place}"
        return warning(_SENDER, subject, f"{found}, and for no reports", remedy)
    return good(_SENDER, subject, found)


def _judge_kinship(policy: Policy, identity: Identity, signs: bool) -> list[Finding]:
    """Mail passes DMARC by SPF or by DKIM, where that speaks for the sender's domain."""
    assert policy.record is not None  # noqa: S101 - it was found
    by_dkim = compare(policy, identity.signing, policy.record.dkim)
    by_spf = compare(policy, identity.return_path, policy.record.spf)
    passes = Kinship.ALIGNED in ((by_dkim if signs else Kinship.STRANGERS), by_spf)
    findings = [
        _judge_pair("return path", policy, identity.return_path, by_spf, policy.record.spf, passes)
    ]
    if signs:
        findings.append(
            _judge_pair("signature", policy, identity.signing, by_dkim, policy.record.dkim, passes)
        )
    return findings


def _judge_pair(
    what: str,
    policy: Policy,
    other: str,
    kinship: Kinship,
    alignment: Alignment,
    passes: bool,
) -> Finding:
    subject = f"DMARC and the {what}"
    strictness = alignment.name.lower()
    if kinship is Kinship.ALIGNED:
        found = f"{other} is aligned with {policy.domain} ({strictness})"
        return good(_SENDER, subject, found)
    setting = "bounces.domain" if what == "return path" else "dkim.domain"
    remedy = f"set {setting} to {policy.domain} or a domain below it"
    found = f"{other} is not aligned with {policy.domain} ({strictness})"
    if kinship is Kinship.DOUBTFUL:
        found = (
            f"{other} may not be aligned with {policy.domain}: they only have a parent in common"
        )
    # One of the two is enough for DMARC; with both, mail that was forwarded or changed still passes.
    judged = warning if passes or kinship is Kinship.DOUBTFUL else wrong
    return judged(_SENDER, subject, found, remedy)
