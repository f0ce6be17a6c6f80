"""`bulletin settings`: check the settings and show what they come to."""

from __future__ import annotations

import re

from mailer.cli.console import JsonOption, WorkspaceOption, say, say_json, say_table, single_command

app = single_command()

_PASSWORD = re.compile(r"(?<=//)([^:@/]*):[^/]*@")


@app.command(epilog="Example: bulletin settings --json")
def settings(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show every setting as it holds now, from the file, the environment and the defaults."""
    from mailer.app import Workspace

    opened = Workspace.open(workspace)
    _ = opened.segments, opened.brand
    values = opened.settings.model_dump(mode="json")
    values["database"]["url"] = _PASSWORD.sub(r"\1:**********@", values["database"]["url"])
    if as_json:
        say_json(values)
        return
    say(f"Workspace {opened.folder}")
    say_table(("Setting", "Value"), _flatten("", values))


def _flatten(prefix: str, values: dict[str, object]) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for name, value in values.items():
        if isinstance(value, dict) and value:
            rows += _flatten(f"{prefix}{name}.", value)
        else:
            rows.append((f"{prefix}{name}", _shown(value)))
    return rows


def _shown(value: object) -> str:
    """A value as the file would have it, without quotes."""
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    if value in (None, "", {}):
        return "(not set)"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else str(value)
