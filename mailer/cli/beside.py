"""What goes on beside the pages of `bulletin serve`: all that `bulletin scheduler` does, and a worker.

The worker is a process of its own: sending wants a processor for itself, and the pages should answer as
quickly while an edition leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING

from mailer.cli.console import warn
from mailer.cli.scheduler import teller
from mailer.cli.scheduling import scheduling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from mailer.app import Workspace

AGAIN_AFTER = 10.0
"""Seconds before a worker that ended is started again."""


@contextlib.asynccontextmanager
async def beside(opened: Workspace, as_json: bool) -> AsyncIterator[None]:
    """A worker and a scheduler for as long as the block lasts."""
    with scheduling(opened, teller(as_json)):
        async with working(opened.folder, warn):
            yield


@contextlib.asynccontextmanager
async def working(workspace: Path, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """A worker for as long as the block lasts; it ends by itself should this process be killed."""
    stopping = asyncio.Event()
    carrying = asyncio.create_task(_carry_on(workspace, tell, stopping))
    try:
        yield
    finally:
        stopping.set()
        await carrying


async def _carry_on(workspace: Path, tell: Callable[[str], None], stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        ended = await _work(workspace, stopping)
        if not stopping.is_set():
            tell(f"The worker ended with code {ended}; it is started again in {AGAIN_AFTER:g} s.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), AGAIN_AFTER)


async def _work(workspace: Path, stopping: asyncio.Event) -> int:
    # In a session of its own, so that Ctrl-C in a terminal reaches it by us alone.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mailer.cli", "worker", "--until-eof", "--workspace", str(workspace),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    ended = asyncio.ensure_future(process.wait())
    stopped = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    process.stdin.close()
    return await ended
