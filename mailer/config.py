"""`bulletin.toml` and `BULLETIN_…` variables, read into settings, with every fault told at once.

Knows files, variables and the workspace's folder; must not know what a key is for.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import (
    ValidationError,
)
from pydantic_settings import SettingsError as UnreadableVariable

from mailer.settings import PREFIX, Settings
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SETTINGS_FILE = "bulletin.toml"
SECRETS_FILE = ".env"

_A_NUMBER = "give a number"
_A_TABLE = "write it as a table of keys"
_REMEDIES = {
    "bool_parsing": "give true or false",
    "bool_type": "give true or false",
    "date_from_datetime_inexact": "give a date as 2026-12-01",
    "date_from_datetime_parsing": "give a date as 2026-12-01",
    "date_type": "give a date as 2026-12-01",
    "dict_type": _A_TABLE,
    "enum": "give {expected}",
    "finite_number": _A_NUMBER,
    "float_parsing": _A_NUMBER,
    "float_type": _A_NUMBER,
    "greater_than": "give more than {gt:g}",
    "greater_than_equal": "give {ge:g} or more",
    "int_from_float": "give a whole number",
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "less_than": "give less than {lt:g}",
    "less_than_equal": "give {le:g} or less",
    "literal_error": "give {expected}",
    "model_type": _A_TABLE,
    "path_type": "give a path, in quotes",
    "string_too_long": "give {max_length} characters at most",
    "string_type": "give a text, in quotes",
    "time_parsing": "give a time as 08:30",
    "time_type": "give a time as 08:30",
    "too_short": "list {min_length} at least",
    "tuple_type": 'give a list as ["a", "b"]',
}
"""What to do about each kind of fault that pydantic finds; its own words are those of programmers."""

_OTHER_VARIABLES = ("WORKSPACE", "TRACEBACK")


class SettingsError(BulletinError):
    """A setting that is missing, unknown or has a value that isn't allowed."""


def load_settings(folder: Path) -> Settings:
    """Read the settings of the workspace in `folder`; every fault is told at once."""
    path = folder / SETTINGS_FILE
    values = _read(path)
    _refuse_secrets(path, values)
    _refuse_unknown_variables()
    try:
        return Settings(_env_file=folder / SECRETS_FILE, **values)  # type: ignore[call-arg] # pydantic's own
    except ValidationError as error:
        raise SettingsError("settings-invalid", *_explain(path, error)) from error
    except UnreadableVariable as error:
        raise SettingsError(
            "settings-invalid",
            "a BULLETIN_ variable",
            f"can't be read ({error})",
            "write its value as JSON, or set it in the file",
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            "workspace-missing",
            str(path),
            "there is no such file",
            "make a workspace with `bulletin init DIR`",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        quotes = '; a text stands in quotes, as in mode = "safe"'
        remedy = f"mend the file{quotes if str(error).startswith('Invalid value') else ''}"
        raise SettingsError(
            "settings-unreadable", str(path), f"not valid TOML: {error}", remedy
        ) from error
    except OSError as error:
        raise SettingsError(
            "settings-unreadable", str(path), f"can't be read ({error.strerror})", "check it"
        ) from error


def _refuse_secrets(path: Path, values: dict[str, Any]) -> None:
    for key in Settings.SECRETS:
        group, _, name = key.rpartition(".")
        held = values.get(group, {}) if group else values
        if isinstance(held, dict) and name in held:
            variable = f"BULLETIN_{key.replace('.', '_').upper()}"
            raise SettingsError(
                "settings-secret", f"{path}: {key}", "a secret has no place in this file",
                f"remove it and set {variable} in the environment or in {SECRETS_FILE}",
            )  # fmt: skip


def _refuse_unknown_variables() -> None:
    """A slip in a variable's name would otherwise be a setting that quietly isn't made."""
    groups = {name.upper() for name in Settings.model_fields}
    for variable in os.environ:
        name = variable.removeprefix(PREFIX)
        known = name in groups or name in _OTHER_VARIABLES or name.partition("_")[0] in groups
        if variable.startswith(PREFIX) and not known:
            near = difflib.get_close_matches(name, groups, n=1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else "unset it"
            raise SettingsError("settings-invalid", variable, "is not a known variable", hint)


def _explain(path: Path, error: ValidationError) -> tuple[str, str, str]:
    """Subject, what and remedy of all faults; the first names the key, the rest follow line by line."""
    sentences = [_sentence(fault) for fault in error.errors() if not _is_echo(fault)]
    (subject, what, remedy), rest = sentences[0], sentences[1:]
    more = "".join(f"\n{path.name}: {s}: {w}; {r}" for s, w, r in rest)
    return f"{path.name}: {subject}", what, remedy + more


def _is_echo(fault: ErrorDetails) -> bool:
    """Whether a list is called too short only because what is in it is wrong, which is told already."""
    return fault["type"] == "too_short" and bool(fault["input"])


def _sentence(fault: ErrorDetails) -> tuple[str, str, str]:
    location = [str(part) for part in fault["loc"] if part != "[key]"]
    key = ".".join(location) or "settings"
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(location[-1], _names_beside(location), n=1)
        return key, "is not a known key", f'did you mean "{near[0]}"?' if near else "remove it"
    if fault["type"] == "missing":
        return key, "is missing", "add it"
    hidden = key in Settings.SECRETS or isinstance(fault["input"], dict)
    shown = "(hidden)" if hidden else repr(fault["input"])
    return key, f"the value {shown} is not allowed", _remedy(fault)


def _remedy(fault: ErrorDetails) -> str:
    known = _REMEDIES.get(fault["type"])
    if known is None:
        return str(fault["msg"]).removeprefix("Value error, ")
    return known.format_map(fault.get("ctx", {}))


def _names_beside(location: list[str]) -> list[str]:
    fields: Any = Settings.model_fields
    for part in location[:-1]:
        annotation = fields[part].annotation if part in fields else None
        if annotation is None or not hasattr(annotation, "model_fields"):
            return []
        fields = annotation.model_fields
    return list(fields)


def find_workspace(given: Path | None) -> Path:
    """The folder with `bulletin.toml`: the one given, `BULLETIN_WORKSPACE`, or the nearest above here."""
    if given or os.environ.get("BULLETIN_WORKSPACE"):
        return (given or Path(os.environ["BULLETIN_WORKSPACE"])).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise SettingsError(
        "workspace-missing", str(here), f"there is no {SETTINGS_FILE} here or above",
        "go to your workspace, name it with --workspace, or make one with `bulletin init DIR`",
    )  # fmt: skip
