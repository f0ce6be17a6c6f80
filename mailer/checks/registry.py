"""Which checks there are. Pure: a list, and what running it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.checks.content import (
    capitals,
    contacts,
    dates,
    links,
    pictures,
    placeholders,
    readability,
    spelling,
    welsh,
    wording,
)
from mailer.checks.content.answers import LINK_DEAD, LINK_LEADS_ON, LINK_MOVED, LINK_UNKNOWN
from mailer.checks.html import access, clients, contrast, limits, tables
from mailer.checks.mail import size, text, wire
from mailer.checks.mail.spamassassin import MAIL_SPAM
from mailer.content.rules import RULES as READING_RULES
from mailer.submissions.sign_off import SIGNED_OFF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailer.checks.check import Check, Checked
    from mailer.content.problem import Problem, Rule

CONTENT_CHECKS: tuple[Check, ...] = (
    *links.CHECKS,
    *pictures.CHECKS,
    *placeholders.CHECKS,
    *wording.CHECKS,
    *capitals.CHECKS,
    *contacts.CHECKS,
    *dates.CHECKS,
    *readability.CHECKS,
    *spelling.CHECKS,
    *welsh.CHECKS,
)
"""Every check of what an author wrote, in the order of asking."""

MAIL_CHECKS: tuple[Check, ...] = (
    *size.CHECKS,
    *access.CHECKS,
    *limits.CHECKS,
    *clients.CHECKS,
    *contrast.CHECKS,
    *tables.CHECKS,
    *text.CHECKS,
    *wire.CHECKS,
)
"""Every check of the mails that come of it, likewise."""


def all_rules() -> tuple[Rule, ...]:
    """Every rule that any finding can have, those of reading and of asking others too."""
    checked = tuple(rule for check in CONTENT_CHECKS + MAIL_CHECKS for rule in check.rules)
    asked = (LINK_DEAD, LINK_LEADS_ON, LINK_MOVED, LINK_UNKNOWN, MAIL_SPAM, SIGNED_OFF)
    return tuple(dict.fromkeys((*READING_RULES, *checked, *asked)))


def run_checks(checks: Iterable[Check], checked: Checked) -> list[Problem]:
    """What is wrong; a problem that several mails have alike is told once."""
    return list(dict.fromkeys(problem for check in checks for problem in check.run(checked)))
