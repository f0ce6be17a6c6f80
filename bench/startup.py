"""How long a command takes that has little to do: `python -m bench.startup [--json]`.

The median of ten runs, each a process of its own, in a workspace with the sample subscribers.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 10
PROGRAM = Path(sys.executable).with_name("bulletin")
COMMANDS = {"help": ("--help",), "count": ("subscribers", "count")}


def run(folder: Path, *arguments: str) -> float:
    """Run a command that must succeed; gives its seconds."""
    # A machine may be told not to keep compiled modules; then this would measure the compiler.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run(
        [PROGRAM, *arguments], cwd=folder, env=environment, capture_output=True, check=True
    )
    return time.perf_counter() - began


def measure() -> dict[str, float]:
    """The median seconds of each command."""
    with tempfile.TemporaryDirectory() as folder:
        # The demo also leaves every module compiled and read once.
        run(Path(folder), "demo", "demo")
        place = Path(folder) / "demo"
        return {
            name: round(statistics.median(run(place, *arguments) for _ in range(RUNS)), 3)
            for name, arguments in COMMANDS.items()
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print data alone")
    asked = parser.parse_args()
    figures = measure()
    if asked.json:
        print(json.dumps(figures))
        return
    for name, arguments in COMMANDS.items():
        print(f"bulletin {' '.join(arguments)}: {figures[name]} s")


if __name__ == "__main__":
    main()
