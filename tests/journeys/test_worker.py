"""A worker sends what is due, whoever began it, and limits are told before anything is sent."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from tests.journeys.test_live import CONNECTIONS, POLICE, SEND, everyone_has_it_once

if TYPE_CHECKING:
    from tests.journeys.conftest import CommandLine
    from tests.journeys.relay import Relay

ALWAYS_CLOSED_TODAY = {"BULLETIN_HOURS_OPENS": "00:00", "BULLETIN_HOURS_CLOSES": "00:01"}
READY = "Sending by the relay"


def counts(workspace: CommandLine) -> dict[str, int]:
    found: dict[str, int] = json.loads(workspace.does("campaign", "show", "1", "--json"))["counts"]
    return found


def freeze(workspace: CommandLine) -> None:
    """A campaign that is made while nothing may leave."""
    assert workspace(*SEND, **ALWAYS_CLOSED_TODAY).code == 3


def test_a_worker_sends_what_another_command_began(live: CommandLine, relay: Relay) -> None:
    with live.running("worker") as worker:
        worker.says(READY)
        # It may not send itself, and ends when it sees that, or with the worker.
        assert live(*SEND, **ALWAYS_CLOSED_TODAY).code in (0, 3)
        relay.wait_for(POLICE)
        assert worker.end(signal.SIGTERM).code == 0
    assert counts(live) == {"accepted": POLICE}
    assert everyone_has_it_once(relay)


def test_a_killed_workers_mails_are_taken_over_by_the_next(live: CommandLine, relay: Relay) -> None:
    freeze(live)
    relay.allow(20)
    with live.running("worker") as worker:
        relay.wait_for(20 + CONNECTIONS)
        worker.end(signal.SIGKILL)
    relay.allow()
    with live.running("worker") as worker:
        relay.wait_for(POLICE)
        assert worker.end(signal.SIGTERM).code == 0
    assert counts(live) == {"accepted": POLICE - CONNECTIONS, "uncertain": CONNECTIONS}
    assert everyone_has_it_once(relay)


def test_a_worker_obeys_a_pause_from_elsewhere(live: CommandLine, relay: Relay) -> None:
    freeze(live)
    relay.allow(20)
    with live.running("worker") as worker:
        relay.wait_for(20 + CONNECTIONS)
        live.does("campaign", "pause", "1")
        # What is in flight is answered until the worker has noticed, and begins nothing more.
        while "sending" in counts(live):
            assert worker.process.poll() is None
            relay.allow(CONNECTIONS)
        assert worker.end(signal.SIGTERM).code == 0
    left = counts(live)
    assert set(left) == {"accepted", "queued"}
    assert left["accepted"] == len(relay.mails)


def test_what_a_relay_puts_off_is_tried_again_without_being_told(
    live: CommandLine, relay: Relay
) -> None:
    live.variables["BULLETIN_DELIVERY_RETRY_MINUTES"] = "[0.02]"
    busy = "tasking@disruption.police.example"
    relay.answers = {busy: "451 4.7.1 Try later"}
    with live.running(*SEND, "--wait") as sending:
        relay.wait_for(POLICE - 1)
        relay.answers = {}
        assert sending.end().code == 0
    assert relay.asked.count(busy) > 1
    assert everyone_has_it_once(relay)


def test_a_worker_outlives_a_relay_that_is_down(live: CommandLine, relay: Relay) -> None:
    freeze(live)
    port = live.variables["BULLETIN_RELAY_PORT"]
    live.variables["BULLETIN_RELAY_PORT"] = "1"
    with live.running("worker") as worker:
        worker.warns("can't be reached")
        assert worker.end(signal.SIGTERM).code == 0
    live.variables["BULLETIN_RELAY_PORT"] = port
    assert counts(live) == {"queued": POLICE}
    assert f"{POLICE} accepted" in live.does("campaign", "resume", "1")
    assert everyone_has_it_once(relay)


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"BULLETIN_PACING_PER_SECOND": "0.5"}, "Pace       0.5 mails a second at most: "),
        (
            {
                "BULLETIN_PACING_WARM_UP_FROM": "2999-01-01",
                "BULLETIN_PACING_WARM_UP_MAILS": "[200]",
            },
            "Warm-up    0 mails today, by the ramp of the settings",
        ),
        (ALWAYS_CLOSED_TODAY, "Hours      closed now; mail leaves from "),
    ],
)
def test_what_the_limits_mean_is_told_before_anything_is_sent(
    live: CommandLine, variables: dict[str, str], line: str
) -> None:
    assert line in live.does(*SEND, "--dry-run", **variables)


def test_outside_the_sending_hours_nothing_is_sent_and_the_command_says_when(
    live: CommandLine, relay: Relay
) -> None:
    ran = live(*SEND, **ALWAYS_CLOSED_TODAY)
    assert ran.code == 3, ran.err
    assert f"{POLICE} mails still to go, from " in ran.out
    assert relay.mails == []
    assert f"{POLICE} accepted" in live.does("campaign", "resume", "1")
