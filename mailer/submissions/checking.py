"""Which articles of an edition nobody has signed off as they stand. Reads and never writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.submissions import sign_offs, store
from mailer.submissions.sign_off import pieces_of, unsigned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.content.edition import Edition
    from mailer.content.problem import Problem
    from mailer.content.source_text import Source
    from mailer.submissions.sign_off import Piece, SignOff
    from subscribers.database import Database


def check_sign_offs(
    database: Database, edition: Edition, sources: Sequence[Source]
) -> list[Problem]:
    """What lacks a sign-off. A database that isn't there yet holds none, and no partner's article."""
    pieces, entries = standing(database, edition, sources)
    return list(unsigned(pieces, entries))


def standing(
    database: Database, edition: Edition, sources: Sequence[Source]
) -> tuple[list[Piece], list[SignOff]]:
    """The articles as they stand now, and every entry about them, oldest first."""
    if not database.exists():
        return pieces_of(edition, sources, frozenset()), []
    database.check_schema()
    with database.read() as connection:
        partners = store.slugs_from_partners(connection, edition.slug)
        entries = sign_offs.of_edition(connection, edition.slug)
    return pieces_of(edition, sources, partners), entries
