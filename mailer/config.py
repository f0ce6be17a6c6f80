"""`bulletin.toml` and `BULLETIN_…` variables as one frozen, checked value.

Knows every key, its default and what is allowed; must not open a database, a socket or a template.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, from_json
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableVariable

from scheduler.recurrence import QuarterDay
from subscribers.address import AddressError, parse_address
from subscribers.errors import BulletinError
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, NATIONAL

SETTINGS_FILE = "bulletin.toml"
SECRETS_FILE = ".env"

_PREFIX = "BULLETIN_"
_OTHER_VARIABLES = ("WORKSPACE", "TRACEBACK")

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Selector = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=63)]
Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f\ue000-\uf8ff]*$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


def _check_address(text: str) -> str:
    try:
        return parse_address(text).mailbox
    except AddressError as error:
        raise ValueError(f"{error.what}; {error.remedy}") from error


MailAddress = Annotated[str, AfterValidator(_check_address)]
MailDomain = Annotated[str, Field(pattern=r"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("is no time zone; write it like Europe/London") from None
    return name


def _split(value: object) -> object:
    """A list as a variable holds it: `a, b`, or JSON."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        return from_json(value)
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class SettingsError(BulletinError):
    """A setting that is missing, unknown or has a value that isn't allowed."""


class Mode(StrEnum):
    """`safe` keeps mail in the built-in inbox or with an allow-list; `live` writes to subscribers."""

    SAFE = "safe"
    LIVE = "live"


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(_Group):
    """Where subscribers and deliveries are kept."""

    url: Line = "sqlite:///bulletin.db"


class SenderSettings(_Group):
    """Who a mail is from. People read the reply address."""

    name: Line = "Local Partnerships team"
    address: MailAddress = "bulletin@partnerships.example.org"
    reply_to: MailAddress = "partnerships@partnerships.example.org"


class WebSettings(_Group):
    """The address under which recipients reach the pages and pictures."""

    base_url: Line = "https://bulletin.example.org"

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
        if not (parts.scheme == "https" or local) or not parts.hostname:
            raise ValueError("give an https:// address")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("give the address of a host alone, without a path")
        return value.rstrip("/")


class RelaySettings(_Group):
    """The mail server that carries live mail."""

    host: Line = "localhost"
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line = ""
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None
    timeout: float = Field(default=30, gt=0, le=600, description="seconds")
    answer_timeout: float = Field(default=600, gt=0, le=3600, description="seconds")
    connections: int = Field(default=4, ge=1, le=64)


class DeliverySettings(_Group):
    """Later tries, mails whose fate is unknown after a crash, and how many go before the others."""

    on_uncertain: Literal["hold", "resend"] = "hold"
    retry_minutes: Annotated[tuple[PositiveFloat, ...], Field(min_length=1)] = (1, 5, 15, 60, 240)
    give_up_hours: PositiveFloat = 48
    canary: float = Field(default=0, ge=0, le=0.5)
    canary_wait_minutes: NonNegativeFloat = 15


class BreakerSettings(_Group):
    """Shares of rejected and doubtful mails beyond which a campaign is paused."""

    last: int = Field(default=200, ge=10)
    last_share: float = Field(default=0.25, gt=0, le=1)
    whole_share: float = Field(default=0.1, gt=0, le=1)
    at_least: int = Field(default=100, ge=1)


class DomainPace(_Group):
    """How fast, and over how many connections, mail may go to one group of domains."""

    per_second: PositiveFloat | None = None
    connections: Annotated[int, Field(ge=1)] | None = None


class PacingSettings(_Group):
    """How fast mail may leave, for all processes together."""

    per_second: PositiveFloat | None = None
    connections: Annotated[int, Field(ge=1)] | None = None
    domains: dict[MailDomain, DomainPace] = {}
    warm_up_from: dt.date | None = None
    warm_up_mails: tuple[NonNegativeInt, ...] = ()


