"""Keeps what was let pass. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from mailer.checks.models import CheckOverride
from mailer.checks.override import Override, evidence_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from mailer.content.problem import Problem
    from mailer.content.source_text import Source


def overrides_of(connection: Connection, content: str) -> list[Override]:
    """What was let pass of an edition or pack and has not been ended, oldest first."""
    table = CheckOverride
    rows = connection.execute(
        select(
            table.id, table.rule, table.path, table.evidence, table.what, table.reason, table.actor, table.at
        )
        .where(table.content == content, table.ended_at.is_(None))
        .order_by(table.id)
    )  # fmt: skip
    return [Override(*row) for row in rows]


def record_overrides(
    connection: Connection,
    content: str,
    problems: Iterable[Problem],
    sources: Sequence[Source],
    reason: str,
    actor: str,
    now: dt.datetime,
) -> int:
    """Let findings pass, each by the text that it is about; returns how many texts that are."""
    known = {each.evidence for each in overrides_of(connection, content)}
    rows = {
        evidence: {
            "content": content,
            "rule": problem.rule.name,
            "path": str(problem.path),
            "evidence": evidence,
            "what": problem.what,
            "reason": reason,
            "actor": actor,
            "at": now,
        }
        for problem in problems
        if (evidence := evidence_of(problem, sources)) not in known
    }
    if rows:
        connection.execute(insert(CheckOverride), list(rows.values()))
    return len(rows)


def end_overrides(
    connection: Connection, numbers: Iterable[int], actor: str, now: dt.datetime
) -> None:
    """Let findings pass no more."""
    connection.execute(
        update(CheckOverride)
        .where(CheckOverride.id.in_(list(numbers)))
        .values(ended_at=now, ended_by=actor)
    )
