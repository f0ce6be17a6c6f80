"""How the command line speaks: lines, tables, questions and JSON. Knows nothing of what it is told."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

_NUMBER: Final = re.compile(r"0*[1-9][0-9]{0,8}")


def campaign_number(text: str) -> int:
    """Read the number of a campaign as it was typed; says where it stands when that is none."""
    if not _NUMBER.fullmatch(text):
        raise typer.BadParameter(
            "a campaign is named by its number; `bulletin campaign list` shows it"
        )
    return int(text)


CampaignArgument = Annotated[
    int, typer.Argument(metavar="ID", help="The campaign's number.", parser=campaign_number)
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help="The workspace; else BULLETIN_WORKSPACE, or the nearest folder above with bulletin.toml.",
    ),
]
TestOption = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help="Send only a test, to this address; may be repeated."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and stop.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]
WaitOption = Annotated[
    bool,
    typer.Option("--wait", help="Stay until the last mail is through, later tries included."),
]

CanaryOption = Annotated[
    float | None,
    typer.Option(
        min=0, max=50, metavar="PERCENT", help="Send this share first, and the rest a while later."
    ),
]

AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept-audience", help="Send though the audience is not the one that was approved."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print data for scripts, and nothing else.")
]


class MissingOptionError(typer.BadParameter):
    """None of several options was given, one of which is needed; exits with 2."""

    def format_message(self) -> str:
        """The message alone: no value was given that could be wrong."""
        return self.message


def command_group(help_text: str) -> typer.Typer:
    """A group of commands, in the manner of all others."""
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def single_command() -> typer.Typer:
    """A command without others below it, in the manner of all others."""
    return typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def say(*lines: str) -> None:
    """Print plain lines for a person."""
    for line in lines:
        typer.echo(line)


def warn(*lines: str) -> None:
    """Print lines that must not end up in a pipe."""
    for line in lines:
        typer.echo(line, err=True)


def say_json(data: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print data for a script."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def tell(as_json: bool, data: Any, *lines: str) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print `data` for a script, or `lines` for a person."""
    if as_json:
        say_json(data)
    else:
        say(*lines)


def say_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Sequence[str] = (),
    title: str = "",
) -> None:
    """Print a table; the columns named in `numbers` stand to the right."""
    from rich import box
    from rich.table import Table

    told = [[_cell(value) for value in row] for row in rows]
    screen = console()
    table = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )
    widths = _least_widths(columns, told, numbers) if numbers else {}
    fits = sum(widths.values()) + 2 * len(columns) <= screen.width
    for index, name in enumerate(columns):
        # Beside figures, what a row is about stays on one line, and no word of a head is broken where there
        # is room for it.
        justify: Literal["left", "right"] = "right" if name in numbers else "left"
        table.add_column(
            name,
            justify=justify,
            overflow="fold",
            no_wrap=bool(numbers) and index == 0,
            min_width=widths.get(name) if fits else None,
        )
    for row in told:
        table.add_row(*row)
    screen.print(table)


def _least_widths(
    columns: Sequence[str], rows: list[list[str]], numbers: Sequence[str]
) -> dict[str, int]:
    """What each column needs so that no word is broken."""
    return {
        name: max(
            max(map(len, name.split()), default=0) if name in numbers else len(name),
            *(len(row[index]) for row in rows),
            0,
        )
        for index, name in enumerate(columns)
    }


def _cell(value: object) -> str:
    from rich.markup import escape

    if isinstance(value, int):
        return f"{value:,}"
    return escape("" if value is None else str(value))


def console() -> Console:
    """A console as wide as the terminal; 120 columns and no colour in a pipe."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, soft_wrap=False)


def confirm(question: str, yes: bool) -> None:
    """Go on only when `yes` was given or a person says so; exits with 1 otherwise."""
    if yes:
        return
    if not sys.stdin.isatty():
        warn("Nobody is here to be asked: nothing was done. Add --yes to go ahead.")
        raise typer.Exit(1)
    if not typer.confirm(question):
        warn("Nothing was done.")
        raise typer.Exit(1)


def ask(question: str) -> str:
    """What a person answers, on one line; exits with 1 when that is nothing."""
    answer: str = typer.prompt(question, default="", prompt_suffix=" ", show_default=False)
    if not answer.strip():
        warn("There was no answer: nothing was done.")
        raise typer.Exit(1)
    return answer.strip()


def shown_path(path: Path) -> str:
    """A path as a person here would type it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 recipient`, `2 recipients`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
