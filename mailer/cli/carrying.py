"""A campaign sent to its end in a process of its own: `python -m mailer.cli.carrying WORKSPACE CAMPAIGN`.

Sending wants a processor and the signals for itself, and a scheduler beside the web pages can spare neither.
Tells what came of it as data, for whoever started it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from mailer.delivery.campaign import CampaignSummary


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of it, in words. `left` mails are still to go; `is_stuck` when they wait for a person."""

    words: str
    left: int = 0
    is_stuck: bool = False


class Carries(Protocol):
    """Sends a campaign, and can be told to end."""

    def stop(self) -> None:
        """Let it finish what is in flight, and end."""

    def wait(self) -> Carried:
        """What came of it, once it has ended."""
        ...


class Carrier:
    """The process that sends a campaign, from the outside."""

    def __init__(self, workspace: Path, campaign_id: int) -> None:
        # It ends when this closes, be it that we are killed: nobody else would ever tell it to.
        its_end, self._lifeline = os.pipe()
        # In a session of its own, so that Ctrl-C in a terminal reaches it once, by `stop`.
        self._process = subprocess.Popen(  # noqa: S603 - our own program, with words of our own
            [sys.executable, "-m", "mailer.cli.carrying", str(workspace), str(campaign_id)],
            stdin=its_end,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        os.close(its_end)

    def stop(self) -> None:
        """Let it finish what is in flight, and end."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> Carried:
        """What came of it, once it has ended."""
        out, err = self._process.communicate()
        os.close(self._lifeline)
        try:
            return Carried(**json.loads(out))
        except ValueError:
            last = err.strip().rpartition("\n")[2]
            code = self._process.returncode
            return Carried(f"sending ended with code {code}: {last}", is_stuck=True)


def main() -> None:
    """Send, and tell."""
    workspace, campaign_id = sys.argv[1:]
    threading.Thread(target=_end_with_our_maker, daemon=True).start()
    try:
        carried = carry(Path(workspace), int(campaign_id))
    except BulletinError as error:
        carried = Carried(str(error), is_stuck=True)
    sys.stdout.write(json.dumps(asdict(carried)))


def _end_with_our_maker() -> None:
    # As in the worker: not by Python's own file.
    while os.read(0, 1_024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def carry(workspace: Path, campaign_id: int) -> Carried:
    """Send a campaign to its end, here and now."""
    from mailer.app import Workspace
    from mailer.cli.sending import send_campaign

    opened = Workspace.open(workspace)
    # A person who stops a sending wants it to rest. Here the scheduler ends, and the next one goes on.
    sent = send_campaign(opened, campaign_id, quiet=True, wait=True, stop_pauses=False)
    return _carried(sent.campaign)


def _carried(campaign: CampaignSummary) -> Carried:
    from mailer.cli.sending import counts_in_words
    from mailer.delivery.campaign import CampaignState

    words = f"campaign {campaign.id}, {counts_in_words(campaign)}"
    if not campaign.open:
        return Carried(words)
    because = f", paused: {campaign.paused_because}" if campaign.paused_because else ""
    told = f"{words}{because}: bulletin campaign resume {campaign.id}"
    return Carried(told, campaign.open, campaign.state is CampaignState.PAUSED)


if __name__ == "__main__":
    main()
