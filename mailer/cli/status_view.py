"""Campaigns under way as a terminal shows them: a line each, or a block that is drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from mailer.reporting.progress import Pace, Progress

    Seen = Sequence[tuple[Progress, Pace]]


def line(seen: Progress) -> str:
    """One campaign in one line; it changes when the campaign does, and not with the clock."""
    counts = ", ".join(f"{count:,} {state}" for state, count in seen.counts.items())
    why = f" ({seen.paused_because})" if seen.paused_because else ""
    return f"campaign {seen.campaign_id} {seen.state}{why}: {counts}"


def speed(seen: Progress, pace: Pace) -> str:
    """How fast it goes and how long that will take, to be put behind its line; empty when nobody can tell."""
    rate, left = pace.over(10) if seen.holders else None, _left(seen, pace)
    return (f"; {rate.per_second:,.0f} a second" if rate else "") + (
        f", {left} left" if left else ""
    )


def _left(seen: Progress, pace: Pace) -> str:
    from mailer.reporting.wording import in_time

    left = pace.time_left(seen)
    return f"about {in_time(left.total_seconds())}" if left is not None else ""


def view(seen: Seen) -> RenderableType:
    """All of them as a block of a terminal."""
    from rich.console import Group

    if not seen:
        return "Nothing is being sent."
    return Group(*(part for progress, pace in seen for part in _parts(progress, pace)))


def _parts(seen: Progress, pace: Pace) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    yield Text(f"Campaign {seen.campaign_id}: {seen.edition} to {seen.segment}, {seen.state}")
    if seen.paused_because:
        yield Text(f"Paused because {seen.paused_because}")
    bar = ProgressBar(total=max(seen.recipients, 1), completed=seen.handled, width=60)
    yield Padding(bar, 0)
    yield from map(Text, _facts(seen, pace))
    for title, rows in (("Domains", _domains(seen)), ("Replies", _replies(seen))):
        if rows:
            yield Text(f"\n{title} of the latest mails not accepted")
            yield _table(rows)
    yield Text("")


def _facts(seen: Progress, pace: Pace) -> Iterator[str]:
    yield f"{seen.handled:,} of {seen.recipients:,} handled; " + ", ".join(
        f"{count:,} {state}" for state, count in seen.counts.items()
    )
    now, minute, left = pace.over(10), pace.over(60), _left(seen, pace)
    if now and minute and seen.holders:
        yield (
            f"{now.per_second:,.0f} a second now, {minute.per_second:,.0f} over the last minute"
            + (f"; {left} left" if left else "")
        )
    if seen.next_due:
        yield f"Next try of what waits: {_clock(seen.next_due, seen.at)}"
    if not seen.is_over:
        yield f"Sent by {', '.join(seen.holders)}" if seen.holders else "Nobody is sending it now"


def _clock(then: dt.datetime, now: dt.datetime) -> str:
    from mailer.reporting.wording import in_time

    return f"{then:%H:%M:%S} UTC, in {in_time((then - now).total_seconds())}"


def _domains(seen: Progress) -> list[tuple[str, ...]]:
    return [(f"{each.count:,}", each.domain) for each in seen.domains]


def _replies(seen: Progress) -> list[tuple[str, ...]]:
    return [
        (f"{each.count:,}", each.state, str(each.code or ""), each.text) for each in seen.replies
    ]


def _table(rows: list[tuple[str, ...]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(justify="right")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
