"""The assets of a pack: its file says what each is, and each file is opened to see that it is so.

An adapter: it reads files, and nothing outside the pack's own folder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mailer.content import rules
from mailer.content.alt_text import is_file_name
from mailer.content.asset_name import ALLOWED, name_fault, suggest_name
from mailer.content.markdown import link_fault
from mailer.content.nearness import suggest
from mailer.content.pack import Asset, AssetFile, AssetKind
from mailer.content.picture import PictureFault, examine, tells_place
from mailer.content.reader import slugify
from scheduler.local_time import moment, oddity

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from mailer.content.front_matter import Fields
    from mailer.content.problem import Findings

ASSETS: Final = "assets"
MAX_ASSETS: Final = 50
MAX_FILE_BYTES: Final = 20_000_000
MAX_PACK_BYTES: Final = 60_000_000

_KEYS = (
    "file", "url", "title", "alt", "licence", "credit", "embargo", "expires", "withdrawn",
)  # fmt: skip
_ENDINGS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "application/pdf": ("pdf",),
}
_PICTURES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
# A PDF may have a few bytes before and after it (ISO 32000-1, appendix H.3).
_PDF_MARGIN = 1024


@dataclass(frozen=True, slots=True)
class _Source:
    """One asset's keys, and where its file would be."""

    fields: Fields
    folder: Path
    zone: ZoneInfo
    findings: Findings


def read_assets(
    fields: Fields, folder: Path, zone: ZoneInfo, findings: Findings
) -> tuple[Asset, ...]:
    """The assets that `fields` lists, with their files from `folder`; faults go to the findings.

    Times are those of clocks in `zone`.
    """
    assets: list[Asset] = []
    named: dict[str, str] = {}
    for each in fields.mappings("assets"):
        asset = _read_asset(_Source(each, folder, zone, findings))
        key = asset.name.casefold()
        if asset.name and key in named:
            # Two names that differ in case alone are one file on a Mac or on Windows.
            findings.broken(
                rules.ASSET_TWICE,
                each.line("file"),
                f'asset "{asset.name}" is there twice (as {named[key]})',
                "keep one, or rename the other",
            )
        named.setdefault(key, asset.name)
        assets.append(asset)
    _check_sizes(assets, fields.line("assets"), findings)
    _check_unlisted(folder, named, fields.line("assets"), findings)
    return tuple(assets)


def _read_asset(source: _Source) -> Asset:
    fields = source.fields
    fields.refuse_unknown(_KEYS)
    title = fields.text("title", required=True)
    withdrawn = fields.text("withdrawn") or None
    file, url = None, None
    if ("file" in fields) == ("url" in fields):
        source.findings.broken(
            rules.FRONT_MATTER,
            fields.line("file"),
            "an asset has neither a file nor an address, or both",
            'give "file" for a picture or PDF, or "url" for a video',
        )
        name = ""
    elif "url" in fields:
        name, url = slugify(title), _read_video(source)
    else:
        name = fields.text("file", required=True)
        # What is withdrawn may have been deleted, too.
        file = _read_file(name, source) if withdrawn is None else None
    alt = fields.text("alt", required=True)
    if is_file_name(alt):
        source.findings.broken(
            rules.IMAGE_ALT_FILE_NAME,
            fields.line("alt"),
            f'alt "{alt}" says no more than a file name',
            "say what it shows",
        )
    return Asset(
        name=name,
        title=title,
        alt=alt,
        kind=_kind(file, url, name),
        licence=fields.text("licence", required=True),
        credit=fields.text("credit"),
        file=file,
        url=url,
        withdrawn=withdrawn,
        **_times(source),
    )


def _kind(file: AssetFile | None, url: str | None, name: str) -> AssetKind:
    if url is not None:
        return AssetKind.VIDEO
    is_pdf = file.media_type == "application/pdf" if file else name.lower().endswith(".pdf")
    return AssetKind.PDF if is_pdf else AssetKind.IMAGE


def _read_video(source: _Source) -> str:
    url = source.fields.text("url", required=True)
    fault = link_fault(url) if url else None
    if url and (fault or urlsplit(url).scheme != "https"):
        source.findings.broken(
            rules.LINK_TARGET,
            source.fields.line("url"),
            f'video "{url}" {fault or "is not an https link"}',
            "give a full https:// address",
        )
    return url


def _times(source: _Source) -> dict[str, dt.datetime | None]:
    times = {key: _read_moment(key, source) for key in ("embargo", "expires")}
    embargo, expires = times["embargo"], times["expires"]
    if embargo and expires and expires <= embargo:
        source.findings.broken(
            rules.ASSET_TIMES,
            source.fields.line("expires"),
            "it expires before its embargo is over",
            "give a later time",
        )
    return times


