"""Whether a large campaign is frozen and sent as fast, and in as little memory, as a small one.

Each size runs in a process of its own, so that its peak is its own. The mails are short: here it is their
number that matters. The processor time of a mail tells more than the rate where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from typing import Any

from bench.campaigns import Road, render_short
from bench.relays import SESSIONS, sink
from bench.servers import ENGINES, fresh_database

SIZES = (10_000, 100_000, 1_000_000)


def measure_one(url: str, count: int, port: int) -> dict[str, Any]:
    """One size: freezing and sending. `peak_mb` is of sending alone."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, campaign_id = pool.apply(_freeze, (url, count))
    found: dict[str, Any] = {"count": count, "frozen_per_second": round(count / seconds)}
    if port:
        with context.Pool(1) as pool:
            rate, used, peak = pool.apply(_send, (url, campaign_id, count, port))
        found |= {
            "sent_per_second": round(rate),
            "processor_us": round(used),
            "peak_mb": round(peak),
        }
    return found


def _freeze(url: str, count: int) -> tuple[float, int]:
    road = Road(url, None)
    seconds = road.make(count, render_short)
    road.database.dispose()
    return seconds, road.campaign_id


def _send(url: str, campaign_id: int, count: int, port: int) -> tuple[float, float, float]:
    road = Road(url, None)
    road.campaign_id = campaign_id
    began = time.process_time()
    sent, seconds = road.send(port, SESSIONS)
    used = (time.process_time() - began) / sent * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    road.check(count)
    return sent / seconds, used, peak


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument(
        "--count",
        type=int,
        action="append",
        help="deliveries; may be repeated (default 10,000 to 1,000,000)",
    )
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="default sqlite")
    parser.add_argument("--freeze-only", action="store_true", help="don't send")
    parser.add_argument("--json", action="store_true", help="print data alone")
    options = parser.parse_args()
    results = []
    with sink() as port:
        for count in options.count or SIZES:
            with fresh_database(options.engine) as url:
                found = measure_one(url, count, 0 if options.freeze_only else port)
            results.append(found)
            if not options.json:
                print(_in_words(found), flush=True)
    if options.json:
        print(json.dumps({"engine": options.engine, "sizes": results}, indent=2))


def _in_words(found: dict[str, Any]) -> str:
    text = f"{found['count']:9,} deliveries: frozen {found['frozen_per_second']:9,}/s"
    if "sent_per_second" in found:
        text += (
            f", sent {found['sent_per_second']:6,}/s, {found['processor_us']:,} us of processor a mail, "
            f"{found['peak_mb']} MB"
        )
    return text


if __name__ == "__main__":
    main()
