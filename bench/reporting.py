"""What it costs to look on while a campaign is sent, and to report on it: `python -m bench.reporting`.

Writes a ledger in which half of the mails have been tried, then looks at it: once from nothing, then again
and again with as many more mails accepted as leave in a second. On SQLite, or on an empty PostgreSQL
database with `--url`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from mailer.delivery import batches
from mailer.delivery.campaign import Kind, Mailing, Route
from mailer.delivery.freezing import add_campaign, add_variant
from mailer.delivery.models import Delivery, DeliveryBatch
from mailer.rendering.rendered import RenderedEmail
from mailer.reporting.lookout import Lookout
from mailer.reporting.report import compile_report
from subscribers.database import Database

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
A_SECOND = 2_500
LOOKS = 10
CHUNK = 10_000


def fill(database: Database, count: int) -> int:
    """A campaign of so many mails; gives its number."""
    mailing = Mailing("issue-04", "bulletin", "everyone", Kind.EDITION, Route.RELAY)
    mail = RenderedEmail("Subject", "", "", "", "en-GB")
    with database.write() as connection:
        campaign_id = add_campaign(connection, mailing, "bench", NOW)
        variant_id = add_variant(connection, campaign_id, "all", 1, mail)
        for begin in range(0, count, CHUNK):
            numbers = range(begin, min(begin + CHUNK, count))
            rows = [
                {"campaign_id": campaign_id, "variant_id": variant_id, "name": ""}
                | _delivery(number, number < count // 2)
                for number in numbers
            ]
            connection.execute(insert(Delivery), rows)
        batches.carve(connection, campaign_id, count, 0, NOW)
    return campaign_id


def _delivery(number: int, tried: bool) -> dict[str, Any]:
    address = f"reader{number}@partner{number % 500}.example"
    state, code, text, reason = "queued", None, None, None
    if tried and number % 100 == 0:
        state, code, reason = "rejected", 550, "user-unknown"
        text = f"5.1.1 <{address}>: unknown"
    elif tried:
        state, code, text = "accepted", 250, f"2.0.0 Ok: queued as {number * 7919:X}"
    return {
        "address": address, "state": state, "attempts": int(tried), "reply_code": code,
        "reply_text": text, "reason": reason, "changed_at": NOW + dt.timedelta(seconds=number // A_SECOND),
    }  # fmt: skip


def go_on(database: Database, campaign_id: int, turn: int) -> None:
    """Accept the mails of the next few batches, as many as leave in a second."""
    most = A_SECOND // batches.SIZE
    with database.write() as connection:
        mine = select(DeliveryBatch.id, DeliveryBatch.first_id, DeliveryBatch.last_id)
        chosen = mine.where(DeliveryBatch.campaign_id == campaign_id).order_by(
            DeliveryBatch.id.desc()
        )
        for batch in connection.execute(chosen.offset(turn * most).limit(most)).all():
            done = update(Delivery).where(Delivery.id.between(batch.first_id, batch.last_id))
            connection.execute(done.values(state="accepted", reply_code=250, reply_text="Ok"))
            closed = update(DeliveryBatch).where(DeliveryBatch.id == batch.id)
            connection.execute(closed.values(is_open=False, due_at=None))


def measure(database: Database, count: int) -> dict[str, Any]:
    """Milliseconds of the first look and of the later ones, and seconds of a report."""
    database.migrate()
    campaign_id = fill(database, count)
    lookout = Lookout(campaign_id)
    looks = []
    for turn in range(LOOKS + 1):
        began = time.perf_counter()
        with database.read() as connection:
            lookout.look(connection, NOW)
        looks.append((time.perf_counter() - began) * 1000)
        go_on(database, campaign_id, turn)
    began = time.perf_counter()
    with database.read() as connection:
        compile_report(connection, campaign_id, 10, NOW)
    return {
        "database": database.engine.dialect.name,
        "deliveries": count,
        "first_look_ms": round(looks[0]),
        "look_ms": round(statistics.median(looks[1:]), 1),
        "report_seconds": round(time.perf_counter() - began, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Measure once and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=1_000_000, help="deliveries")
    parser.add_argument("--url", help="an empty PostgreSQL database; else SQLite in a new folder")
    parser.add_argument("--json", action="store_true", help="print data")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(chosen.url or f"sqlite:///{Path(folder) / 'bench.db'}")
        figures = measure(database, chosen.count)
        database.dispose()
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(
            f"{name.replace('_', ' '):16} {figure:,}"
            if name != "database"
            else f"{name:16} {figure}"
        )


if __name__ == "__main__":
    main()
