"""A form that anybody may send: told apart from what machines send, and answered alike whoever it names.

The answer waits for a moment that the work is always done by, so that its time tells nothing either.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from subscribers.joining import Answer
from subscribers.preferences import first
from subscribers.tokens import TokenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from subscribers.forms import Fields
    from subscribers.tokens import TokenSigner

HONEYPOT: Final = "website"
"""A field that people don't see, and that machines fill in."""

LASTS: Final = dt.timedelta(days=1)

ANSWER_AFTER: Final = 0.15
"""Seconds after which the answer leaves: longer than the work takes for any address."""

_GIVEN_OUT: Final = "form"
"""The field that holds our token."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What guards one form. `purpose` tells its tokens from those of other forms."""

    purpose: str
    signer: TokenSigner
    clock: Callable[[], dt.datetime]

    def guards(self) -> dict[str, str]:
        """What the form's page needs to carry."""
        token = self.signer.sign(self.purpose, "", now=self.clock())
        return {"token": token, "honeypot": HONEYPOT}

    def is_of_ours(self, fields: Fields) -> bool:
        """Whether this site gave the form out, and not too long ago."""
        try:
            self.signer.verify(
                self.purpose, first(fields, _GIVEN_OUT), max_age=LASTS, now=self.clock()
            )
        except TokenError:
            return False
        return True

    async def take_down(self, fields: Fields, work: Callable[[], Answer]) -> None:
        """Do the work, unless a machine filled in the form, and let the same time pass for everybody.

        Raises HTTPException (429) when there were too many.
        """
        done = asyncio.create_task(asyncio.sleep(ANSWER_AFTER))
        answer = Answer.SENT
        if not first(fields, HONEYPOT):
            answer = await run_in_threadpool(work)
        await done
        if answer is Answer.TOO_MANY:
            raise HTTPException(429)
