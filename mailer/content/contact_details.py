"""E-mail addresses and telephone numbers that are given as such: under their key, or in a link. Pure.

Must not know what is likely: only what can't be written so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mailer.content import rules
from subscribers.address import AddressError, parse_address

if TYPE_CHECKING:
    from mailer.content.problem import Findings

# Three digits are enough for the police; a blank may be one that doesn't break.
_TELEPHONE = re.compile(r"\+?\(?\+?[0-9][0-9 \u00a0\u2011()-]{2,24}")


def is_telephone(words: str) -> bool:
    """Whether these words can be a telephone number."""
    return _TELEPHONE.fullmatch(words) is not None


def mailboxes(url: str) -> list[str]:
    """Whom a mailto link writes to (RFC 6068, section 2; Outlook takes semicolons too).

    One is "" where nobody is named; there is none where the reader is to choose: `mailto:?subject=Look`.
    """
    to, asks, _ = url.partition(":")[2].partition("?")
    named = [unquote(each).strip() for each in re.split("[,;]", to)]
    return [each for each in named if each] or ([] if asks else [""])


def dialled(url: str) -> str:
    """The number of a tel link, without what RFC 3966, section 3, lets follow it, or set between digits."""
    return re.split("[;,?]", unquote(url.partition(":")[2]))[0].replace(".", "").strip()


def check_email(address: str, line: int, findings: Findings) -> bool:
    """Report an address that can't be one; True when it can."""
    try:
        parse_address(address)
    except AddressError as error:
        findings.broken(
            rules.CONTACT_EMAIL, line, f'e-mail address "{address}" {error.what}', error.remedy
        )
        return False
    return True


def check_telephone(number: str, line: int, findings: Findings) -> None:
    """Report a number that can't be one."""
    if not is_telephone(number):
        findings.broken(
            rules.CONTACT_TELEPHONE,
            line,
            f'telephone "{number}" is no number',
            "write digits and spaces, as 01632 960123",
        )


def check_contact_link(url: str, line: int, findings: Findings) -> None:
    """Report a link that writes to or calls nobody. One address tells enough of several."""
    scheme = url.partition(":")[0].lower()
    if scheme == "mailto":
        for address in mailboxes(url):
            if not check_email(address, line, findings):
                break
    elif scheme == "tel":
        check_telephone(dialled(url), line, findings)
