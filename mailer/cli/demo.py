"""`bulletin demo`: the whole road on sample data, in the built-in inbox."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import JsonOption, plural, say, shown_path, single_command, tell

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.edition import Edition

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
    as_json: JsonOption = False,
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
    say_step = (lambda *_: None) if as_json else say
    say_step(f"1. Made a workspace in {folder}")
    say_step(f"2. Imported {plural(_import_sample(opened), 'subscriber')}")
    edition = _add_edition(opened)
    counted = plural(len(edition.articles), "article")
    say_step(f"3. Checked {edition.slug}: {counted} in {plural(len(edition.sections), 'section')}")
    _send(opened, edition, as_json)


def _delete_earlier(folder: Path) -> None:
    """Only what a demo made is deleted: its mark is the file that says so."""
    if (folder / _MARK).is_file():
        shutil.rmtree(folder)


_MARK = ".bulletin-demo"


def _import_sample(opened: Workspace) -> int:
    from mailer.surroundings import actor, now
    from mailer.workspace import sample_subscribers
    from subscribers.importing import import_csv

    (opened.folder / _MARK).touch()
    words, source = opened.vocabulary, sample_subscribers()
    return import_csv(opened.database, words, source, now=now(), actor=actor()).added


def _add_edition(opened: Workspace) -> Edition:
    from mailer.cli.reading import checked_edition
    from mailer.workspace import add_sample_edition, add_sample_packs

    add_sample_packs(opened.folder)
    return checked_edition(opened, opened.editions.folder(add_sample_edition(opened.folder)))[0]


def _send(opened: Workspace, edition: Edition, as_json: bool) -> None:
    from mailer.cli.plan_view import say_plan
    from mailer.cli.send import plan_sending
    from mailer.cli.sending import counts_in_words, send_campaign, summary_data
    from mailer.dispatch import Dispatch
    from mailer.surroundings import actor

    plan = plan_sending(opened, edition, SEGMENT)
    if not as_json:
        say("4. Sending:", "")
        say_plan(opened, plan)
    campaign_id = Dispatch(opened).begin(edition, plan, actor())
    sent = send_campaign(opened, campaign_id, quiet=as_json)
    place = shown_path(opened.folder)
    tell(
        as_json,
        summary_data(sent.campaign) | {"workspace": opened.folder, "variants": len(plan.variants)},
        f"5. Sent {counts_in_words(sent.campaign)}, in {plural(len(plan.variants), 'variant')}, "
        f"{sent.rate:,.0f} a second, over SMTP to the built-in inbox",
        "",
        f"Look at the mails:      bulletin inbox --workspace {place}",
        f"Look at the edition:    bulletin edition preview {edition.slug} --workspace {place}",
        f"Look at a campaign:     bulletin pack list --workspace {place}",
        "Write one of your own:  bulletin init my-bulletin",
    )
