"""`bulletin subscribers show`: all that is known of one address, and how a person is shown anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, say, say_json, say_table

if TYPE_CHECKING:
    from subscribers.consent import Event
    from subscribers.service import Story
    from subscribers.store import Person

AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.")
]


def add_story(app: typer.Typer) -> None:
    """Add the command to the group of those about subscribers."""
    app.command(epilog="Example: bulletin subscribers show ann@example.org")(show)


def show(
    address: AddressArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Tell the story of one address: what it holds, what was agreed to, and what became of it."""
    from mailer.app import Workspace
    from subscribers.service import show as tell

    story = tell(Workspace.open(workspace).database, address)
    say_json(_story_data(story)) if as_json else _say_story(story)


def _say_story(story: Story) -> None:
    person = story.person
    say(f"{story.address}: {held(person) if person else 'not on the list'}")
    if story.suppression:
        say(
            f"Not written to since {story.suppression.created_at:%Y-%m-%d}: {story.suppression.reason}"
        )
    if story.terms:
        say_table(
            ("Publication", "Since", "By", "Until", "Why it ended"),
            [
                (t.publication, _day(t.started_at), t.source, _day(t.ended_at), t.end_reason)
                for t in story.terms
            ],
        )
    if story.events:
        say_table(
            ("When", "What", "Publication", "How", "By", "Network", "Wording", "Detail"),
            [_event_row(event) for event in story.events],
        )
    worded = {e.wording_version: e.wording for e in story.events if e.wording}
    for version, words in worded.items():
        say(f"Wording {version}: {words}")


def _event_row(event: Event) -> tuple[object, ...]:
    told = _day(event.at), event.kind, event.publication, event.source, event.actor
    return (*told, event.network, event.wording_version, event.detail)


def _day(moment: Any) -> str:  # noqa: ANN401 - a moment or nothing
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _story_data(story: Story) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "address": story.address,
        "person": person_data(story.person) if story.person else None,
        "subscriptions": [asdict(term) for term in story.terms],
        "events": [
            asdict(event) | {"wording_version": event.wording_version} for event in story.events
        ],
        "suppressions": [asdict(fact) for fact in story.suppressions],
    }


def held(person: Person) -> str:
    """What a person is called and holds, in one line."""
    regions = ", ".join(sorted(person.facets.regions)) or "no region stated"
    known = ", ".join(filter(None, (person.name, person.organisation)))
    sector = person.facets.sector or "no sector stated"
    return f"{known + '; ' if known else ''}{sector}; {regions}; {person.status}"


def person_data(person: Person) -> dict[str, Any]:
    """A subscriber as data for scripts."""
    return {
        "address": person.address,
        "name": person.name,
        "organisation": person.organisation,
        "sector": person.facets.sector,
        "regions": sorted(person.facets.regions),
        "status": person.status,
        "created_at": person.created_at.isoformat(),
        "updated_at": person.updated_at.isoformat(),
    }
