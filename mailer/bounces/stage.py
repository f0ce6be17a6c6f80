"""At which command of SMTP a host refused, as relays tell it: the same words mean another thing there."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Stage(StrEnum):
    """The command that was refused."""

    GREETING = "greeting"
    SENDER = "sender"
    RECIPIENT = "recipient"
    BODY = "body"


_COMMANDS = {
    Stage.GREETING: r"helo|ehlo|initial connection|banner|connect",
    Stage.SENDER: r"(?:pipelined )?mail[ _]?from",
    Stage.RECIPIENT: r"(?:pipelined )?rcpt[ _]?to",
    Stage.BODY: r"(?:the )?(?:end of )?data|end[ _-]of[ _-]data|message body|dot",
}
_COMMAND = "|".join(f"(?P<{stage}>{words})" for stage, words in _COMMANDS.items())
_TOLD = re.compile(
    r"(?:in reply to|mail(?:er| server) after|did not like our|while sending|"
    rf"\b(?:after|during|response to)|\[) ?(?:the )?(?:{_COMMAND})\b"
)
_TRANSCRIPT = re.compile(
    r">>> ([a-z]{4})(?:(?!>>>).){0,400}?<<< [45]\d\d((?:(?!>>>).){0,800})", re.DOTALL
)
# Where commands are pipelined, a transcript shows DATA before the answer to RCPT TO.
_NO_RECIPIENT = re.compile(r"5\.1\.1 <|no valid rec|need rcpt|<<< 503")
_RCPT = re.compile(r"\brcpt[ _]?to\b")
_BY_COMMAND = {
    "helo": Stage.GREETING,
    "ehlo": Stage.GREETING,
    "mail": Stage.SENDER,
    "rcpt": Stage.RECIPIENT,
    "data": Stage.BODY,
}


@lru_cache(maxsize=16)
def stage_of(text: str) -> Stage | None:
    """The command at which a host refused, if a text tells it. The last few texts are remembered."""
    lowered = text.lower()
    told = _TOLD.search(lowered)
    if told and told.lastgroup:
        return Stage(told.lastgroup)
    spoken = _TRANSCRIPT.search(lowered) if ">>>" in text else None
    if spoken:
        return _spoken_stage(spoken[1], spoken[2])
    return Stage.RECIPIENT if _RCPT.search(lowered) else None


def _spoken_stage(command: str, after: str) -> Stage | None:
    # The first refusal counts: the others follow from it.
    stage = _BY_COMMAND.get(command)
    return Stage.RECIPIENT if stage is Stage.BODY and _NO_RECIPIENT.search(after) else stage
