"""`bulletin demo`: the whole road on sample data, in the built-in inbox."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import plural, say, shown_path, single_command

if TYPE_CHECKING:
    from mailer.app import Workspace

app = single_command()

SEGMENT = "everyone"


@app.command(epilog="Example: bulletin demo my-demo")
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The workspace to make; must not be there yet.")
    ] = Path("demo"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete an earlier demo in that folder first.")
    ] = False,
) -> None:
    """Make a workspace, import sample subscribers, and send the sample edition to the built-in inbox.

    Everything happens on this machine; no mail leaves it.
    """
    from mailer.app import Workspace
    from mailer.workspace import lay_down

    if fresh:
        _delete_earlier(folder)
    lay_down(folder)
    opened = Workspace.open(folder)
    opened.unchecked_database.migrate()
    say(f"1. Made a workspace in {folder}")
    _import_sample(opened)
    name = _add_edition(opened)
    _send(opened, name)


def _delete_earlier(folder: Path) -> None:
    """Only what a demo made is deleted: its mark is the file that says so."""
    if (folder / _MARK).is_file():
        shutil.rmtree(folder)


_MARK = ".bulletin-demo"


def _import_sample(opened: Workspace) -> None:
    from mailer.surroundings import actor, now
    from mailer.workspace import sample_subscribers
    from subscribers.importing import import_csv

    (opened.folder / _MARK).touch()
    report = import_csv(
        opened.database, opened.vocabulary, sample_subscribers(),
        now=now(), actor=actor(),
    )  # fmt: skip
    say(f"2. Imported {plural(report.added, 'subscriber')}")


def _add_edition(opened: Workspace) -> str:
    from mailer.cli.edition import checked
    from mailer.workspace import add_sample_edition

    name = add_sample_edition(opened.folder)
    edition = checked(opened, opened.edition_folder(name))
    counted = (
        f"{plural(len(edition.articles), 'article')} in {plural(len(edition.sections), 'section')}"
    )
    say(f"3. Checked {name}: {counted}, nothing wrong")
    return name


def _send(opened: Workspace, name: str) -> None:
    from mailer.cli.edition import checked
    from mailer.cli.send import plan_sending, say_plan
    from mailer.cli.sending import counts_in_words, send_campaign
    from mailer.delivery.planning import freeze
    from mailer.surroundings import actor, now

    edition = checked(opened, opened.edition_folder(name))
    plan = plan_sending(opened, edition, SEGMENT)
    say("4. Sending:", "")
    say_plan(opened, plan)
    opened.publish_media(edition)
    place = shown_path(opened.folder)
    sent = send_campaign(opened, freeze(opened.database, plan, actor(), now()), quiet=False)
    say(
        f"5. Sent {counts_in_words(sent.campaign)}, in {plural(len(plan.variants), 'variant')}, "
        f"{sent.rate:,.0f} a second, over SMTP to the built-in inbox",
        "",
        f"Look at the mails:      bulletin inbox --workspace {place}",
        f"Look at the edition:    bulletin edition preview {name} --workspace {place}",
        "Write one of your own:  bulletin init my-bulletin",
    )
