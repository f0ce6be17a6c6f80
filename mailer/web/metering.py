"""What the site has answered, counted and timed, as Prometheus reads it. Pure; a process counts for itself.

A page is its first part alone, so that no token and no address ends up in a figure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that goes up and down: its name, what it tells, and its values by one label."""

    name: str
    help: str
    label: str
    values: Mapping[str, float]


@dataclass(slots=True)
class _Timing:
    """How long one page took, in buckets."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))
    seconds: float = 0.0


class Meter:
    """Counts answers."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._timings: dict[str, _Timing] = {}

    def note(self, page: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers[page, method, status] += 1
        timing = self._timings.setdefault(page, _Timing())
        timing.counts[bisect_left(_BOUNDS, seconds)] += 1
        timing.seconds += seconds

    def text(self, gauges: Iterable[Gauge] = ()) -> str:
        """Everything, in the text format that Prometheus reads."""
        lines = [*self._counted(), *self._timed()]
        for gauge in gauges:
            lines += _head(gauge.name, gauge.help, "gauge")
            lines += [
                f"{gauge.name}{_labels(**{gauge.label: key})} {value:g}"
                for key, value in sorted(gauge.values.items())
            ]
        return "\n".join(lines) + "\n"

    def _counted(self) -> Iterator[str]:
        name = "bulletin_requests_total"
        yield from _head(name, "Answers of the public site.", "counter")
        for (page, method, status), count in sorted(self._answers.items()):
            yield f"{name}{_labels(page=page, method=method, status=str(status))} {count}"

    def _timed(self) -> Iterator[str]:
        name = "bulletin_request_seconds"
        yield from _head(name, "Time to an answer of the public site.", "histogram")
        for page, timing in sorted(self._timings.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, None), timing.counts, strict=True):
                total += count
                shown = "+Inf" if bound is None else f"{bound:g}"
                yield f"{name}_bucket{_labels(page=page, le=shown)} {total}"
            yield f"{name}_sum{_labels(page=page)} {timing.seconds:.6f}"
            yield f"{name}_count{_labels(page=page)} {total}"


def _head(name: str, told: str, kind: str) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]


def _labels(**values: str) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in values.items()) + "}"
