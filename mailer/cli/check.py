"""`bulletin check`: what a good team, a mail provider or somebody with a screen reader would find."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    plural,
    say,
    say_json,
    shown_path,
    single_command,
)
from mailer.cli.reading import count_by_severity

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.problem import Problem, Severity
    from mailer.inspection import Inspected

app = single_command()

_HEADS = {
    "error": "To be mended before it can go",
    "warning": "To be looked at",
    "advice": "Advice",
}


@app.command(
    epilog="Examples: bulletin check issue-04 --online    "
    'bulletin check issue-04 --allow link-insecure --reason "their site has no https"'
)
def check(
    name: Annotated[
        str, typer.Argument(metavar="EDITION|PACK", help="An edition's name, or THEME/PACK.")
    ],
    online: Annotated[
        bool, typer.Option("--online", help="Ask the hosts of all links whether they answer.")
    ] = False,
    spam: Annotated[
        bool, typer.Option("--spam", help="Ask SpamAssassin, where it is installed, as well.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="REPORT", help="Write it as one HTML page as well.")
    ] = None,
    allow: Annotated[
        str | None, typer.Option(metavar="RULE", help="Let what is found by this rule pass.")
    ] = None,
    disallow: Annotated[
        str | None, typer.Option(metavar="RULE", help="Let it pass no more.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="With --allow: why it may pass; it is kept.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="FILE[:LINE]", help="With --allow, --disallow: only what is found there."
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check an edition or a pack as every reader gets it: its words, its links, its pictures, its mail.

    Tells what is wrong, where, why it matters and what to do. Exits with 1 when something must be mended
    before it can go. Nothing leaves this machine without --online.
    """
    from mailer.app import Workspace

    if bool(allow) != bool(reason and reason.strip()):
        raise typer.BadParameter("give --allow and --reason together", param_hint="--allow")
    opened = Workspace.open(workspace)
    found = _inspect(opened, name, online=online, spam=spam)
    if allow or disallow:
        _change_what_passes(opened, found, allow, disallow, at, reason or "")
        found = _inspect(opened, name, online=online, spam=spam)
    _tell(opened, found, html, as_json=as_json)
    if not found.may_go:
        raise typer.Exit(1)
    if not (spam or as_json):
        _mention_spam()


def _change_what_passes(
    opened: Workspace,
    found: Inspected,
    allow: str | None,
    disallow: str | None,
    at: str | None,
    reason: str,
) -> None:
    from mailer.passing import end_passing, let_pass

    if allow:
        let_pass(opened, found, allow, at, reason.strip())
    if disallow:
        end_passing(opened, found, disallow, at)


def _tell(opened: Workspace, found: Inspected, html: Path | None, *, as_json: bool) -> None:
    if html is not None:
        _write(opened, found, html)
    if as_json:
        say_json(inspection_data(found) | ({"file": html} if html else {}))
    else:
        _say(found)
        if html is not None:
            say(f"Wrote {shown_path(html)}: the same as one page for any browser.")


def _mention_spam() -> None:
    from mailer.checks.mail.spamassassin import is_installed

    if is_installed():
        say("SpamAssassin is installed: --spam asks it, which takes some seconds.")


def _inspect(opened: Workspace, name: str, *, online: bool, spam: bool) -> Inspected:
    from mailer.content.pack import PACK_FILE
    from mailer.inspection import Inspector

    named = opened.packs.has_theme(name) and not (opened.editions.root / name).is_dir()
    if named or (Path(name) / PACK_FILE).is_file():
        folder = opened.packs.folder(name)
        return Inspector(opened).inspect_pack(folder, online=online, spam=spam)
    folder = opened.editions.folder(name)
    return Inspector(opened).inspect_edition(folder, online=online, spam=spam)


def _write(opened: Workspace, found: Inspected, path: Path) -> None:
    from mailer.cli.writing import writing_whole
    from mailer.reporting.check_page import CheckPage
    from mailer.surroundings import now
    from mailer.template_files import templates_folder

    page = CheckPage(templates_folder() / "report", opened.brand).render(
        found.name, found.sorted, found.variants, now()
    )
    with writing_whole(path) as out:
        out.write(page)


def _say(found: Inspected) -> None:
    from mailer.checks.override import in_order

    for severity, group in groupby(in_order(found.problems), key=lambda each: each.severity):
        say(_HEADS[severity], "")
        _say_rules(severity, list(group))
    if found.sorted.passed:
        say("Let pass", "")
        for each in found.sorted.passed:
            told = each.override
            say(f"  {each.problem.place}: {each.problem.what}  [{told.rule}]")
            say(f"    {told.actor} on {told.at:%Y-%m-%d}: {told.reason}")
        say("")
    for override in found.sorted.lapsed:
        say(
            f"What {override.actor} let pass in {override.path} has changed or gone: {override.what}"
        )
    say(verdict(found))


def _say_rules(severity: Severity, problems: list[Problem]) -> None:
    from mailer.content.problem import Severity

    by_rule: dict[str, list[Problem]] = {}
    for problem in problems:
        by_rule.setdefault(problem.rule.name, []).append(problem)
    for name, own in by_rule.items():
        final = severity is Severity.ERROR and own[0].rule.final
        say(f"  {name}: {own[0].why}{' Nobody can let it pass.' if final else ''}")
        for problem in own:
            say(f"    {problem.place}: {problem.what}; {problem.remedy}")
        say("")


def verdict(found: Inspected) -> str:
    """What it comes to, in a line."""
    shown = count_by_severity(found.problems) or "Nothing wrong"
    passed = f" {len(found.sorted.passed)} let pass." if found.sorted.passed else ""
    many = f", in {plural(found.variants, 'variant')}" if found.variants else ""
    end = "" if found.may_go else f" {found.name} can't be sent yet."
    # Nobody should take what is listed for all there is.
    rest = "" if found.content else " The rest is looked at once it can be read."
    return f"{shown}{many}.{passed}{end}{rest}"


def problem_data(problem: Problem) -> dict[str, Any]:
    """A finding as data for scripts."""
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": problem.severity,
        "rule": problem.rule.name,
        "what": problem.what,
        "why": problem.why,
        "remedy": problem.remedy,
    }


def inspection_data(found: Inspected) -> dict[str, Any]:
    """What was found as data for scripts."""
    return {
        "name": found.name,
        "may_go": found.may_go,
        "variants": found.variants,
        "problems": [problem_data(problem) for problem in found.problems],
        "passed": [
            problem_data(each.problem)
            | {"reason": each.override.reason, "by": each.override.actor, "at": each.override.at}
            for each in found.sorted.passed
        ],
        "lapsed": [
            {"rule": each.rule, "path": each.path, "what": each.what, "reason": each.reason}
            for each in found.sorted.lapsed
        ],
    }
