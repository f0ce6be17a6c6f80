"""The queries over published packs and withdrawn assets. Takes a connection and never commits."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - part of the public values
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from mailer.packs.models import PublishedPack, WithdrawnAsset
from mailer.packs.snapshot import read_snapshot

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailer.content.pack import Pack
    from mailer.packs.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Listed:
    """A published pack as lists show it."""

    name: str
    publication: str
    title: str
    dated: dt.date
    language: str
    summary: str
    published_at: dt.datetime


_LISTED = (
    PublishedPack.name,
    PublishedPack.publication,
    PublishedPack.title,
    PublishedPack.dated,
    PublishedPack.language,
    PublishedPack.summary,
    PublishedPack.published_at,
)


def put(connection: Connection, pack: Pack, content: str, now: dt.datetime) -> None:
    """Publish a pack, in the place of what was published of it before."""
    remove(connection, pack.name)
    connection.execute(
        insert(PublishedPack).values(
            name=pack.name,
            publication=pack.publication,
            title=pack.title,
            dated=pack.date,
            language=pack.language,
            summary=pack.messages[0],
            content=content,
            published_at=now,
        )
    )


def remove(connection: Connection, name: str) -> bool:
    """Take a pack down; False when it is not up."""
    gone = delete(PublishedPack).where(PublishedPack.name == name)
    return connection.execute(gone).rowcount == 1


def list_published(connection: Connection) -> list[Listed]:
    """Every published pack, newest first."""
    newest = (PublishedPack.dated.desc(), PublishedPack.id.desc())
    return [Listed(*row) for row in connection.execute(select(*_LISTED).order_by(*newest))]


def names_of(connection: Connection, publication: str) -> list[str]:
    """The names of the packs of a publication that are up."""
    names = select(PublishedPack.name).where(PublishedPack.publication == publication)
    return list(connection.scalars(names))


def find(connection: Connection, name: str) -> Snapshot | None:
    """A published pack as it stands, with what was withdrawn from it since."""
    query = select(PublishedPack.content).where(PublishedPack.name == name)
    content = connection.scalar(query)
    if content is None:
        return None
    return read_snapshot(content).withdraw(withdrawals(connection, name))


def withdrawals(connection: Connection, pack: str) -> dict[str, str]:
    """The assets of a pack that were withdrawn, with the reasons."""
    columns = select(WithdrawnAsset.asset, WithdrawnAsset.reason)
    rows = connection.execute(columns.where(WithdrawnAsset.pack == pack))
    return {row[0]: row[1] for row in rows}


def withdraw(
    connection: Connection, pack: str, asset: str, reason: str, actor: str, now: dt.datetime
) -> None:
    """Put on record that an asset is withdrawn, and why; again gives another reason."""
    mine = WithdrawnAsset.pack == pack, WithdrawnAsset.asset == asset
    connection.execute(delete(WithdrawnAsset).where(*mine))
    made = insert(WithdrawnAsset).values(
        pack=pack, asset=asset, reason=reason, actor=actor, withdrawn_at=now
    )
    connection.execute(made)
