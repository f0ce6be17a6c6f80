"""What a second worker adds: two processes on one PostgreSQL, each with a sink of its own, beside one alone.

The processor time that a mail takes is told as well: work that two do twice would show there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import resource
import statistics
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.campaigns import Road, render_sample
from bench.relays import SESSIONS, sink
from bench.servers import fresh_database
from mailer.delivery.dkim import Algorithm, SigningKey

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Event, Semaphore


class _Line(NamedTuple):
    """How the workers are started together, and where they tell what they used."""

    ready: Semaphore
    go: Event
    answers: Queue[float]


def fleet(count: int, workers: int) -> tuple[float, float]:
    """Mails a second of so many workers together, and their microseconds of processor time a mail."""
    key = SigningKey.generate("example.org", "bench", Algorithm.RSA).pem()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(fresh_database("postgresql"))
        road = Road(url, None)
        road.make(count, render_sample)
        ports = [stack.enter_context(sink()) for _ in range(workers)]
        context = multiprocessing.get_context("spawn")
        line = _Line(context.Semaphore(0), context.Event(), context.Queue())
        processes = [
            context.Process(target=_work, args=(url, road.campaign_id, port, key, line))
            for port in ports
        ]
        for process in processes:
            process.start()
        for _ in processes:
            line.ready.acquire()
        began = time.perf_counter()
        line.go.set()
        used = [line.answers.get() for _ in processes]
        seconds = time.perf_counter() - began
        for process in processes:
            process.join()
        road.check(count)
    return count / seconds, sum(used) / count * 1e6


def _work(url: str, campaign_id: int, port: int, key: bytes, line: _Line) -> None:
    road = Road(url, SigningKey.load("example.org", "bench", key))
    road.campaign_id = campaign_id
    line.ready.release()
    line.go.wait()
    before = resource.getrusage(resource.RUSAGE_SELF)
    road.send(port, SESSIONS, holder=f"worker-{port}")
    after = resource.getrusage(resource.RUSAGE_SELF)
    road.database.dispose()
    line.answers.put(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(count: int, rounds: int) -> dict[str, Any]:
    """One worker and two, in turn."""
    ratios, costs = [], []
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        alone, cost_alone = fleet(count, 1)
        together, cost_together = fleet(count, 2)
        rates[1].append(alone)
        rates[2].append(together)
        ratios.append(together / alone)
        costs.append((cost_alone, cost_together))
    one, two = (statistics.median(each) for each in zip(*costs, strict=True))
    return {
        "count": count,
        "per_second": {workers: round(statistics.median(each)) for workers, each in rates.items()},
        "two_of_one": round(statistics.median(ratios), 3),
        "cpu_us_a_mail": {1: round(one), 2: round(two)},
        "cpu_two_of_one": round(two / one, 3),
    }


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description=__doc__)
    parser.add_argument(
        "--count", type=int, default=6_000, help="mails in each run (default 6,000)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="the median is told (default 3)")
    parser.add_argument("--json", action="store_true", help="print data alone")
    options = parser.parse_args()
    found = measure(options.count, options.rounds)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    for workers, rate in found["per_second"].items():
        print(f"  {workers} worker(s)  {rate:6,}/s  {found['cpu_us_a_mail'][workers]:6,} µs a mail")
    print(f"  two are {found['two_of_one']} of one; a mail costs {found['cpu_two_of_one']} of it")


if __name__ == "__main__":
    main()
