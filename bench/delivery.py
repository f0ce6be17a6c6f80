"""How fast a campaign leaves, beside Postfix's own pair of programs in the same run.

The whole road: claim from the ledger, fill, sign, SMTP, and every start and outcome on the disk before
anything follows from it (SQLite with synchronous=FULL; PostgreSQL as it comes). The yardstick is
`smtp-source` into the same `smtp-sink`, with as many sessions and mails of the same size.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
from typing import Any

from bench.campaigns import Road, mail_size, render_sample
from bench.relays import SESSIONS, sink, yardstick
from bench.servers import fresh_database
from mailer.delivery.dkim import Algorithm, SigningKey

MODES: dict[str, tuple[str, Algorithm | None]] = {
    "unsigned": ("sqlite", None),
    "ed25519": ("sqlite", Algorithm.ED25519),
    "rsa": ("sqlite", Algorithm.RSA),
    "rsa-postgresql": ("postgresql", Algorithm.RSA),
}
YARDSTICK = "smtp-source"


def rate_of(mode: str, port: int, count: int) -> float:
    """Mails a second of one mode."""
    engine, algorithm = MODES[mode]
    key = SigningKey.generate("example.org", "bench", algorithm) if algorithm else None
    with fresh_database(engine) as url:
        road = Road(url, key)
        road.make(count, render_sample)
        sent, seconds = road.send(port, SESSIONS)
        road.check(count)
    return sent / seconds


def measure(count: int, rounds: int, modes: list[str]) -> dict[str, Any]:
    """The yardstick before each mode, so that a change of the machine's speed hits both alike."""
    size = mail_size(render_sample)
    rates: dict[str, list[float]] = {name: [] for name in (YARDSTICK, *modes)}
    shares: dict[str, list[float]] = {name: [] for name in modes}
    with sink() as port:
        for _ in range(rounds):
            for mode in modes:
                before = yardstick(port, count, size)
                rate = rate_of(mode, port, count)
                beside = statistics.mean((before, yardstick(port, count, size)))
                rates[YARDSTICK].append(beside)
                rates[mode].append(rate)
                shares[mode].append(rate / beside)
    return {
        "mail_bytes": size,
        "count": count,
        "sessions": SESSIONS,
        "per_second": {name: round(statistics.median(found)) for name, found in rates.items()},
        "of_smtp_source": {
            name: round(statistics.median(found), 3) for name, found in shares.items()
        },
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivery", description=__doc__)
    parser.add_argument(
        "--count", type=int, default=6_000, help="mails in each run (default 6,000)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs of each; the median is told (default 3)"
    )
    parser.add_argument(
        "--mode", action="append", choices=list(MODES), help="only this one; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print data alone")
    options = parser.parse_args()
    found = measure(options.count, options.rounds, options.mode or list(MODES))
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(
        f"{found['count']:,} mails of {found['mail_bytes']:,} bytes, {found['sessions']} sessions"
    )
    print(f"  {YARDSTICK:14} {found['per_second'][YARDSTICK]:6,}/s")
    for name, share in found["of_smtp_source"].items():
        print(f"  {name:14} {found['per_second'][name]:6,}/s  {share:6.1%} of smtp-source")
    print(f"  peak memory {found['peak_mb']} MB")


if __name__ == "__main__":
    main()
