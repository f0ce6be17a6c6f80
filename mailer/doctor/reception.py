"""Judges what the DNS says of mail to us: who takes what comes back, and how securely.

Decides by what `Names` answers; must not know how the DNS or a web server is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mailer.doctor.finding import Area, Finding, good, skipped, txt_line, warning, wrong
from mailer.doctor.names import RecordError
from mailer.doctor.records import (
    MTA_STS,
    TLS_REPORTS,
    StsMode,
    parse_sts,
    parse_sts_policy,
    parse_tls_reports,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.doctor.identity import Outlets
    from mailer.doctor.names import Names
    from mailer.doctor.records import StsPolicy

    FetchPolicy = Callable[[str], str]
    """The text of the file at an HTTPS address; raises RecordError when it can't be had."""

_AREA: Final = Area.RETURN
_FEW: Final = 4


def judge_mx(names: Names, domain: str, what: str) -> Finding:
    """Whether mail to a domain arrives anywhere."""
    subject = f"MX of {domain}"
    answer = names.mail_servers(domain)
    if answer.unknown:
        return skipped(_AREA, subject, answer.unknown)
    if answer.records == ("",):
        return wrong(
            _AREA, subject, f"it says that it takes no mail, so {what} are lost", "publish one"
        )
    if not answer.records:
        return _judge_without_mx(names, domain, what)
    found = {host: names.addresses(host) for host in answer.records}
    lost = [host for host, each in found.items() if not each.records and not each.unknown]
    if len(lost) == len(found):
        remedy = "correct the MX record, or the names that it leads to"
        return wrong(
            _AREA, subject, f"{', '.join(lost)} has no address, so {what} are lost", remedy
        )
    if lost:
        return warning(_AREA, subject, f"{', '.join(lost)} has no address", "remove it, or mend it")
    return good(_AREA, subject, ", ".join(answer.records[:_FEW]))


def _judge_without_mx(names: Names, domain: str, what: str) -> Finding:
    """Mail then goes to the domain's own address (RFC 5321, section 5.1), which seldom is meant."""
    subject = f"MX of {domain}"
    own = names.addresses(domain)
    if own.unknown:
        return skipped(_AREA, subject, own.unknown)
    remedy = "publish the host that takes its mail"
    line = f"{domain}. IN MX 10 mail.{domain}."
    if own.records:
        return warning(
            _AREA, subject, f"there is none, so {what} go to {own.records[0]}", remedy, line
        )
    return wrong(_AREA, subject, f"there is none, so {what} are lost", remedy, line)


def judge_pointers(names: Names, outlets: Outlets) -> list[Finding]:
    """Whether each address that mail leaves from has a name that leads back to it."""
    if not outlets.are_certain:
        found = (
            outlets.unknown or "the relay is not this machine, so its addresses are its operator's"
        )
        return [skipped(Area.SENDER, "PTR", found, "name yours with --sends-from")]
    return [_judge_pointer(names, address) for address in outlets.addresses]


def _judge_pointer(names: Names, address: str) -> Finding:
    subject = f"PTR of {address}"
    answer = names.pointers(address)
    if answer.unknown:
        return skipped(Area.SENDER, subject, answer.unknown)
    if not answer.records:
        remedy = (
            "ask who runs its network for one; Gmail takes no mail from an address without a name"
        )
        return wrong(Area.SENDER, subject, "it has no name", remedy)
    for name in answer.records[:_FEW]:
        back = names.addresses(name)
        if back.unknown:
            return skipped(Area.SENDER, subject, back.unknown)
        if address in back.records:
            return good(Area.SENDER, subject, f"{name}, which leads back to it")
    name = answer.records[0]
    kind = "AAAA" if ":" in address else "A"
    found = f"{name} does not lead back to it"
    return wrong(Area.SENDER, subject, found, "publish its address", f"{name}. IN {kind} {address}")


# ---- TLS on the way to us


def judge_tls_reports(names: Names, domain: str) -> Finding:
    """Whether senders tell when TLS to us fails."""
    subject = f"TLS-RPT of {domain}"
    place = f"_smtp._tls.{domain}"
    line = txt_line(place, f"{TLS_REPORTS}; rua=mailto:tls-reports@{domain}")
    answer = names.txt(place).starting(TLS_REPORTS)
    if answer.unknown:
        return skipped(_AREA, subject, answer.unknown)
    if len(answer.records) != 1:
        found = f"there are {len(answer.records)} records" if answer.records else "there is none"
        return warning(_AREA, subject, found, "publish one, to hear of failing TLS", line)
    try:
        places = parse_tls_reports(answer.records[0])
    except RecordError as error:
        return wrong(_AREA, subject, f"the record can't be read: {error}", "replace it", line)
    return good(_AREA, subject, ", ".join(places))


def judge_sts(names: Names, domain: str, fetch: FetchPolicy, today: str) -> Finding:
    """Whether senders are told to use TLS with us, and whether that names our mail servers.

    `today`, as digits, makes the id of a first record.
    """
    subject = f"MTA-STS of {domain}"
    place = f"_mta-sts.{domain}"
    line = txt_line(place, f"{MTA_STS}; id={today};")
    answer = names.txt(place).starting(MTA_STS)
    if answer.unknown:
        return skipped(_AREA, subject, answer.unknown)
    if not answer.records:
        remedy = f"serve a policy at {_policy_url(domain)}, then publish its record"
        return warning(
            _AREA, subject, "there is none, so mail to you may be sent in the clear", remedy, line
        )
    if len(answer.records) > 1:
        found = f"there are {len(answer.records)} records, and may be one"
        return wrong(_AREA, subject, found, "remove all but one")
    try:
        parse_sts(answer.records[0])
    except RecordError as error:
        return wrong(_AREA, subject, f"the record can't be used: {error}", "replace it", line)
    try:
        policy = parse_sts_policy(fetch(_policy_url(domain)))
    except RecordError as error:
        remedy = "serve it there, over HTTPS and without a redirect"
        return wrong(_AREA, subject, f"{_policy_url(domain)}: {error}", remedy)
    return _judge_policy(subject, policy, names.mail_servers(domain).records)


def _policy_url(domain: str) -> str:
    return f"https://mta-sts.{domain}/.well-known/mta-sts.txt"


def _judge_policy(subject: str, policy: StsPolicy, servers: tuple[str, ...]) -> Finding:
    left_out = [host for host in servers if not policy.allows(host)]
    if left_out and policy.mode is not StsMode.NONE:
        found = f"the policy leaves out {', '.join(left_out)}"
        judged = wrong if policy.mode is StsMode.ENFORCE else warning
        remedy = "add a line `mx:` for each, and change the record's id"
        return judged(_AREA, subject, found, remedy)
    if policy.mode is not StsMode.ENFORCE:
        remedy = "set it to enforce once the reports are clean, and change the record's id"
        return warning(_AREA, subject, f"mode is {policy.mode}", remedy)
    return good(_AREA, subject, f"enforced for {policy.max_age // 86_400} days")
