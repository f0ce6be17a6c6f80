"""A report as one HTML page that needs nothing else: figures, charts and tables. Pure.

Knows what is shown and in which order; must not know how a figure was come by.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.delivery.outcome import DeliveryState
from mailer.rendering.brand import mix
from mailer.rendering.templates import Markup, template_environment
from mailer.reporting import wording
from mailer.reporting.charts import Chart, Series, draw
from mailer.reporting.queries import DomainCount
from mailer.reporting.reach import hide_small, tabulate
from mailer.reporting.report import DomainTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mailer.rendering.brand import Brand, Palette
    from mailer.rendering.templates import Environment
    from mailer.reporting.curve import Curve
    from mailer.reporting.replies import ReplyGroup
    from mailer.reporting.report import Report
    from subscribers.facets import Vocabulary

WIDTHS = (860, 320)
"""Each chart is drawn twice, for paper or a wide screen and for a phone: its words keep their size."""

_MOST_REPLIES = 15
_MEANINGS = {
    DeliveryState.ACCEPTED: "The relay took the mail.",
    DeliveryState.REJECTED: "The relay or the recipient's host said no for good.",
    DeliveryState.DEFERRED: "Put off; it is tried again.",
    DeliveryState.UNCERTAIN: "The relay may have taken it; nobody knows.",
    DeliveryState.CANCELLED: "Not sent: the person left, or the sending was cancelled.",
    DeliveryState.QUEUED: "Waits to be sent.",
    DeliveryState.SENDING: "On its way to the relay.",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart in both widths, and its colours in words."""

    chart: Chart
    wide: Markup
    narrow: Markup


class ReportPage:
    """Renders reports with the templates of `folder`, in the colours of the brand.

    Counts below `smallest` in a cell of sector and region are hidden, and smaller domains are not named.
    """

    def __init__(
        self, folder: Path, brand: Brand, vocabulary: Vocabulary, publication: str, smallest: int
    ) -> None:
        self._templates = _environment(folder)
        self._brand = brand
        self._vocabulary = vocabulary
        self._publication = publication
        self._smallest = smallest

    def render(self, report: Report) -> str:
        """The page as text."""
        accepted = {facets: reach.accepted for facets, reach in report.reach.items()}
        table = tabulate(accepted, self._vocabulary) if any(accepted.values()) else None
        domains = _named(report.domains, self._smallest)
        return self._templates.get_template("page.html").render(
            brand=self._brand,
            light=colours(self._brand.light),
            dark=colours(self._brand.dark),
            publication=self._publication,
            report=report,
            campaign=report.campaign,
            states=_states(report),
            meanings=_MEANINGS,
            to_do=wording.to_do(report.campaign),
            curve=_drawn(_curve_chart(report.curve)),
            reach=hide_small(table, self._smallest) if table else None,
            has_reach=table is not None,
            smallest=self._smallest,
            domains=domains,
            domain_chart=_drawn(_domain_chart(domains)),
            reason_chart=_drawn(_reason_chart(report)),
            replies=_shortened(report.replies),
        )


def _environment(folder: Path) -> Environment:
    made = template_environment(folder)
    for each in (
        wording.in_count,
        wording.in_share,
        wording.in_time,
        wording.in_moment,
        wording.in_correction,
        wording.in_name,
    ):
        made.filters[each.__name__] = each
    made.filters["in_rate"], made.filters["in_words"] = wording.in_rate, wording.in_words
    return made


def colours(palette: Palette) -> dict[str, str]:
    """The brand's colours, and two made of them: a lighter bar, and a hairline."""
    names = ("page", "card", "text", "quiet", "accent", "tint", "on_accent")
    colours = {name: getattr(palette, name) for name in names}
    return colours | {"second": mix(palette.accent, palette.card, 0.35), "rule": palette.rule}


def _states(report: Report) -> list[tuple[DeliveryState, int]]:
    return [(state, report.count(state)) for state in _MEANINGS if report.count(state)]


def _drawn(chart: Chart) -> Drawing | None:
    """Both drawings; None where there is nothing to draw."""
    if not any(any(series.values) for series in chart.series):
        return None
    # The charts escape what they are given themselves.
    wide, narrow = (Markup(draw(chart, width)) for width in WIDTHS)
    return Drawing(chart, wide, narrow)


def _curve_chart(curve: Curve) -> Chart:
    peak, days = curve.peak, {step.at.date() for step in curve.steps}
    form = "%H:%M:%S" if curve.seconds < 60 else "%H:%M" if len(days) == 1 else "%-d %b, %H:%M"
    if curve.seconds >= 86_400:
        form = "%-d %b"
    most = f"The most were {peak.accepted:,}, from {peak.at:{form}} on. " if peak else ""
    first = Series("accepted at the first try", [step.first for step in curve.steps])
    retried = Series("accepted at a later try", [step.retried for step in curve.steps])
    return Chart(
        "curve",
        f"Mails accepted in each {curve.unit}",
        f"{most}The table below holds the same figures.",
        [f"{step.at:{form}}" for step in curve.steps],
        [first, retried] if any(retried.values) else [first],
        upright=True,
    )


def _named(table: DomainTable, smallest: int) -> DomainTable:
    """Without the names of domains so small that they stand for a person or two."""
    large = [each for each in table.largest if each.recipients >= smallest]
    return DomainTable(large, _together([table.rest, *table.largest[len(large) :]]), table.number)


def _together(parts: Iterable[DomainCount]) -> DomainCount:
    tally: Counter[str] = Counter()
    for each in parts:
        tally.update(
            recipients=each.recipients,
            accepted=each.accepted,
            rejected=each.rejected,
            uncertain=each.uncertain,
        )
    return DomainCount("", **{name: tally[name] for name in _PARTS})


_PARTS = ("recipients", "accepted", "rejected", "uncertain")


def _domain_chart(table: DomainTable) -> Chart:
    largest = table.largest
    return Chart(
        "domains",
        "Mails by the recipients' domain",
        "One bar for each of the domains with the most recipients. The table below holds the same figures.",
        [each.domain for each in largest],
        [
            Series("accepted", [each.accepted for each in largest]),
            Series("not accepted", [each.recipients - each.accepted for each in largest]),
        ],
        upright=False,
    )


def _reason_chart(report: Report) -> Chart:
    tally: Counter[str] = Counter()
    for each in report.reasons:
        tally[wording.in_words(each.reason)] += each.count
    most = tally.most_common()
    return Chart(
        "reasons",
        "Mails that were not accepted, by reason",
        "One bar for each reason. The table below holds the same figures.",
        [reason for reason, _ in most],
        [Series("mails", [count for _, count in most])],
        upright=False,
    )


def _shortened(replies: Sequence[ReplyGroup]) -> tuple[Sequence[ReplyGroup], int]:
    """The most frequent replies, and how many mails had another one."""
    shown = replies[:_MOST_REPLIES]
    return shown, sum(group.count for group in replies[_MOST_REPLIES:])
