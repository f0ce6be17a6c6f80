"""How well returned mail is understood, on real bounces that a publisher made anonymous.

One command gives every figure: who was found, what class each got, what was called a dead address that is
not one, what people's own mail was taken for, and how fast. A sixth of the files was never looked at while
the readers were written, by a hash of their names; it is shown apart, for it tells what to expect of mail
systems that are not in the set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailer.bounces.classify import classify
from mailer.bounces.reason import BounceClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.bounces.result import Classified, FailedRecipient

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "bounces"
SLOW_SECONDS = 1.0
EITHER_WAY = {"filtered", "suspend", "onhold", "undefined"}
"""Reasons in the labels' own words that may be called hard or soft."""
PERSON = (
    b"From: Ann Reader <ann@example.net>\nTo: team@example.org\nReturn-Path: <ann@example.net>\n"
    b"MIME-Version: 1.0\n"
)
ATTACHING = (
    b"Content-Type: multipart/mixed; boundary=zz\n\n--zz\n\nWhat is this?\n\n"
    b"--zz\nContent-Type: message/rfc822\n\n"
)

Labels = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over some files; the shares are in `shares`."""

    files: int
    files_with_right_recipient: int
    files_with_placeholder_only: int
    recipients: int
    right_class_strict: int
    right_class_lenient: int
    called_hard: int
    called_hard_wrongly: int
    called_hard_without_label: int

    def shares(self) -> dict[str, float]:
        """The counts as the shares that the goals are set in."""
        named = self.files - self.files_with_placeholder_only
        return {
            "right_recipient": self.files_with_right_recipient / (self.files or 1),
            "right_recipient_where_named": self.files_with_right_recipient / (named or 1),
            "strict": self.right_class_strict / (self.recipients or 1),
            "lenient": self.right_class_lenient / (self.recipients or 1),
            "hard_that_is_not": self.called_hard_wrongly / (self.called_hard or 1),
            "hard_that_is_not_or_has_no_label": (
                (self.called_hard_wrongly + self.called_hard_without_label)
                / (self.called_hard or 1)
            ),
        }


def is_unseen(name: str) -> bool:
    """Whether a file belongs to the part that nobody looked at."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 6 == 3


def read_corpus(folder: Path) -> tuple[dict[str, bytes], Labels]:
    """Every mail of a corpus by name, and its labels."""
    labels: Labels = json.loads((folder / "labels.json").read_text("utf-8"))
    return {name: (folder / "eml" / name).read_bytes() for name in sorted(labels)}, labels


def score(read: dict[str, Classified], labels: Labels) -> Score:
    """Compare what was read with the labels."""
    rows = [(row, _of(read[name], row)) for name in read for row in labels[name]]
    labels_of_hard = [
        _labels_of(recipient, labels[name])
        for name, result in read.items()
        for recipient in result.recipients
        if recipient.bounce_class is BounceClass.HARD
    ]
    return Score(
        files=len(read),
        files_with_right_recipient=sum(
            any(_of(result, row) for row in labels[name]) for name, result in read.items()
        ),
        files_with_placeholder_only=sum(
            all(row["recipient"].endswith(".invalid") for row in labels[name]) for name in read
        ),
        recipients=len(rows),
        right_class_strict=sum(_is_right(row, found) for row, found in rows),
        right_class_lenient=sum(_may_pass(row, found) for row, found in rows),
        called_hard=len(labels_of_hard),
        called_hard_wrongly=sum(
            bool(rows) and not any(map(_may_be_hard, rows)) for rows in labels_of_hard
        ),
        called_hard_without_label=sum(not rows for rows in labels_of_hard),
    )


def _addresses(row: dict[str, Any]) -> set[str]:
    return {value.lower() for value in (row["recipient"], row["alias"]) if value}


def _of(result: Classified, row: dict[str, Any]) -> FailedRecipient | None:
    wanted = _addresses(row)
    for recipient in result.recipients:
        if recipient.address.lower() in wanted or (recipient.original or "").lower() in wanted:
            return recipient
    return None


def _is_right(row: dict[str, Any], found: FailedRecipient | None) -> bool:
    return found is not None and found.bounce_class == row["class"]


def _may_pass(row: dict[str, Any], found: FailedRecipient | None) -> bool:
    either = found is not None and found.bounce_class in {"hard", "soft"}
    return _is_right(row, found) or (either and row["reason"] in EITHER_WAY)


