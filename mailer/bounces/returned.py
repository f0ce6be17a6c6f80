"""The copy of the mail that a report returns: who it was for, and what names its delivery.

Finds the copy whether it is attached, attached as headers alone, or pasted below a line of dashes.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from mailer.bounces.addresses import addresses_in
from mailer.bounces.mail import Headers, Mail, Part, first, parse_headers, plain_text
from mailer.bounces.result import DELIVERY_HEADER, Traces

_ATTACHED = {
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
    "text/rfc822-header",
}
_NO_TEXT = ("image/", "application/", "audio/", "video/", "message/", "font/")
_ADDRESSED = (
    "x-original-to",
    "delivered-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "original-recipient",
    "to",
    "cc",
)
LONGEST_NOTICE = 1 << 15
"""Characters of a notice that are read. The longest real one, in ten languages, has a third of it."""
_MOST_BLOCKS = 6
_WHOSE = r"(?:your |the |this )?(?:original|returned|unsent|undelivered|failed|rejected) "
_START = re.compile(
    r"^(?:[ \t>=_*#~+.-]{0,120}(?:"
    r"below (?:this line )?is (?:a|the) |this is a copy of|(?:a )?copy of (?:the|your|message)|"
    rf"(?:the )?(?:text of |headers? of |start of |body of |first \d+ lines of )?{_WHOSE}"
    # "The original message was received at …" begins the notice, not the copy.
    r"(?:e-?mail |mail )?(?:message|mail|text|header)(?! (?:was|has|had|to|from|with|could|which|that|you))|"
    r"(?:message|mail) (?:header|text|body|contents?)s? follow|returned (?:message|mail|text)|"
    r"(?:your )?(?:message|mail) (?:reads|follows|is as follows)|included is a copy|"
    r"the following is (?:a copy|the (?:original|header))|unsent message below|"
    r"transcript of (?:the )?message|message headers?\b|header of the|"
    r"urspr[uü]ngliche|nachricht(?:en)?kopf|en-?t[eê]tes? (?:du|de)|message d'origine|mensaje original|"
    r"mensagem original|messaggio originale|oorspronkelijk)[^\n]{0,200}"
    r"|(?:Received|Return-Path|X-Received|DKIM-Signature|Message-ID|X-[A-Za-z-]{2,40}):[^\n]*"
    r"(?=\n(?:[!-9;-~]{2,60}:|[ \t])))",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK = re.compile(r"(?:^[!-9;-~]{2,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.MULTILINE)
_ID = re.compile(r"<([^<>\s]{3,250})>")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about a mail, cut in two: what the mail system wrote, and the headers of the copy."""

    notice: str
    returned: Headers


def cut(mail: Mail) -> Letter:
    """Cut a mail into its notice and its copy; either may be empty."""
    attached = next((part for part in mail.parts if part.kind in _ATTACHED), None)
    spoken = _spoken(mail)
    if attached is not None:
        return Letter(_before_copy(spoken)[0], parse_headers(_head(attached.text)))
    notice, pasted = _before_copy(spoken)
    return Letter(notice, _pasted_headers(pasted))


def _spoken(mail: Mail) -> str:
    plain = [part for part in _notes(mail) if part.kind != "text/html"]
    chosen = [p for p in plain if p.text.strip()] or _notes(mail)
    return "\n".join(plain_text(part) for part in chosen[:4])[:LONGEST_NOTICE]


def _notes(mail: Mail) -> list[Part]:
    before_copy = itertools.takewhile(lambda part: part.kind not in _ATTACHED, mail.parts)
    return [part for part in before_copy if not part.kind.startswith(_NO_TEXT)]


def _before_copy(text: str) -> tuple[str, str]:
    match = _START.search(text)
    if match and not text[: match.start()].strip():
        match = _START.search(text, match.end())
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def _head(text: str) -> str:
    # A copy with a blank line before its headers is no rarity.
    return text.lstrip().partition("\n\n")[0]


def _pasted_headers(text: str) -> Headers:
    pasted: Headers = {}
    for block in itertools.islice(_BLOCK.finditer(text + "\n"), _MOST_BLOCKS):
        for name, values in parse_headers(block[0]).items():
            pasted.setdefault(name, []).extend(values)
    return pasted


def recipients_of(returned: Headers) -> list[str]:
    """The addresses that the copy was for, as its own headers say."""
    return addresses_in(" ".join(returned.get("to", []) + returned.get("cc", [])))


def senders_of(returned: Headers) -> list[str]:
    """The addresses that the copy came from."""
    named = ("return-path", "from", "sender", "reply-to", "x-envelope-from", "errors-to")
    return addresses_in(" ".join(value for name in named for value in returned.get(name, [])))


def traces_of(mail: Mail, returned: Headers, hints: Headers) -> Traces:
    """What can name the delivery; `hints` are fields of a report that do, such as its envelope id."""
    to = [value for name in _ADDRESSED for value in mail.headers.get(name, [])]
    came_from = returned.get("return-path", []) + hints.get("original-mail-from", [])
    name = DELIVERY_HEADER.lower()
    return Traces(
        tuple(dict.fromkeys(addresses_in(" ".join(to)) + addresses_in(" ".join(came_from)))),
        tuple(dict.fromkeys(returned.get(name, []) + mail.headers.get(name, []))),
        tuple(dict.fromkeys(_message_ids(mail, returned))),
    )


def _message_ids(mail: Mail, returned: Headers) -> list[str]:
    own = returned.get("message-id", [])
    answered = [first(mail.headers, "in-reply-to"), first(mail.headers, "references")]
    return [found for value in (*own, *answered) for found in _ID.findall(value)]
