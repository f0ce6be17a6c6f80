"""Judges the public pages as they were seen from here, and the clocks that were seen on the way. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mailer.doctor.finding import Area, Finding, good, skipped, warning, wrong
from mailer.doctor.relay import judge_expiry

if TYPE_CHECKING:
    from collections.abc import Sequence

HEALTH: Final = "/healthz"
HEALTHY: Final = "ok\n"

_AREA: Final = Area.PAGES
_FAR_OFF: Final = dt.timedelta(seconds=30)
"""With a clock this far off, workers refuse to send (mailer/delivery/desk) and signatures look forged."""
_OFF: Final = dt.timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Page:
    """What a web server answered."""

    status: int
    text: str
    said_at: dt.datetime | None = None
    """The server's clock; it tells whole seconds."""
    expires_at: dt.datetime | None = None
    """When its certificate ends."""


def judge_page(base_url: str, seen: Page | str, now: dt.datetime) -> list[Finding]:
    """The pages at `base_url`, as seen; or why they were not."""
    if urlsplit(base_url).scheme != "https":
        found = f"{base_url} is for trying things out on this machine"
        return [
            warning(_AREA, "web.base_url", found, "set it to the https:// address of the pages")
        ]
    if isinstance(seen, str):
        remedy = "run `bulletin serve` behind a web server that speaks HTTPS at this address"
        return [wrong(_AREA, "web.base_url", f"{base_url}: {seen}", remedy)]
    findings = []
    if seen.expires_at is not None:
        findings.append(judge_expiry(_AREA, seen.expires_at, now))
    if seen.status == 200 and seen.text == HEALTHY:
        return [good(_AREA, "web.base_url", f"{base_url} answers"), *findings]
    found = f"{base_url}{HEALTH} answers {seen.status}, and not as these pages do"
    remedy = "let the web server there pass requests on to `bulletin serve`, and start that"
    return [wrong(_AREA, "web.base_url", found, remedy), *findings]


def judge_clocks(others: Sequence[tuple[str, dt.timedelta]], is_set: bool | None) -> Finding:
    """This machine's clock beside others, each by name with how far ours is ahead of it.

    `is_set` is what the system says of it: kept by a time service, left alone, or None for unknown.
    """
    subject = "clock"
    told = "; ".join(f"{_ahead(each)} {name}" for name, each in others)
    worst = max((abs(each) for _, each in others), default=dt.timedelta())
    remedy = "run a time service on both, such as chrony or systemd-timesyncd"
    if worst > _FAR_OFF:
        return wrong(Area.MACHINE, subject, told, remedy)
    if worst > _OFF:
        return warning(Area.MACHINE, subject, told, remedy)
    kept = "a time service keeps it" if is_set else ""
    found = "; ".join(filter(None, (kept, told)))
    if is_set is False:
        found = "; ".join(
            filter(None, ("the system does not say that a time service keeps it", told))
        )
        return warning(Area.MACHINE, subject, found, "run one, such as chrony or systemd-timesyncd")
    if not found:
        return skipped(Area.MACHINE, subject, "there is nothing to compare it with")
    return good(Area.MACHINE, subject, found)


def _ahead(difference: dt.timedelta) -> str:
    seconds = difference.total_seconds()
    if abs(seconds) < 1.5:  # A web server tells whole seconds.
        return "in step with"
    return f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'}"
