"""Whether a large campaign is frozen and sent as fast, and in as little memory, as a small one.

A large one is sent in long stretches; after each, a slice of it is measured between two small campaigns of
as many mails. Where others use the machine, its speed changes more within such a run than what is asked
about. The large one and the small ones have a process each, so that the peaks of memory are their own. The
mails are short: here it is their number that matters. Beside the freezing stands a plain copy: the same
people in the same database, with no question asked and no index kept.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.campaigns import Road, render_short
from bench.relays import SESSIONS, sink
from bench.servers import ENGINES, fresh_database

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

SIZES = (100_000, 1_000_000)
SMALL = 10_000
_SLICES = 10


class _Slice(NamedTuple):
    """A part of a campaign that was sent: mails a second, microseconds of processor a mail, and the peak."""

    rate: float
    used: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Sent:
    """How a campaign was sent. The shares are of a small campaign beside it, the middle one of all slices."""

    per_second: int
    of_small: float
    processor_us: int
    processor_of_small: float
    peak_mb: int
    small_peak_mb: int


def measure_freezing(url: str, count: int) -> dict[str, int]:
    """Rows a second of freezing an audience, and of copying as many people."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        frozen, copied = pool.apply(_freeze, (url, count))
    return {"frozen_per_second": round(count / frozen), "copied_per_second": round(count / copied)}


def _freeze(url: str, count: int) -> tuple[float, float]:
    road = Road(url, None)
    frozen = road.make(count, render_short)
    copied = road.copy()
    road.database.dispose()
    return frozen, copied


def measure_sending(url: str, count: int, port: int, engine: str) -> Sent:
    """Send the campaign that was frozen there, stretch by stretch, with a measured slice after each."""
    large: list[_Slice] = []
    small: list[_Slice] = []
    context = multiprocessing.get_context("spawn")
    stretch = max(0, count // _SLICES - SMALL)
    with context.Pool(1) as pool, context.Pool(1) as other:
        # A process that has just begun is slower.
        _send_small(other, port, engine)
        left = count
        while left > 0:
            if stretch:
                left -= _send_slice(pool, url, port, stretch)[0]
            if left <= 0:
                break
            before = _send_small(other, port, engine)
            sent, part = _send_slice(pool, url, port, SMALL)
            left -= sent
            after = _send_small(other, port, engine)
            if sent >= SMALL:
                large.append(part)
                small.append(_between(before, after))
    pairs = list(zip(large, small, strict=True))
    return Sent(
        per_second=round(statistics.median(part.rate for part in large)),
        of_small=round(statistics.median(part.rate / other.rate for part, other in pairs), 3),
        processor_us=round(statistics.median(part.used for part in large)),
        processor_of_small=round(
            statistics.median(part.used / other.used for part, other in pairs), 3
        ),
        peak_mb=round(max(part.peak_mb for part in large)),
        small_peak_mb=round(max(part.peak_mb for part in small)),
    )


def _between(before: _Slice, after: _Slice) -> _Slice:
    return _Slice(*(statistics.mean(pair) for pair in zip(before, after, strict=True)))


def _send_small(pool: Pool, port: int, engine: str) -> _Slice:
    context = multiprocessing.get_context("spawn")
    with fresh_database(engine) as url:
        with context.Pool(1) as freezing:
            freezing.apply(_freeze, (url, SMALL))
        return _send_slice(pool, url, port, SMALL)[1]


def _send_slice(pool: Pool, url: str, port: int, most: int) -> tuple[int, _Slice]:
    sent, seconds, used, peak = pool.apply(_send, (url, port, most))
    if not sent:
        sys.exit("nothing was left to send before the campaign was through")
    return sent, _Slice(sent / seconds, used / sent * 1e6, peak)


def _send(url: str, port: int, most: int) -> tuple[int, float, float, float]:
    road = Road(url, None)
    road.campaign_id = 1
    began = time.process_time()
    sent, seconds = road.send(port, SESSIONS, most=most)
    used = time.process_time() - began
    road.database.dispose()
    return sent, seconds, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_one(engine: str, count: int, port: int) -> dict[str, Any]:
    """One size: freezing and, with a port, sending."""
    with fresh_database(engine) as url:
        found: dict[str, Any] = {"count": count, **measure_freezing(url, count)}
        if port:
            found |= asdict(measure_sending(url, count, port, engine))
            road = Road(url, None)
            road.campaign_id = 1
            road.check(count)
    return found


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument(
        "--count",
        type=int,
        action="append",
        help=f"deliveries; may be repeated (default {' and '.join(f'{size:,}' for size in SIZES)})",
    )
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="default sqlite")
    parser.add_argument("--freeze-only", action="store_true", help="don't send")
    parser.add_argument("--json", action="store_true", help="print data alone")
    options = parser.parse_args()
    if not options.freeze_only and any(count < SMALL for count in options.count or ()):
        parser.error(f"--count: to send, give {SMALL:,} or more")
    results = []
    with sink() as port:
        for count in options.count or SIZES:
            found = measure_one(options.engine, count, 0 if options.freeze_only else port)
            results.append(found)
            if not options.json:
                print(_in_words(found), flush=True)
    if options.json:
        print(json.dumps({"engine": options.engine, "sizes": results}, indent=2))


def _in_words(found: dict[str, Any]) -> str:
    frozen, copied = found["frozen_per_second"], found["copied_per_second"]
    lines = [f"{found['count']:9,} deliveries: frozen {frozen:,}/s; a plain copy {copied:,}/s"]
    if "per_second" in found:
        rate, used = found["of_small"], found["processor_of_small"]
        lines += [
            f"          sent {found['per_second']:,}/s: {rate:.0%} of {SMALL:,} beside it",
            f"          {found['processor_us']:,} us of processor a mail: {used:.0%}",
            f"          {found['peak_mb']} MB at most; {found['small_peak_mb']} MB for {SMALL:,}",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
