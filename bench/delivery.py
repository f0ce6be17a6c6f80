"""How fast a campaign leaves, beside Postfix's own pair of programs in the same run.

The whole road: read from the ledger, fill, sign, SMTP, and every start and outcome on the disk before
anything follows from it (SQLite with synchronous=FULL). The yardstick is `smtp-source` into the same
`smtp-sink`, with as many sessions and mails of the same size.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import json
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from mailer.content.reader import read_edition
from mailer.content.variant import whole
from mailer.delivery.campaign import Kind, Mailing, Route, find_campaign, rendered_variants
from mailer.delivery.dkim import Algorithm, SigningKey
from mailer.delivery.message import Composer, Letterhead, Recipient
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.planning import freeze, plan_edition
from mailer.delivery.sender import Job, Sender
from mailer.delivery.smtp import RelayAddress
from mailer.rendering.brand import Brand
from mailer.rendering.bulletin import Renderer
from mailer.template_files import templates_folder
from subscribers.database import Database
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, FacetSet, Vocabulary
from subscribers.models import Subscriber, Subscription
from subscribers.segment import EVERYBODY
from subscribers.store import intern_facets
from subscribers.tokens import TokenSigner

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
SESSIONS = 8
VOCABULARY = Vocabulary(
    DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "B"), Facet("quickupdates", "Q"))
)
KEYS = {"unsigned": None, "ed25519": Algorithm.ED25519, "rsa": Algorithm.RSA}


def sample_renderer() -> Renderer:
    """A renderer in the default colours."""
    brand = Brand("The Local Partnerships team", "1 Example Street", "replies@example.org")
    return Renderer(brand, "the bulletin", "Good practice.", "https://bulletin.example.org/media/")


def fill_database(database: Database, count: int) -> None:
    """So many subscribers of one facet set."""
    with database.write() as connection:
        facets = intern_facets(connection, FacetSet("health", frozenset({"national"})))
        for begin in range(0, count, 10_000):
            numbers = range(begin + 1, min(begin + 10_000, count) + 1)
            connection.execute(insert(Subscriber), [_subscriber(n, facets) for n in numbers])
            connection.execute(insert(Subscription), [_subscription(n) for n in numbers])


def _subscriber(number: int, facets: int) -> dict[str, Any]:
    address = f"reader{number}@partner{number % 500}.example.org"
    return {
        "id": number, "address": address, "address_key": address, "name": f"Reader {number}",
        "organisation": "", "facet_set_id": facets, "status": "active", "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def _subscription(number: int) -> dict[str, Any]:
    return {
        "subscriber_id": number,
        "publication": "bulletin",
        "started_at": NOW,
        "source": "bench",
    }


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """A running `smtp-sink`; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [_postfix("smtp-sink"), "-u", "nobody", f"127.0.0.1:{port}", "1024"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("smtp-sink did not start")


def _postfix(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        sys.exit(
            f"{program} is missing: it comes with Debian's package postfix; nothing was measured"
        )
    return found


def yardstick(port: int, count: int, size: int) -> float:
    """Mails a second of `smtp-source`."""
    command = [
        _postfix("smtp-source"), "-s", str(SESSIONS), "-m", str(count), "-l", str(size),
        "-f", "bulletin@example.org", "-t", "reader@example.org", f"127.0.0.1:{port}",
    ]  # fmt: skip
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return count / (time.perf_counter() - began)


class Road:
    """One campaign of the sample edition to `count` subscribers in a fresh database."""

    def __init__(self, url: str, count: int, key: SigningKey | None) -> None:
        self._database = Database(url)
        self._database.migrate()
        fill_database(self._database, count)
        self._count = count
        self._keys = (key,) if key else ()
        self._campaign_id = self._freeze()

    def _freeze(self) -> int:
        folder = templates_folder() / "sample" / "editions" / "issue-04"
        edition = read_edition(folder, VOCABULARY).edition
        if edition is None:
            sys.exit("the sample edition can't be read")
        mailing = Mailing("issue-04", "bulletin", "everybody", Kind.EDITION, Route.RELAY)
        plan = plan_edition(
            self._database, edition, mailing, EVERYBODY, None, sample_renderer().render
        )
        return freeze(self._database, plan, "bench", NOW)

    def _composers(self) -> dict[int, Composer]:
        with self._database.read() as connection:
            variants = rendered_variants(connection, self._campaign_id)
        head = Letterhead(
            "Team", "bulletin@example.org", "replies@example.org", "bulletin", "The bulletin",
            "https://bulletin.example.org", self._campaign_id,
        )  # fmt: skip
        signer = TokenSigner([b"k" * 32])
        return {key: Composer(head, each, signer, self._keys) for key, each in variants.items()}

    def send(self, port: int) -> float:
        """Mails a second."""
        relay = RelayAddress("127.0.0.1", port, "none")
        job = Job(
            self._campaign_id, relay, SESSIONS, self._composers(), DeliveryState.UNCERTAIN, "bench"
        )
        sender = Sender(self._database, job, lambda: dt.datetime.now(dt.UTC), lambda _: None)
        began = time.perf_counter()
        asyncio.run(sender.run())
        seconds = time.perf_counter() - began
        with self._database.read() as connection:
            counts = find_campaign(connection, self._campaign_id).counts
        if counts != {DeliveryState.ACCEPTED: self._count}:
            sys.exit(f"not everything was accepted: {counts}")
        self._database.dispose()
        return self._count / seconds


def mail_size() -> int:
    """Bytes of the mail on the wire."""
    folder = templates_folder() / "sample" / "editions" / "issue-04"
    edition = read_edition(folder, VOCABULARY).edition
    if edition is None:
        sys.exit("the sample edition can't be read")
    rendered = sample_renderer().render(whole(edition))
    head = Letterhead(
        "Team", "b@example.org", "r@example.org", "bulletin", "B", "https://b.example.org", 1
    )
    composer = Composer(head, rendered, TokenSigner([b"k" * 32]))
    return len(composer.compose(Recipient(1, "reader@example.org", "Reader"), NOW))


def measure(count: int, rounds: int, modes: list[str]) -> dict[str, Any]:
    """The yardstick and each mode, taken in turn so that a change of the machine's speed hits all alike."""
    size = mail_size()
    rates: dict[str, list[float]] = {name: [] for name in ("smtp-source", *modes)}
    with sink() as port:
        for _ in range(rounds):
            rates["smtp-source"].append(yardstick(port, count, size))
            for mode in modes:
                algorithm = KEYS[mode]
                key = SigningKey.generate("example.org", mode, algorithm) if algorithm else None
                with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
                    rates[mode].append(Road(f"sqlite:///{folder}/bench.db", count, key).send(port))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    return {
        "mail_bytes": size,
        "count": count,
        "sessions": SESSIONS,
        "per_second": {name: round(rate) for name, rate in medians.items()},
        "of_smtp_source": {
            name: round(rate / medians["smtp-source"], 3) for name, rate in medians.items()
        },
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivery", description=__doc__)
    parser.add_argument(
        "--count", type=int, default=10_000, help="mails in each run (default 10,000)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs of each; the median is told (default 3)"
    )
    parser.add_argument(
        "--mode", action="append", choices=list(KEYS), help="only this one; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print data alone")
    options = parser.parse_args()
    found = measure(options.count, options.rounds, options.mode or list(KEYS))
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(
        f"{found['count']:,} mails of {found['mail_bytes']:,} bytes, {found['sessions']} sessions"
    )
    for name, rate in found["per_second"].items():
        print(f"  {name:12} {rate:6,}/s  {found['of_smtp_source'][name]:6.1%} of smtp-source")
    print(f"  peak memory {found['peak_mb']} MB")


if __name__ == "__main__":
    main()
