"""A real browser and a real server, for every test that looks at a page."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from mailer.web.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, Page
    from starlette.types import ASGIApp

    _Running = tuple[asyncio.Event, asyncio.Future[None]]
    _Chromium = tuple[Browser, asyncio.AbstractEventLoop]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="session")
def _chromium() -> Iterator[_Chromium]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(_chromium: _Chromium) -> Iterator[Browser]:
    """The session's one browser.

    Playwright leaves its event loop marked as running in this thread, which no asynchronous test after
    it survives; so the mark stands only while a test holds the browser.
    """
    browser, loop = _chromium
    asyncio._set_running_loop(loop)
    yield browser
    for context in browser.contexts:
        context.close()
    asyncio._set_running_loop(None)


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """Serves applications on free ports until the module's tests end; gives each one's address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running: list[_Running] = []

    def start(app: ASGIApp) -> str:
        return asyncio.run_coroutine_threadsafe(_start(app, running), loop).result(10)

    yield start
    asyncio.run_coroutine_threadsafe(_stop(running), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _start(app: ASGIApp, running: list[_Running]) -> str:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()

    async def keep() -> None:
        async with serving(app, "127.0.0.1", 0) as url:
            address.set_result(url)
            await stop.wait()

    running.append((stop, asyncio.ensure_future(keep())))
    return await address


async def _stop(running: list[_Running]) -> None:
    for stop, _ in running:
        stop.set()
    await asyncio.gather(*(server for _, server in running))


@pytest.fixture(scope="session")
def faults() -> Callable[[Page], list[str]]:
    """What axe finds serious or critical on a page, frames included, one line each."""

    axe = Axe()
    # What WCAG 2.2 added for level AA is off unless one asks for it.
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

    def look(page: Page) -> list[str]:
        # Reading axe is a good part of the work, and a document stays the same when the window changes.
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        found = page.evaluate("options => axe.run(options).then(told => told.violations)", options)
        grave = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
        return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in grave]

    return look


@pytest.fixture(scope="session")
def wrong(faults: Callable[[Page], list[str]]) -> Callable[..., list[str]]:
    """What is wrong with the page that is open, in both colour schemes and at each width, one line each."""

    def look(page: Page, widths: Sequence[int] = (320, 1280)) -> list[str]:
        found: list[str] = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 700})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"wider than {width} px")
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found += [f"{scheme}, {width} px: {fault}" for fault in faults(page)]
        return found

    return look
