"""The pictures of the documentation, taken anew: `python -m bench.screenshots` or `make screenshots`.

Makes a workspace with the sample, sends it to the built-in inbox by the real commands, and photographs what
a person sees in Chromium. Writes `docs/images/*.png`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import html
import io
import json
import os
import pty
import random
import shutil
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.text import Text

from mailer.delivery.campaign import CampaignState, CampaignSummary, Kind, Mailing, Route
from mailer.delivery.outcome import DeliveryState
from mailer.rendering.brand import Brand
from mailer.reporting import curve
from mailer.reporting.page import ReportPage
from mailer.reporting.queries import DomainCount
from mailer.reporting.report import DomainTable, Reach, ReasonCount, Report
from mailer.template_files import templates_folder
from mailer.workspace import add_sample_edition, sample_subscribers
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, FacetSet, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FloatRect, Page

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
EDITION = "issue-04"
COLUMNS = 112
LARGEST_BYTES = 250_000
COLOURS = 128

# Where an article begins and where the next heading of its rank, or of a section, ends it.
ARTICLE = """slug => {
  const titles = [...document.querySelectorAll('h2, h3')]
  const own = document.getElementById(slug).closest('h3')
  const next = titles[titles.indexOf(own) + 1]
  const box = own.closest('table').getBoundingClientRect()
  const top = own.getBoundingClientRect().top - 16
  return {x: box.left, y: top, width: box.width, height: next.getBoundingClientRect().top - top}
}"""
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #10151b; color: #e8edf2; padding: 20px 24px; width: max-content }}
pre {{ margin: 0; font: 14px/1.25 'DejaVu Sans Mono', monospace }}
b {{ color: #8cc6ee; font-weight: normal }}
</style><pre><b>$ {command}</b>
{output}</pre>"""


def bulletin(workspace: Path, *arguments: str) -> str:
    """Run a command that must succeed; gives what it printed."""
    command = [sys.executable, "-m", "mailer.cli", *arguments]
    done = subprocess.run(command, cwd=workspace, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def in_terminal(workspace: Path, *arguments: str) -> str:
    """What a command shows in a terminal that is `COLUMNS` wide."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, COLUMNS))
    command = [sys.executable, "-m", "mailer.cli", *arguments]
    environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"} | {
        "TERM": "xterm",
        "NO_COLOR": "1",
    }
    with subprocess.Popen(command, cwd=workspace, stdout=theirs, env=environment):
        os.close(theirs)
        shown = b"".join(_chunks(ours))
    os.close(ours)
    return Text.from_ansi(shown.decode().replace("\r\n", "\n")).plain


def _chunks(terminal: int) -> Iterator[bytes]:
    # Linux says EIO, and not the end of a file, when the other side of a terminal is gone.
    with contextlib.suppress(OSError):
        while chunk := os.read(terminal, 65_536):
            yield chunk


@contextlib.contextmanager
def serving(workspace: Path, *arguments: str) -> Iterator[str]:
    """A command that shows pages, for as long as the block lasts; gives their address."""
    command = [sys.executable, "-u", "-m", "mailer.cli", *arguments, "--port", "0"]
    with subprocess.Popen(command, cwd=workspace, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().rpartition(" ")[2].strip()
        finally:
            running.terminate()


@contextlib.contextmanager
def page_of(
    browser: Browser, width: int, height: int, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """A page of this size in CSS pixels, drawn at twice that many."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=2
    )
    yield context.new_page()
    context.close()


def save(name: str, picture: bytes) -> None:
    """Write a picture with few colours; refuses one that would weigh down the repository."""
    with Image.open(io.BytesIO(picture)) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = IMAGES / f"{name}.png"
    small.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path} has {size:,} bytes; crop it, or lower COLOURS")
    print(f"{path.name}: {small.width} x {small.height}, {size:,} bytes")


def photograph_mail(browser: Browser, mail: Path) -> None:
    """The sample edition: light, dark, on a phone, and one article with all that an article can have."""
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        with page_of(browser, 720, 1000, scheme) as page:
            page.goto(mail.as_uri())
            save(f"edition-{scheme}", page.screenshot())
    with page_of(browser, 375, 812) as page:
        page.goto(mail.as_uri())
        save("edition-phone", page.screenshot())
    with page_of(browser, 720, 900) as page:
        page.goto(mail.as_uri())
        clip: FloatRect = page.evaluate(ARTICLE, "scpo-library")
        save("article", page.screenshot(full_page=True, clip=clip))


