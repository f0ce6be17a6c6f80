"""How many rows a second an import takes, and how much memory: `python -m bench.subscribers_import`.

Makes a list, imports it into an empty database in a process of its own, then imports it again. A
machine that others use too is slower from one minute to the next, so the seconds of the processor
are told beside those of the clock, and how long Python's CSV reader alone takes over the same list.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from subscribers.database import Database
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, Vocabulary
from subscribers.importing import import_csv

VOCABULARY = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "Bulletin"),))
HEADER = "email,name,organisation,sector,regions,publications\r\n"
KIBIBYTES_PER_MEGABYTE = 1_000_000 / 1024


def make_list(path: Path, rows: int) -> None:
    """Write a list of invented people: 1.3 regions each, some 2,000 organisations."""
    pick = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for n in range(rows):
            organisation = pick.randrange(2_000)
            sector = pick.choice(DEFAULT_SECTORS).slug
            held = pick.sample(DEFAULT_REGIONS, k=2 if pick.random() < 0.3 else 1)
            regions = ";".join(sorted(region.slug for region in held))
            file.write(
                f"reader.{pick.randrange(10**6):06}.{n}@body{organisation}.example.org,"
                f"Reader {n},Public body {organisation},{sector},{regions},bulletin\r\n"
            )


def measure(url: str, source: Path) -> dict[str, float]:
    """Import once in this process: rows a second, and the most memory that it held, in megabytes."""
    database = Database(url)
    before = process_time()
    report = import_csv(database, VOCABULARY, source, now=datetime.now(UTC), actor="bench")
    processor = process_time() - before
    database.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES_PER_MEGABYTE
    return {
        "rows": report.rows,
        "added": report.added,
        "unchanged": report.unchanged,
        "seconds": round(report.seconds, 2),
        "processor_seconds": round(processor, 2),
        "rows_per_second": round(report.rows / report.seconds),
        "peak_megabytes": round(peak),
    }


def measure_reader(source: Path) -> float:
    """The seconds that Python's CSV reader alone takes over the list, of the processor."""
    before = process_time()
    with source.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    return round(process_time() - before, 2)


def measure_apart(url: str, source: Path) -> dict[str, float]:
    """`measure` in a process of its own, so that nobody else's memory is counted."""
    command = [sys.executable, "-m", "bench.subscribers_import", "--measure", url, str(source)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty database; default: a new SQLite file")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure[0], Path(asked.measure[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "list.csv"
        make_list(source, asked.rows)
        url = asked.database or f"sqlite:///{folder}/list.db"
        Database(url).migrate()
        results = {"first": measure_apart(url, source), "again": measure_apart(url, source)}
        reader = measure_reader(source)
    if asked.json:
        print(json.dumps({"csv_reader_processor_seconds": reader, **results}, indent=2))
    else:
        print(f"csv.reader alone: {reader} s of the processor", tell(results), sep="\n")


def tell(results: dict[str, dict[str, float]]) -> str:
    """The figures as lines for people."""
    return "\n".join(
        f"{name:>5}: {found['rows']:,} rows in {found['seconds']} s = "
        f"{found['rows_per_second']:,} rows/s, {found['processor_seconds']} s of the processor, "
        f"{found['peak_megabytes']} MB at most"
        for name, found in results.items()
    )


if __name__ == "__main__":
    main()
