"""How `bulletin bounces collect` goes about it: source by source, and what is told of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from mailer.cli.console import plural, say, say_json, warn
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.bounces.collect import Collected
    from mailer.bounces.place import Source

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h, upon which a mail server keeps a mail and tries again."""

_WATCHED_EACH = 60.0
"""Seconds after which a source that can't tell of new mail is looked at again."""


def collect_mail(opened: Workspace, named: list[str], as_json: bool, *, watch: bool) -> None:
    """Handle what the sources hold; with `watch` go on with the one there is, as mail comes in."""
    texts = opened.bounce_source_texts(named)
    if watch:
        if len(texts) > 1:
            raise typer.BadParameter("watches one source at a time", param_hint="--watch")
        _watch(opened, opened.bounce_source(texts[0]), as_json)
    told = [_collect_from(opened, text, as_json) for text in texts]
    if as_json:
        say_json(told)
    if any("error" in each for each in told):
        raise typer.Exit(1)


def _collect_from(opened: Workspace, text: str, as_json: bool) -> dict[str, Any]:
    """What a source brought; one that can't be read keeps nobody from reading the others."""
    from mailer.bounces.place import SourceError
    from mailer.bounces.sources import unreadable

    try:
        source = opened.bounce_source(text)
        with source.open() as mails:
            collected = _collect(opened, mails)
    except (SourceError, OSError) as error:
        told = unreadable(text, error) if isinstance(error, OSError) else error
        warn(f"Error: {told}")
        return {"source": told.subject, "error": str(told)}
    if not as_json:
        _say(source, collected)
    return _data(source, collected)


def _watch(opened: Workspace, source: Source, as_json: bool) -> None:
    while True:
        # A mailbox is opened anew after each wait: POP3 shows what came in only then, and a connection that
        # has gone stale is noticed.
        with source.open() as mails:
            collected = _collect(opened, mails)
            if collected.mails > collected.repeats + collected.failed.total():
                _tell(source, collected, as_json)
            mails.wait(_WATCHED_EACH)


def _collect(opened: Workspace, mails: Any) -> Collected:  # noqa: ANN401 - as its protocol says
    from mailer.bounces.collect import collect
    from mailer.surroundings import now

    return collect(opened.bounces, mails, now)


def collect_standard_input(workspace: Path | None, recipient: str, as_json: bool) -> None:
    """Handle the mail on standard input; exits with 75 when that fails, for a mail server to try again."""
    from mailer.app import Workspace
    from mailer.bounces.files import standard_input

    source = standard_input((recipient,) if recipient else ())
    try:
        collected = _collect(Workspace.open(workspace), source)
    except (BulletinError, OSError) as error:
        warn(f"Error: {error}")
        raise typer.Exit(TRY_LATER) from error
    if collected.failed:
        warn(*_failed(source, collected))
        raise typer.Exit(TRY_LATER)
    # A mail server takes what a command prints for a complaint.
    if as_json:
        _tell(source, collected, as_json=True)
    else:
        warn(*_held(collected))


def _tell(source: Source, collected: Collected, as_json: bool) -> None:
    say_json(_data(source, collected)) if as_json else _say(source, collected)


def _say(source: Source, collected: Collected) -> None:
    from mailer.bounces.mailroom import Fate

    fates = [f"{count:,} {fate}" for fate, count in collected.fates.most_common()]
    fates += [f"{count:,} failed" for count in [collected.failed.total()] if count]
    repeats = [f"{collected.repeats:,} handled before"] if collected.repeats else []
    told = ", ".join([*fates, *repeats]) or "nothing new"
    say(f"{source.name}: {plural(collected.mails, 'mail')}: {told}")
    if collected.actions:
        done = ", ".join(
            f"{count:,} {_DONE[action]}" for action, count in collected.actions.items()
        )
        say(f"  {done}")
    if collected.fates[Fate.UNMATCHED]:
        say("  For a person to look at: bulletin bounces list --unmatched")
    warn(*_held(collected), *_failed(source, collected))


_DONE = {
    "keep": "written to as before",
    "suppress": "suppressed",
    "withdraw": "withdrawn by complaint",
    "hold": "of a held domain",
}


def _held(collected: Collected) -> list[str]:
    return [
        f"{domain} is held, and nobody there is written to: {why}. Look into it: bulletin domains list"
        for domain, why in collected.held.items()
    ]


def _failed(source: Source, collected: Collected) -> list[str]:
    return [
        f"Error: {source.name}: {plural(count, 'mail')} can't be handled ({what}), and left where it was"
        for what, count in collected.failed.items()
    ]


def _data(source: Source, collected: Collected) -> dict[str, Any]:
    return {
        "source": source.name,
        "mails": collected.mails,
        "repeats": collected.repeats,
        **{str(fate): count for fate, count in collected.fates.items()},
        "actions": dict(collected.actions),
        "held": collected.held,
        "failed": dict(collected.failed),
    }