def photograph_pages(browser: Browser, workspace: Path) -> None:
    """The inbox with a mail open, and the preview as a reader in one region sees it."""
    with serving(workspace, "inbox") as address, page_of(browser, 1120, 720) as page:
        page.goto(address)
        page.locator(".row a").first.click()
        page.wait_for_load_state("networkidle")
        save("inbox", page.screenshot())
    preview = serving(workspace, "edition", "preview", EDITION)
    with preview as address, page_of(browser, 1120, 720) as page:
        page.goto(f"{address}?sector=health&region=wales&view=phone", wait_until="load")
        page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()
        save("preview", page.screenshot())


def photograph_terminal(browser: Browser, command: str, output: str) -> None:
    """A command and what it said, as a terminal shows them."""
    with page_of(browser, 1100, 700) as page:
        page.set_content(TERMINAL.format(command=command, output=html.escape(output.rstrip())))
        save("terminal", page.locator("body").screenshot())


def invented_report() -> Report:
    """A report on a campaign of some 9,000 mails that never was."""
    chance = random.Random(6)
    begun = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
    reach = {
        FacetSet(sector.slug, frozenset({region.slug})): round(chance.triangular(0, 300, 0))
        for sector in DEFAULT_SECTORS
        for region in DEFAULT_REGIONS
    }
    accepted = sum(reach.values())
    lost = {"user-unknown": 96, "mailbox-full": 41, "policy": 12}
    first, late = accepted - 240, 240
    waves = [round(first / 30 * chance.uniform(0.93, 1.07)) for _ in range(29)]
    counts = {(number, False): count for number, count in enumerate(waves)}
    counts[29, False] = first - sum(waves)
    counts |= {(number, True): late // 12 for number in range(30, 54, 2)}
    start = int(begun.timestamp()) // 60
    settled = {DeliveryState.ACCEPTED: accepted, DeliveryState.REJECTED: sum(lost.values())}
    return Report(
        campaign=CampaignSummary(
            7, Mailing(EDITION, "bulletin", "everyone", Kind.EDITION, Route.RELAY), CampaignState.FINISHED,
            "the bulletin team", begun, begun, None, sum(settled.values()), settled,
        ),
        at=begun + dt.timedelta(days=1),
        subject="Operation Jigsaw, £255m recovered and the SCPO library",
        first_at=begun,
        last_at=begun + dt.timedelta(minutes=53),
        curve=curve.draw(60, {(start + n, late): count for (n, late), count in counts.items()}),
        tries={1: first, 2: late},
        replies=(),
        reasons=[ReasonCount(DeliveryState.REJECTED, reason, n) for reason, n in lost.items()],
        returned=(),
        domains=DomainTable((), DomainCount("", 0, 0, 0, 0), 0),
        reach={facets: Reach(count, count) for facets, count in reach.items()},
    )  # fmt: skip


def photograph_report(browser: Browser, folder: Path) -> None:
    """The head of a report's page, on a campaign that never was."""
    brand = Brand("The Local Partnerships team", "", "")
    words = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, ())
    made = ReportPage(templates_folder() / "report", brand, words, "Local Partnerships Bulletin", 5)
    path = folder / "report.html"
    path.write_text(made.render(invented_report()), encoding="utf-8")
    with page_of(browser, 940, 1540) as page:
        page.goto(path.as_uri())
        save("report", page.screenshot())


def main() -> None:
    """Make the workspace, take every picture, throw the workspace away."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = Path(folder) / "bulletin"
        bulletin(Path(folder), "init", str(workspace))
        add_sample_edition(workspace)
        bulletin(workspace, "subscribers", "import", str(sample_subscribers()))
        asked = ("send", EDITION, "--segment", "everyone", "--dry-run")
        plan = in_terminal(workspace, *asked)
        bulletin(workspace, "send", EDITION, "--segment", "everyone", "--yes", "--json")
        out = workspace / "rendered"
        written = json.loads(
            bulletin(workspace, "edition", "render", EDITION, "--out", str(out), "--json")
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        photograph_terminal(browser, " ".join(("bulletin", *asked)), plan)
        photograph_mail(browser, out / f"{written[0]['variant']}.html")
        photograph_pages(browser, workspace)
        photograph_report(browser, workspace)
        browser.close()


if __name__ == "__main__":
    main()
