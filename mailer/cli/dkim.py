"""`bulletin dkim`: keys that sign the mail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, command_group, say, say_json, tell

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.delivery.dkim import SigningKey

app = command_group("Make keys that sign the mail, and see what to publish for them.")


@app.command(epilog="Example: bulletin dkim new --selector rsa-2026")
def new(
    selector: Annotated[
        str, typer.Option(help="The key's name in the DNS: lower-case letters, digits, hyphens.")
    ],
    ed25519: Annotated[
        bool,
        typer.Option("--ed25519", help="A short key, to stand beside an RSA one."),
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key pair: the private half in the workspace, the public half to be published in the DNS."""
    from mailer.app import Workspace
    from mailer.delivery.dkim import Algorithm, DkimError, SigningKey

    opened = Workspace.open(workspace)
    path = opened.dkim_folder / f"{selector}.pem"
    if path.exists():
        raise DkimError(
            "dkim-key-exists", str(path), "is there already", "choose another --selector"
        )
    algorithm = Algorithm.ED25519 if ed25519 else Algorithm.RSA
    key = SigningKey.generate(opened.dkim_domain, _checked(selector), algorithm)
    _write_private(path, key.pem())
    tell(
        as_json,
        _record_data(key) | {"file": path},
        _record_line(key),
        "",
        f"The private key is in {path}: keep it secret, and keep a copy.",
        f'Once the record is published, add "{selector}" to dkim.selectors in bulletin.toml.',
    )


def _checked(selector: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from mailer.settings import Selector

    try:
        return str(TypeAdapter(Selector).validate_python(selector))
    except ValidationError:
        raise typer.BadParameter(
            "use lower-case letters, digits and hyphens", param_hint="--selector"
        ) from None


def _write_private(path: Path, pem: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


@app.command(epilog="Example: bulletin dkim show")
def show(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the DNS record of each key that signs."""
    from mailer.app import Workspace

    keys = Workspace.open(workspace).signing_keys
    if as_json:
        say_json([_record_data(key) for key in keys])
        return
    if not keys:
        say("No key signs yet. Make one with: bulletin dkim new --selector rsa-2026")
    say(*map(_record_line, keys))


def _record_line(key: SigningKey) -> str:
    return f"{key.record_name}. IN TXT ( {key.record()} )"


def _record_data(key: SigningKey) -> dict[str, Any]:
    return {"name": key.record_name, "algorithm": key.algorithm, "record": key.record()}
