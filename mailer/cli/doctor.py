"""`bulletin doctor`: what must hold around a workspace for its mail to arrive."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, say, say_json, single_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailer.doctor.finding import Finding

EXIT_WRONG = 3

app = single_command()


@app.command(epilog="Example: bulletin doctor --sends-from 192.0.2.25")
def doctor(
    domain: Annotated[
        str,
        typer.Option(metavar="DOMAIN", help="Judge mail from this domain, not sender.address's."),
    ] = "",
    sends_from: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="The IP address from which mail reaches the world; may be repeated.",
        ),
    ] = None,
    dns: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Ask this name server, not the system's.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """See whether mail can leave and arrive: DNS records, relay, pages, database, disk, queue, settings.

    Changes nothing and sends nothing. What is not as it should be comes with what to publish or change. Exits
    with 3 when something is wrong, and with 0 when there are warnings at most.
    """
    from mailer.app import Workspace
    from mailer.doctor.finding import State
    from mailer.doctor.resolver import parse_server
    from mailer.examination import Questions, examine

    questions = Questions(
        domain=_checked_domain(domain),
        sends_from=tuple(map(_checked_address, sends_from or ())),
        server=parse_server(dns) if dns else None,
    )
    findings = examine(Workspace.open(workspace), questions)
    if as_json:
        say_json([dataclasses.asdict(each) for each in findings])
    else:
        say(*_lines(findings))
    if any(each.state is State.WRONG for each in findings):
        raise typer.Exit(EXIT_WRONG)


def _checked_domain(text: str) -> str:
    from subscribers.address import AddressError, parse_address

    try:
        return parse_address(f"a@{text}").mailbox.rpartition("@")[2] if text else ""
    except AddressError:
        raise typer.BadParameter(
            "write it like partner.example.org", param_hint="--domain"
        ) from None


def _checked_address(text: str) -> str:
    from ipaddress import ip_address

    try:
        return str(ip_address(text))
    except ValueError:
        raise typer.BadParameter(
            "write it like 192.0.2.25 or 2001:db8::25", param_hint="--sends-from"
        ) from None


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for area, some in groupby(findings, key=lambda each: each.area):
        yield area.capitalize()
        for each in some:
            yield f"  {each.state:<8} {each.subject}: {each.found}"
            if each.remedy:
                yield f"           → {each.remedy}"
            if each.publish:
                yield f"           {each.publish}"
        yield ""
    yield _summary(findings)


def _summary(findings: Sequence[Finding]) -> str:
    from mailer.doctor.finding import State

    counts = ((state, sum(each.state is state for each in findings)) for state in State)
    return ", ".join(f"{count} {state}" for state, count in counts if count) + "."
