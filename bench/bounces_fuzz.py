"""Reads mails broken in every way that mutation of real ones leads to, and counts what should never happen.

The mails it begins with are a corpus of bounces and the project's own samples. Each run breaks them in
another way, and tells its seed, by which it can be repeated.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bounces import CORPUS, SLOW_SECONDS
from mailer.bounces.classify import classify

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "samples" / "bounces"
LARGEST = 1 << 21
PIECES = (
    b"\n", b"\r\n", b"\n\n", b"\0", b"--", b"=?utf-8?q?", b"=?x?b?", b"<>", b"@", b"<a@b>", b"\xff\xfe",
    b"\x1b$B", b"   ", b"&#" + b"9" * 5_000,
    b"a" * 5_000, b"<p" * 2_000, b"<!--" * 500, b">>> DATA <<< 550 ", b"(expanded from <",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n",
    b"Content-Type: message/rfc822\n", b"Content-Type: message/delivery-status\n",
    b"Content-Type: text/html\n", b"Content-Type: text/plain; charset=utf-16\n",
    b"Content-Transfer-Encoding: base64\n", b"X-Failed-Recipients: ", b"Final-Recipient: rfc822; ",
    b"Action: failed\n", b"Status: 5.1.1\n", b"Diagnostic-Code: smtp; 550 ",
    b'{"notificationType":"Bounce","bounce":',
)  # fmt: skip


def _flip(rng: random.Random, mail: bytearray, _: list[bytes]) -> None:
    for _each in range(rng.randint(1, 20)):
        mail[rng.randrange(len(mail))] = rng.randrange(256)


def _cut(rng: random.Random, mail: bytearray, _: list[bytes]) -> None:
    begin = rng.randrange(len(mail))
    del mail[begin : begin + rng.randint(1, len(mail))]


def _insert(rng: random.Random, mail: bytearray, _: list[bytes]) -> None:
    for _each in range(rng.randint(1, 8)):
        at = rng.randrange(len(mail) + 1)
        mail[at:at] = rng.choice(PIECES)


def _repeat(rng: random.Random, mail: bytearray, _: list[bytes]) -> None:
    begin = rng.randrange(len(mail))
    piece = bytes(mail[begin : begin + rng.randint(1, 400)])
    mail[begin:begin] = piece * rng.randint(2, 2_000)


def _splice(rng: random.Random, mail: bytearray, seeds: list[bytes]) -> None:
    other = rng.choice(seeds)
    at = rng.randrange(len(mail))
    mail[at:] = other[rng.randrange(len(other)) :]


def _nest(rng: random.Random, mail: bytearray, _: list[bytes]) -> None:
    for level in range(rng.randint(2, 300)):
        mark = f"n{level}".encode()
        mail[0:0] = b"Content-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark + b"\n"


MUTATIONS: tuple[Callable[[random.Random, bytearray, list[bytes]], None], ...] = (
    _flip, _cut, _insert, _repeat, _splice, _nest,
)  # fmt: skip


def mutate(rng: random.Random, seeds: list[bytes]) -> bytes:
    """One seed, broken in one to four ways."""
    mail = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 4)):
        if mail:
            rng.choice(MUTATIONS)(rng, mail, seeds)
    return bytes(mail[:LARGEST])


def fuzz(seeds: list[bytes], seconds: float, seed: int, keep: Path | None) -> dict[str, float]:
    """Read mutations for so long; mails that raise or take too long go to `keep`."""
    rng = random.Random(seed)
    mails = exceptions = slow = 0
    slowest = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        mail = mutate(rng, seeds)
        begin = time.process_time()
        try:
            classify(mail)
            raised = False
        except Exception:  # noqa: BLE001 - what is counted here is just that
            raised = True
        took = time.process_time() - begin
        mails, exceptions, slow = mails + 1, exceptions + raised, slow + (took > SLOW_SECONDS)
        slowest = max(slowest, took)
        if keep is not None and (raised or took > SLOW_SECONDS):
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{seed}-{mails}.eml").write_bytes(mail)
    return {
        "seed": seed,
        "mails": mails,
        "exceptions": exceptions,
        "slow": slow,
        "slowest_seconds": round(slowest, 4),
    }


def main() -> int:
    """Print what a run found; 1 when anything raised or hung."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long to run")
    parser.add_argument("--seed", type=int, help="repeats the run that told it")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder with eml/")
    parser.add_argument("--keep", type=Path, help="folder for mails that raised or hung")
    given = parser.parse_args()
    paths = [*sorted(SAMPLES.glob("*.eml")), *sorted((given.corpus / "eml").glob("*.eml"))]
    seed = random.SystemRandom().randrange(1 << 32) if given.seed is None else given.seed
    found = fuzz([path.read_bytes() for path in paths], given.minutes * 60, seed, given.keep)
    print(json.dumps(found))
    return int(bool(found["exceptions"] or found["slow"]))


if __name__ == "__main__":
    sys.exit(main())
