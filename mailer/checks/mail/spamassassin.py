"""Asks SpamAssassin, Debian's spam filter, what it counts against some mails. An adapter.

It is asked on this machine alone, without the lists that it could look up. Its daemon would be quicker, and
would learn from what it is asked that our mail is none. Must not know what a mail is for.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailer.content.problem import Rule, Severity
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import PurePath

    from mailer.content.problem import Problem

MAIL_SPAM = Rule(
    "mail-spam",
    Severity.WARNING,
    "What one filter counts against a mail others count too, and some readers never see it.",
)

_PROGRAM = "spamassassin"
_SECONDS_TO_START = 60
_SECONDS_A_MAIL = 15
_SUMMARY = re.compile(r"^Content analysis details: +\((-?\d+\.\d) points", re.MULTILINE)
_HIT = re.compile(r"^ *(-?\d+(?:\.\d)?) ([A-Z][A-Z0-9_]+)(?: |$)", re.MULTILINE)
_UNSEEN = re.compile(r"LOW_CONTRAST|FONT_INVIS|HTML_.*(?:INVISIBLE|HIDDEN)")


class SpamError(BulletinError):
    """A mail that can't be judged here."""


class Verdict(NamedTuple):
    """What the filter makes of one mail: all points, below 0 for the better, and the points of each rule."""

    points: float
    hits: dict[str, float]

    @property
    def against(self) -> list[str]:
        """What is counted against it, and rules about words that can't be seen whatever they count."""
        return [
            f"{name} ({points})"
            for name, points in self.hits.items()
            if points > 0 or _UNSEEN.search(name)
        ]

    @property
    def is_clean(self) -> bool:
        """No point on the whole, and no word that can't be seen."""
        return self.points <= 0 and not any(map(_UNSEEN.search, self.hits))


def judge_spam(messages: Sequence[bytes]) -> list[Verdict]:
    """A verdict on each mail, in their order. Raises SpamError when SpamAssassin is not there or too slow."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:06}.eml" for number in range(len(messages))]
        for path, message in zip(paths, messages, strict=True):
            path.write_bytes(message)
        told = _ask(paths)
    begins = [match.start() for match in _SUMMARY.finditer(told)]
    if len(begins) != len(messages):
        raise _failure("answers in a way that is not known")
    return [_verdict(told[begin:]) for begin in begins]


def check_spam(path: PurePath, message: bytes) -> Iterator[Problem]:
    """What is counted against the mail of the edition or pack in `path`. Raises SpamError."""
    (verdict,) = judge_spam([message])
    if not verdict.is_clean:
        what = f"SpamAssassin gives the mail {verdict.points} points: {', '.join(verdict.against)}"
        yield MAIL_SPAM.broken(
            path, 0, what, "see what the rule is about, and say it in other words"
        )


def is_installed() -> bool:
    """Whether it can be asked on this machine."""
    return shutil.which(_PROGRAM) is not None


def _ask(paths: Sequence[Path]) -> str:
    # The report stands behind each mail; what counts as spam would be wrapped in a second one.
    options = ["--test-mode", "--local", "--nocreate-prefs", "--cf=report_safe 0"]
    asked = [_PROGRAM, *options, *map(str, paths)]
    try:
        ran = subprocess.run(  # noqa: S603 - its arguments are ours
            asked,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS_TO_START + _SECONDS_A_MAIL * len(paths),
            check=False,
        )
    except FileNotFoundError as error:
        raise _failure("is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise _failure("doesn't answer") from error
    if ran.returncode:
        raise _failure(f"says: {(ran.stderr.strip().splitlines() or ['nothing'])[-1]}")
    return ran.stdout


def _failure(what: str) -> SpamError:
    return SpamError(
        "spam-unavailable", "SpamAssassin", what, "install or mend it, or leave out --spam"
    )


def _verdict(report: str) -> Verdict:
    end = _SUMMARY.search(report, 1)
    own = report[: end.start()] if end else report
    summary = _SUMMARY.search(own)
    points = float(summary[1]) if summary else 0.0
    return Verdict(points, {name: float(each) for each, name in _HIT.findall(own)})
