"""The mail as a real program shows it: `python -m bench.thunderbird` or `make thunderbird`.

Opens the sample edition in Debian's Thunderbird, on a screen that nobody sees and with a profile of its own,
once in light and once in dark colours. Writes `docs/images/thunderbird-*.png`. Needs the packages
thunderbird, xvfb and xdotool; it is no part of `make test`.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import functools
import http.server
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageGrab

from bench.screenshots import EDITION, bulletin, save
from mailer.workspace import add_sample_edition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

PROGRAMS = ("thunderbird", "Xvfb", "xdotool")
MEDIA = "https://bulletin.example.org/media/"
SCREEN = 760, 1000
PATIENCE = 60.0
"""Seconds until something must have happened."""

# No first questions, no start page, no reports; pictures are fetched, from this machine.
SETTINGS = {
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mailnews.message_display.disable_remote_image": False,
    "mailnews.start_page.enabled": False,
    "mailnews.start_page_override.mstone": "ignore",
    "toolkit.telemetry.enabled": False,
}


@contextlib.contextmanager
def running(*command: str, **environment: str) -> Iterator[None]:
    """A program and whatever it starts, for as long as the block lasts."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The files of a folder at an address of this machine."""
    handler = functools.partial(_Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def write_sample(folder: Path) -> Path:
    """Render the sample edition with the real command; gives the folder of its files."""
    workspace = folder / "bulletin"
    bulletin(folder, "init", str(workspace))
    add_sample_edition(workspace)
    out = workspace / "rendered"
    rendered = bulletin(workspace, "edition", "render", EDITION, "--out", str(out), "--json")
    variant = json.loads(rendered)[0]["variant"]
    (out / f"{variant}.eml").rename(out / "mail.eml")
    return out


def fetch_here(mail: Path, media: str) -> str:
    """Let the mail's pictures come from `media`; gives its subject."""
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.SMTP)
    html = message.get_body(("html",))
    here = html.get_content().replace(MEDIA, media)
    html.set_content(here, subtype="html", cte="quoted-printable")
    mail.write_bytes(message.as_bytes())
    return str(message["subject"])


def write_profile(folder: Path, scheme: str) -> None:
    """A new profile in light or in dark colours."""
    dark = scheme == "dark"
    chosen = SETTINGS | {
        "extensions.activeThemeID": f"thunderbird-compact-{scheme}@mozilla.org",
        "ui.systemUsesDarkTheme": int(dark),
    }
    folder.mkdir()
    lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in chosen.items()]
    (folder / "user.js").write_text("\n".join(lines))


def find_window(display: str, title: str) -> str:
    """The number of the window whose title begins so, once there is one."""
    end = time.monotonic() + PATIENCE
    command = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}"]
    while time.monotonic() < end:
        found = subprocess.run(
            command,
            env=os.environ | {"DISPLAY": display},
            capture_output=True,
            text=True,
            check=False,
        )
        if found.stdout:
            return found.stdout.split()[0]
        time.sleep(0.5)
    raise SystemExit("Thunderbird did not show the mail in time")


def photograph_calm(display: str) -> Image.Image:
    """The screen, once it has stayed the same for two seconds."""
    end = time.monotonic() + PATIENCE
    last, since = ImageGrab.grab(xdisplay=display), time.monotonic()
    while time.monotonic() < end:
        time.sleep(0.5)
        now = ImageGrab.grab(xdisplay=display)
        if now.tobytes() != last.tobytes():
            last, since = now, time.monotonic()
        elif time.monotonic() - since > 2:
            return now
    raise SystemExit("Thunderbird's window did not come to rest")


def photograph(folder: Path, mail: Path, subject: str, scheme: str) -> None:
    """One picture of the mail, in light or in dark colours."""
    number = 70 + ("light", "dark").index(scheme)
    display, profile = f":{number}", folder / f"profile-{scheme}"
    write_profile(profile, scheme)
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    screen = running("Xvfb", display, "-screen", "0", size, "-nolisten", "tcp")
    program = ("thunderbird", "--no-remote", "--profile", str(profile), "-file", str(mail))
    with screen:
        wait_for_screen(number)
        with running(*program, DISPLAY=display, HOME=str(folder), GDK_BACKEND="x11"):
            window = find_window(display, subject[:20])
            move = ("windowmove", window, "0", "0", "windowsize", window, *map(str, SCREEN))
            subprocess.run(["xdotool", *move], env=os.environ | {"DISPLAY": display}, check=True)
            shot = BytesIO()
            photograph_calm(display).save(shot, "PNG")
    save(f"thunderbird-{scheme}", shot.getvalue())


def wait_for_screen(number: int) -> None:
    """Return once the X server takes connections."""
    end = time.monotonic() + PATIENCE
    while not Path(f"/tmp/.X11-unix/X{number}").exists():
        if time.monotonic() > end:
            raise SystemExit("Xvfb did not start in time")
        time.sleep(0.1)


def main() -> None:
    """Render, photograph twice, throw everything else away."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        raise SystemExit(
            f"{', '.join(missing)} not found: apt-get install thunderbird xvfb xdotool"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        files = write_sample(folder)
        with serving(files) as address:
            subject = fetch_here(files / "mail.eml", f"{address}media/")
            for scheme in ("light", "dark"):
                photograph(folder, files / "mail.eml", subject, scheme)


if __name__ == "__main__":
    main()
