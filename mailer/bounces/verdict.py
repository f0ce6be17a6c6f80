"""Judges what a mail system says about one recipient: a reply during SMTP and a report alike.

Reads words before numbers: of real reports with a status of 5.x two in three are about something else than
a dead address. Knows nothing of where the text came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mailer.bounces.catalogue import Finding, Weight, reasons_in
from mailer.bounces.mail import without_controls
from mailer.bounces.reason import MEANINGS, BounceClass, Reason
from mailer.bounces.stage import Stage, stage_of
from mailer.bounces.status import find_code, find_status, reason_of_code, reason_of_status

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_TEXT = 1_000
"""Characters of a telling text that are kept, and read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail system's words mean. `status` is the enhanced status code, if there is one."""

    bounce_class: BounceClass
    reason: Reason
    status: str | None
    text: str


def judge(code: int | None, status: str | None, text: str, stage: Stage | None = None) -> Verdict:
    """Judge a failure by its SMTP reply code, its enhanced status and its text, whichever are known.

    `stage` is the command that was answered, where the caller knows it; otherwise the text may tell.
    """
    return judge_all(code, status, (text,), stage=stage)


def judge_all(
    code: int | None,
    status: str | None,
    texts: Sequence[str],
    *,
    aside: str = "",
    stage: Stage | None = None,
    final: bool = False,
) -> Verdict:
    """Judge by several texts about the same failure, the closest first.

    `aside` is a text that may be about something else too, and is heard when the others say nothing.
    `final` says that the mail will not be tried again, whatever the host answered last.
    """
    told = [one for one in map(_on_one_line, texts) if one]
    for one in told:
        status = _more_exact(status, find_status(one))
        code = code or find_code(one)
    beside = _on_one_line(aside)
    status = _more_exact(status, find_status(beside))
    finding, text = _reason_of(code, status, told, beside)
    stage = stage or stage_of(" ".join(told)) or stage_of(beside)
    reason = _at_stage(finding, status, stage, text)
    waits = _is_temporary(code, status) and not (final and reason is Reason.USER_UNKNOWN)
    return Verdict(_class_of(reason, waits), reason, status, text[:LONGEST_TEXT])


def _more_exact(status: str | None, other: str | None) -> str | None:
    # Relays write 5.0.0 into the field, and leave what the host really said in the text.
    vague = status is None or status.endswith(".0.0")
    return other or status if vague else status


# A notice is heard for each recipient it is about, and beside its own passages.
@lru_cache(maxsize=16)
def _on_one_line(text: str) -> str:
    line = " ".join(without_controls(text[:_LONGEST_READ]).split())
    quoted = _QUOTED_REPLY.search(line)
    return f"{quoted[1]} {quoted[2]}" if quoted else line


# A relay that sums up another host's reply in its own words, mostly wrong, and quotes it behind them.
_QUOTED_REPLY = re.compile(r"\b\d\.\d\.\d - [A-Za-z ]{5,60} ([245]\d\d)-?\s?'([^']{3,})'?")


_LONGEST_READ = 4 * LONGEST_TEXT


def _reason_of(
    code: int | None, status: str | None, told: list[str], aside: str
) -> tuple[Finding, str]:
    first = told[0] if told else aside
    numbered = reason_of_status(status)
    return (
        _heard(_TELLING, told[:1])
        or (_heard(_VAGUE, told[:1]) if numbered is None else None)
        or _heard(_TELLING, told[1:])
        or (None if numbered is None else (Finding(Weight.OUTRIGHT, numbered), first))
        or _heard(_VAGUE, told[1:])
        or _heard((*_TELLING, *_VAGUE), [aside])
        or (Finding(Weight.USUAL, reason_of_code(code) or Reason.UNKNOWN), first)
    )


def _heard(order: tuple[Finding, ...], texts: Sequence[str]) -> tuple[Finding, str] | None:
    for text in texts:
        findings = reasons_in(text)
        for finding in order:
            if finding in findings:
                return finding, text
    return None


_ABOUT_SOMEBODY = {
    Reason.USER_UNKNOWN,
    Reason.HOST_UNKNOWN,
    Reason.MAILBOX_DISABLED,
    Reason.RECIPIENT_REFUSED,
    Reason.UNKNOWN,
}


def _at_stage(finding: Finding, status: str | None, stage: Stage | None, text: str) -> Reason:
    reason = finding.reason
    if reason not in _ABOUT_SOMEBODY:
        return reason
    if stage is Stage.SENDER:
        return Reason.SENDER_REFUSED
    if stage is Stage.GREETING:
        return Reason.BLOCKLISTED
    if finding == _USUALLY_UNKNOWN and _is_doubtful(status, stage, text):
        return Reason.RECIPIENT_REFUSED
    return reason


_USUALLY_UNKNOWN = Finding(Weight.USUAL, Reason.USER_UNKNOWN)


def _is_doubtful(status: str | None, stage: Stage | None, text: str) -> bool:
    """Whether "user unknown" may be the pretext of a filter.

    A host that looks its users up says so at RCPT TO, by a status about addresses, or by naming the
    address. One that says so after it has seen the body, or at nobody knows which command, may take the
    next mail.
    """
    if _ABOUT_MAILBOX.match(status or ""):
        return False
    if stage is Stage.BODY:
        return True
    return stage is None and bool(_BARE_REPLY.search(text)) and not _NAMED_REPLY.search(text)


_ABOUT_MAILBOX = re.compile(r"\d\.(?:1\.\d|2\.[1-9])")
_BARE_REPLY = re.compile(r"(?<![\w.])550\b")
_NAMED_REPLY = re.compile(
    r"(?<![\w.])550[ :#-]+(?:5\.\d\.\d+ )?(?:<[^\s<>]+>|[^\s<>]{1,128}@[^\s<>]{1,255}(?:\.\.\.|:))"
)


_TELLING = (
    *(Finding(Weight.OUTRIGHT, reason) for reason in Reason),
    *(
        Finding(Weight.USUAL, reason)
        for reason in (
            Reason.LOOP,
            Reason.MAILBOX_FULL,
            Reason.HOST_FULL,
            Reason.GREYLISTED,
            Reason.VIRUS,
            Reason.AUTHENTICATION,
            Reason.SENDER_REFUSED,
            Reason.RELAYING_DENIED,
            Reason.LOGIN_REQUIRED,
            Reason.RATE_LIMITED,
            Reason.BLOCKLISTED,
            Reason.SPAM,
            Reason.TOO_LARGE,
            Reason.CONTENT,
            Reason.POLICY,
            Reason.MAILBOX_MOVED,
            Reason.MAILBOX_DISABLED,
            Reason.EXPIRED,
            Reason.NO_MAIL_HOST,
            Reason.HOST_UNKNOWN,
            Reason.USER_UNKNOWN,
        )
    ),
)
"""Reasons whose words outweigh any number, in the order in which they outweigh one another."""

_VAGUE = tuple(
    Finding(Weight.USUAL, reason)
    for reason in (
        Reason.RECIPIENT_REFUSED,
        Reason.UNREACHABLE,
        Reason.HOST_ERROR,
        Reason.PROTOCOL,
    )
)
"""Reasons whose words are heard where the numbers are silent."""


def _class_of(reason: Reason, waits: bool) -> BounceClass:
    bounce_class = MEANINGS[reason].bounce_class
    # Whoever says "not now" does not say "never", whatever words come with it.
    return BounceClass.SOFT if waits and bounce_class is BounceClass.HARD else bounce_class


def _is_temporary(code: int | None, status: str | None) -> bool:
    if code is not None:
        return code // 100 == 4
    return status is not None and status.startswith("4")
