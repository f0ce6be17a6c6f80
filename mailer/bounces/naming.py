"""Gives each address that a notice names the reason that the notice gives for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.bounces.addresses import same
from mailer.bounces.passage import passage_about, source_of, target_of
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import FailedRecipient
from mailer.bounces.status import find_code
from mailer.bounces.verdict import Verdict, judge_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.bounces.result import Reader
    from mailer.bounces.returned import Letter

_MOST_RECIPIENTS = 50
_WAITING = re.compile(
    r"still being (?:re)?tried|will (?:continue|keep) (?:to )?(?:try|trying|attempt)|"
    r"will be (?:re)?tr(?:y|ied)|this is a warning (?:message )?only|"
    r"delivery attempts will continue|not been delivered yet|"
    r"no action is required on your part|you do not need to re-?send|message is delayed|has not yet been|"
    r"will retry|continue to (?:attempt|retry)|keep trying"
)


def failed(
    addresses: Sequence[str], letter: Letter, reader: Reader
) -> tuple[FailedRecipient, ...] | None:
    """Each address with the reason that the notice gives for it; None without an address."""
    named = addresses[:_MOST_RECIPIENTS]
    return tuple(_judged(address, letter, reader, named) for address in named) or None


def verdict_on(letter: Letter, passage: str, several: bool) -> tuple[Verdict, int | None]:
    """What a notice says, its own passage first, and the reply code found in it."""
    about = passage if passage or several else letter.notice
    verdict = judge_all(None, None, [about], aside="" if several else letter.notice)
    if _WAITING.search(letter.notice.lower()):
        verdict = Verdict(BounceClass.SOFT, Reason.DELAYED, verdict.status, verdict.text)
    return verdict, find_code(about)


def _judged(address: str, letter: Letter, reader: Reader, named: Sequence[str]) -> FailedRecipient:
    others = [other for other in named if not same(other, address)]
    verdict, code = verdict_on(
        letter, passage_about(letter.notice, (address,), others), bool(others)
    )
    target = target_of(letter.notice, address)
    return FailedRecipient(
        target or address,
        address if target else source_of(letter.notice, address),
        verdict.bounce_class,
        verdict.reason,
        verdict.status,
        code,
        verdict.text,
        reader,
    )
