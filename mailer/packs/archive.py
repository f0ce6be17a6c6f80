"""A pack as a ZIP, with what may be passed on at a moment. Pure: bytes come out, and the moment is given.

The same content gives the same bytes, so that a partner's copy can be compared with ours: entries stand in
the order of their names, bear the pack's date, and are stored as they are, since pictures and PDFs are
compressed already and no two versions of a compressor agree.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Final

from mailer.packs.availability import Available, Withdrawn, availability
from mailer.packs.copy_texts import write_copy_texts
from mailer.packs.manifest import asset_path, write_manifest

if TYPE_CHECKING:
    import datetime as dt

    from mailer.content.pack import Pack

MANIFEST: Final = "manifest.json"

_UNIX = 3
_READABLE_FILE = 0o100644 << 16


def build_archive(pack: Pack, now: dt.datetime) -> bytes:
    """The ZIP of a pack at an aware moment. All of it lies in one folder, named for the pack."""
    states = [(asset, availability(asset, now)) for asset in pack.assets]
    held = [asset for asset, state in states if isinstance(state, Available)]
    withdrawn = [asset for asset, state in states if isinstance(state, Withdrawn)]
    files = write_copy_texts(pack, held, withdrawn)
    manifest = write_manifest(pack, held, withdrawn, files)
    files[MANIFEST] = f"{json.dumps(manifest, ensure_ascii=False, indent=2)}\n".encode()
    files |= {asset_path(asset): asset.file.data for asset in held if asset.file}
    folder = pack.name.replace("/", "-")
    return _zip({f"{folder}/{name}": data for name, data in files.items()}, pack.date)


def _zip(files: dict[str, bytes], date: dt.date) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
            entry.create_system, entry.external_attr = _UNIX, _READABLE_FILE
            archive.writestr(entry, data)
    return out.getvalue()
