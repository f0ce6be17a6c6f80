"""Asks hunspell, the spell checker of Debian and LibreOffice, which words it doesn't know. An adapter.

Must not know where the words stand, nor what is said of them.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS = 20


class SpellingError(BulletinError):
    """Spelling that can't be checked as the settings ask."""


def find_misspelt(words: Iterable[str], dictionary: str) -> frozenset[str]:
    """Those of `words` that are in no dictionary; `dictionary` is a name such as en_GB.

    Raises SpellingError when hunspell or its dictionary is not there.
    """
    asked = ["hunspell", "-d", dictionary, "-i", "utf-8", "-l"]
    subject = f'checks.spelling = "{dictionary}"'
    try:
        ran = subprocess.run(  # noqa: S603 - its arguments are ours, but for a name that the settings bound
            asked,
            input="\n".join(words),
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise SpellingError(
            "spelling-unavailable", subject, "hunspell is not installed, or doesn't answer",
            'install it, or set checks.spelling = ""',
        ) from error  # fmt: skip
    if ran.returncode:
        told = ran.stderr.strip().splitlines()
        raise SpellingError(
            "spelling-dictionary", subject, f"hunspell says: {told[-1] if told else 'nothing'}",
            f"install the dictionary, such as hunspell-{dictionary.lower().replace('_', '-')}",
        )  # fmt: skip
    return frozenset(ran.stdout.split())
