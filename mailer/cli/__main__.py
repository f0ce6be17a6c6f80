"""The program's first lines: `bulletin`, and `python -m mailer.cli`.

The rest is read from here, so that whoever interrupts it that early is answered like anybody later.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Read the command line's parts, and run it."""
    try:
        from mailer.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