def _labels_of(recipient: FailedRecipient, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = {recipient.address.lower(), (recipient.original or "").lower()}
    return [row for row in rows if _addresses(row) & named]


def _may_be_hard(row: dict[str, Any]) -> bool:
    return row["class"] == "hard" or row["reason"] in EITHER_WAY


def passed_on(mail: bytes) -> Iterator[bytes]:
    """The ways in which a person passes a bounce on, or writes about one."""
    text = mail.replace(b"\r\n", b"\n")
    quoted = b"\n".join(b"> " + line for line in text.split(b"\n"))
    attached = ATTACHING + text + b"\n--zz--\n"
    yield PERSON + b"Subject: Fwd: Undelivered Mail Returned to Sender\n" + attached
    yield PERSON + b"Subject: I got this error\n" + attached
    yield PERSON + b"Subject: FW: Mail delivery failed\n\n-----Original Message-----\n" + text
    yield PERSON + b"Subject: delivery problem with your newsletter\n\nHello, I got:\n\n" + quoted
    yield PERSON + b"Subject: Re: Delivery Status Notification (Failure)\n\nI got:\n\n" + quoted


def taken_for_bounces(mails: Iterable[bytes]) -> tuple[int, int]:
    """How many mails that are no bounces were taken for one, and of how many."""
    taken = total = 0
    for mail in mails:
        total += 1
        taken += any(r.bounce_class is not BounceClass.IGNORE for r in classify(mail).recipients)
    return taken, total


def read_all(mails: dict[str, bytes]) -> tuple[dict[str, Classified], int, int]:
    """Every mail read, with the number of exceptions and of mails that took too long."""
    read: dict[str, Classified] = {}
    exceptions = slow = 0
    for name, mail in mails.items():
        begin = time.perf_counter()
        try:
            read[name] = classify(mail)
        except Exception:  # noqa: BLE001 - what is counted here is just that
            exceptions += 1
        slow += time.perf_counter() - begin > SLOW_SECONDS
    return read, exceptions, slow


def rate(mails: dict[str, bytes], rounds: int = 5) -> float:
    """Mails a second of processor time on one core, the best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        begin = time.process_time()
        for mail in mails.values():
            classify(mail)
        best = max(best, len(mails) / (time.process_time() - begin))
    return best


def yardstick() -> float:
    """Millions of additions a second in a plain loop: how fast this machine is today."""
    begin = time.process_time()
    total = 0
    for number in range(3_000_000):
        total += number
    return 3 / (time.process_time() - begin)


def measure(corpus: Path, others: Path | None = None) -> dict[str, Any]:
    """Every figure over a corpus; `others` is a folder of mails that are no bounces."""
    mails, labels = read_corpus(corpus)
    read, exceptions, slow = read_all(mails)
    parts = {
        "all": read,
        "seen": {name: result for name, result in read.items() if not is_unseen(name)},
        "unseen": {name: result for name, result in read.items() if is_unseen(name)},
    }
    scores = {name: score(part, labels) for name, part in parts.items()}
    forwards = (copy for mail in mails.values() for copy in passed_on(mail))
    figures: dict[str, Any] = {
        name: {**asdict(one), **{share: round(x, 4) for share, x in one.shares().items()}}
        for name, one in scores.items()
    }
    figures["passed_on_taken"], figures["passed_on"] = taken_for_bounces(forwards)
    if others is not None:
        folder = (path.read_bytes() for path in sorted(others.rglob("*")) if path.is_file())
        figures["others_taken"], figures["others"] = taken_for_bounces(folder)
    figures |= {"exceptions": exceptions, "slow": slow}
    figures |= {
        "mails_per_second": round(rate(mails)),
        "million_additions_per_second": round(yardstick(), 1),
    }
    return figures


def main() -> int:
    """Print the figures; 1 when the corpus is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="folder with labels.json and eml/"
    )
    parser.add_argument("--others", type=Path, help="folder of mails that are no bounces")
    given = parser.parse_args()
    if not (given.corpus / "labels.json").is_file():
        print(
            f"{given.corpus}: there is no corpus of bounces here; name one with --corpus",
            file=sys.stderr,
        )
        return 1
    figures = measure(given.corpus, given.others)
    print(json.dumps(figures, indent=None if given.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
