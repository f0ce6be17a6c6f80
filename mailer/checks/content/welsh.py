"""Is there a Welsh text for readers in Wales? Pure; asked only where the settings say that there are some.

The Welsh Language (Wales) Measure 2011 and its standards: https://www.legislation.gov.uk/mwa/2011/1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.content.problem import Problem

WELSH_MISSING = Rule(
    "welsh-missing",
    Severity.WARNING,
    "Public bodies treat Welsh no less favourably than English where they write to people in Wales.",
)


def _check(checked: Checked) -> Iterator[Problem]:
    spoken = {language.partition("-")[0] for language in checked.languages}
    if checked.options.welsh and "cy" not in spoken:
        yield WELSH_MISSING.broken(
            checked.path,
            0,
            "there is no Welsh one with the same publication and date",
            'write one with "language: cy", or let this pass with a reason',
        )


CHECKS = (Check((WELSH_MISSING,), _check),)