class HoursSettings(_Group):
    """When editions may leave, local time."""

    opens: dt.time = dt.time(0)
    closes: dt.time | None = None
    days: Annotated[tuple[Weekday, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)] = (
        "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    )  # fmt: skip
    time_zone: Annotated[str, AfterValidator(_check_zone)] = "Europe/London"

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes is not None and self.closes <= self.opens:
            raise ValueError("closes must be later than opens, on the same day")
        return self


class BounceSettings(_Group):
    """Where mail that comes back goes, and how much failing is too much."""

    domain: Line = ""
    mailbox: str = Field(default="bounces", pattern=r"^[A-Za-z0-9._-]{1,20}$")
    lasts_days: int = Field(default=90, ge=1, le=3650)
    sources: Annotated[tuple[Line, ...], NoDecode, BeforeValidator(_split)] = ()
    every_minutes: PositiveFloat = 5
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None
    after: Literal["mark", "move", "delete"] = "mark"
    move_to: Line = "Handled"
    soft_run: int = Field(default=3, ge=1, le=100)
    soft_days: int = Field(default=14, ge=0, le=3650)
    hold_least: int = Field(default=5, ge=2, le=100_000)
    hold_share: float = Field(default=0.5, gt=0, le=1)
    hold_days: int = Field(default=3, ge=0, le=60)
    settle_days: int = Field(default=5, ge=0, le=60)
    ses_topic: Line = ""
    sendgrid_key: Line = ""
    mailgun_key: SecretStr = SecretStr("")
    postmark_password: SecretStr = SecretStr("")

    @field_validator("domain")
    @classmethod
    def _is_domain(cls, value: str) -> str:
        # As SMTP gets it: in lower case, and as A-labels.
        return _check_address(f"a@{value}").rpartition("@")[2] if value else ""


class ReportSettings(_Group):
    """What a report that leaves the team may show."""

    smallest_cell: int = Field(default=5, ge=1, le=1000)


class DkimSettings(_Group):
    """Which keys sign, by their selectors; the key files are in the folder `dkim/`."""

    selectors: Annotated[tuple[Selector, ...], NoDecode, BeforeValidator(_split)] = ()
    domain: Line = ""


class SubscribeSettings(_Group):
    """Who may subscribe by the form, and how often it answers."""

    open: bool = True
    allow_domains: Annotated[tuple[Domain, ...], NoDecode, BeforeValidator(_split)] = ()
    block_domains: Annotated[tuple[Domain, ...], NoDecode, BeforeValidator(_split)] = ()
    sector_domains: dict[Slug, tuple[Domain, ...]] = {}
    requests_an_hour: int = Field(default=60, ge=1, le=100_000)


class RetentionSettings(_Group):
    """For how many days personal data is kept; 0 keeps it."""

    requests: int = Field(default=30, ge=8, le=3650)
    left: int = Field(default=730, ge=0, le=36500)
    mails: int = Field(default=400, ge=0, le=36500)
    letters: int = Field(default=90, ge=8, le=36500)
    audit: int = Field(default=2190, ge=0, le=36500)
    bounces: int = Field(default=400, ge=90, le=36500)
    unmatched: int = Field(default=90, ge=8, le=36500)
    handled: int = Field(default=730, ge=365, le=36500)


class ArchiveSettings(_Group):
    """What the public archive shows."""

    open: bool = True
    aimed: bool = False
    contacts: bool = True


class PaletteSettings(_Group):
    """Colours that replace the defaults of one colour scheme."""

    page: Colour | None = None
    card: Colour | None = None
    text: Colour | None = None
    quiet: Colour | None = None
    accent: Colour | None = None
    tint: Colour | None = None
    on_accent: Colour | None = None


class BrandSettings(_Group):
    """Who publishes, and in which colours."""

    organisation: Line = "The Local Partnerships team"
    postal_address: Line = "1 Example Street, Exampleton EX1 1EX"
    website: Line = ""
    logo: Path | None = None
    logo_alt: Line = ""
    footer_note: Line = ""
    light: PaletteSettings = PaletteSettings()
    dark: PaletteSettings = PaletteSettings()


class PublicationSettings(_Group):
    """What a person can subscribe to."""

    name: Line
    description: Line = ""
    quarterly: str = ""

    @field_validator("quarterly")
    @classmethod
    def _rule(cls, value: str) -> str:
        if value:
            QuarterDay.parse(value)
        return value


class SegmentSettings(_Group):
    """A named choice over facets. Empty means everyone."""

    sectors: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    except_sectors: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()


class FacetSettings(_Group):
    """The sectors and regions a subscriber can have: slug and label."""

    sectors: dict[Slug, Line] = {facet.slug: facet.label for facet in DEFAULT_SECTORS}
    regions: dict[Slug, Line] = {facet.slug: facet.label for facet in DEFAULT_REGIONS}

    @field_validator("regions")
    @classmethod
    def _has_national(cls, value: dict[str, str]) -> dict[str, str]:
        if NATIONAL not in value:
            raise ValueError(f'add "{NATIONAL}", which matches every region')
        return value


class Settings(BaseSettings):
    """Everything a workspace decides. The environment wins over the file."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=_PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
    )
    SECRETS: ClassVar[tuple[str, ...]] = (
        "secret_key",
        "relay.password",
        "bounces.password",
        "bounces.mailgun_key",
        "bounces.postmark_password",
    )

    mode: Mode = Mode.SAFE
    safe_allow: Annotated[tuple[MailAddress, ...], NoDecode, BeforeValidator(_split)] = ()
    secret_key: SecretStr = SecretStr("")
    database: DatabaseSettings = DatabaseSettings()
    sender: SenderSettings = SenderSettings()
    web: WebSettings = WebSettings()
    relay: RelaySettings = RelaySettings()
    delivery: DeliverySettings = DeliverySettings()
    breaker: BreakerSettings = BreakerSettings()
    pacing: PacingSettings = PacingSettings()
    hours: HoursSettings = HoursSettings()
    dkim: DkimSettings = DkimSettings()
    report: ReportSettings = ReportSettings()
    bounces: BounceSettings = BounceSettings()
    subscribe: SubscribeSettings = SubscribeSettings()
    retention: RetentionSettings = RetentionSettings()
    archive: ArchiveSettings = ArchiveSettings()
    brand: BrandSettings = BrandSettings()
    publications: dict[Slug, PublicationSettings] = Field(min_length=1)
    facets: FacetSettings = FacetSettings()
    segments: dict[Slug, SegmentSettings] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the secrets file, then what the settings file gave as arguments."""
        return env_settings, dotenv_settings, init_settings

    @field_validator("secret_key")
    @classmethod
    def _is_strong(cls, value: SecretStr) -> SecretStr:
        if any(len(key.strip()) < 32 for key in value.get_secret_value().split(",") if key.strip()):
            raise ValueError("needs at least 32 characters; `openssl rand -hex 32` makes one")
        return value


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
            str(error),
            "write it as JSON, or set it in the file",
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
        raise SettingsError(
            "settings-unreadable", str(path), f"not valid TOML: {error}", "mend the file"
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
        name = variable.removeprefix(_PREFIX)
        known = name in groups or name in _OTHER_VARIABLES or name.partition("_")[0] in groups
        if variable.startswith(_PREFIX) and not known:
            near = difflib.get_close_matches(name, groups, n=1)
            hint = f"did you mean {_PREFIX}{near[0]}?" if near else "unset it"
            raise SettingsError("settings-invalid", variable, "is not a known variable", hint)


def _explain(path: Path, error: ValidationError) -> tuple[str, str, str]:
    """Subject, what and remedy of all faults; the first names the key, the rest follow line by line."""
    sentences = [_sentence(fault) for fault in error.errors()]
    (subject, what, remedy), rest = sentences[0], sentences[1:]
    more = "".join(f"\n{path.name}: {s}: {w}; {r}" for s, w, r in rest)
    return f"{path.name}: {subject}", what, remedy + more


def _sentence(fault: ErrorDetails) -> tuple[str, str, str]:
    location = [str(part) for part in fault["loc"]]
    key = ".".join(location) or "settings"
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(location[-1], _names_beside(location), n=1)
        return key, "is not a known key", f'did you mean "{near[0]}"?' if near else "remove it"
    if fault["type"] == "missing":
        return key, "is missing", "add it"
    hidden = key in Settings.SECRETS or isinstance(fault["input"], dict)
    shown = "(hidden)" if hidden else repr(fault["input"])
    message = str(fault["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return key, f"the value {shown} is not allowed", message


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