def _read_moment(key: str, source: _Source) -> dt.datetime | None:
    local = source.fields.local_time(key)
    if local is None:
        return None
    odd = oddity(local, source.zone)
    if odd:
        line = source.fields.line(key)
        source.findings.broken(rules.ASSET_CLOCKS, line, f'"{key}": {odd}', "give another time")
    return moment(local, source.zone)


def _read_file(name: str, source: _Source) -> AssetFile | None:
    line, findings = source.fields.line("file"), source.findings
    fault = name_fault(name) if name else None
    if fault:
        better = suggest_name(name)
        remedy = f'rename it "{better}"' if better else f"use {ALLOWED}"
        findings.broken(rules.ASSET_NAME, line, f'asset "{name}" {fault}', remedy)
    if fault or not name:
        return None
    data = _read_bytes(name, source)
    if data is None:
        return None
    file = _examine(data)
    if isinstance(file, PictureFault):
        findings.broken(rules.ASSET_FORMAT, line, f"asset {ASSETS}/{name} {file.what}", file.remedy)
        return None
    endings = _ENDINGS[file.media_type]
    if name.lower().rpartition(".")[2] not in endings:
        findings.broken(
            rules.ASSET_FORMAT,
            line,
            f"asset {ASSETS}/{name} is {file.media_type} under another ending",
            f"end its name in .{endings[0]}",
        )
    if file.width and tells_place(data):
        findings.broken(
            rules.ASSET_PLACE,
            line,
            f"asset {ASSETS}/{name} tells where it was taken",
            "save it without its camera's notes, unless that is meant",
        )
    return file


def _read_bytes(name: str, source: _Source) -> bytes | None:
    line, findings = source.fields.line("file"), source.findings
    path = source.folder.parent.resolve() / ASSETS / name
    if path.resolve() != path:
        # A link within the folder would be one file under two names; one that leads out, anything at all.
        findings.broken(
            rules.ASSET_OUTSIDE, line, f"asset {ASSETS}/{name} is a link", "copy the file itself"
        )
        return None
    names = [each.name for each in sorted(path.parent.glob("*"))]
    what, remedy = "does not exist", suggest(name, names, "add it or remove the asset")
    try:
        # Asked before it is opened: to open a pipe is to wait for whoever writes into it.
        if path.is_file():
            with path.open("rb") as opened:
                return opened.read(MAX_FILE_BYTES + 1)
        if path.exists():
            what, remedy = "is no file", "put a file there"
    except OSError as error:
        what, remedy = f"can't be read ({error.strerror})", "check the file"
    findings.broken(rules.ASSET_MISSING, line, f"asset {ASSETS}/{name} {what}", remedy)
    return None


def _examine(data: bytes) -> AssetFile | PictureFault:
    checksum = hashlib.sha256(data).hexdigest()
    if len(data) > MAX_FILE_BYTES:
        most = f"{MAX_FILE_BYTES / 1e6:.0f} MB"
        return PictureFault(f"has more than {most}", f"save it with at most {most}")
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:_PDF_MARGIN]:
        if b"%%EOF" not in data[-_PDF_MARGIN:]:
            return PictureFault("is a PDF without an end", "save it again")
        return AssetFile("application/pdf", checksum, data)
    found = examine(data)
    if isinstance(found, PictureFault):
        return PictureFault(
            found.what.replace("is not a picture", "is neither a picture nor a PDF"), found.remedy
        )
    media_type = _PICTURES[found.media_name.rpartition(".")[2]]
    return AssetFile(media_type, checksum, data, found.width, found.height)


def _check_sizes(assets: list[Asset], line: int, findings: Findings) -> None:
    total = sum(asset.file.size for asset in assets if asset.file)
    if len(assets) > MAX_ASSETS:
        findings.broken(
            rules.ASSET_SIZE,
            line,
            f"the pack has {len(assets)} assets",
            f"keep {MAX_ASSETS} at most",
        )
    if total > MAX_PACK_BYTES:
        findings.broken(
            rules.ASSET_SIZE,
            line,
            f"the assets have {total / 1e6:.0f} MB together",
            f"keep them within {MAX_PACK_BYTES / 1e6:.0f} MB",
        )


def _check_unlisted(folder: Path, named: dict[str, str], line: int, findings: Findings) -> None:
    """Tell of files that nobody would get."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.casefold() not in named and not path.name.startswith("."):
            findings.broken(
                rules.ASSET_UNLISTED,
                line,
                f'"{ASSETS}/{path.name}" is not listed',
                'list it under "assets", or delete it',
            )
