"""Schedules, and what becomes of them, in words for people and as data for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from mailer.cli.prospect import Prospect
    from scheduler.claiming import Noted
    from scheduler.outlook import Upcoming
    from scheduler.schedule import Occurrence, Schedule
    from scheduler.timetable import Blackout


def when(schedule: Schedule, at: dt.datetime) -> str:
    """A moment on the clocks of the schedule's place: `Tue 12 Jan 2027 09:30 GMT`."""
    return f"{at.astimezone(schedule.timetable.zone):%a %-d %b %Y %H:%M %Z}"


def rule_in_words(schedule: Schedule) -> str:
    """What it sends when."""
    plan = schedule.plan
    return f"{plan.publication} to {plan.segment}, {plan.in_words} ({plan.zone})"


def noted_in_words(noted: Noted, now: dt.datetime) -> str:
    """What became of an occurrence, on one line."""
    occurrence = noted.occurrence
    told = f": {occurrence.remark}" if occurrence.remark else ""
    name = f"{noted.schedule}, {noted.schedule.plan.publication} of {occurrence.nominal:%-d %B %Y}"
    return f"{when(noted.schedule, now)}  {name}: {occurrence.state}{told}"


def reach_in_words(regions: frozenset[str]) -> str:
    """Whom a blackout keeps mail from."""
    return ", ".join(sorted(regions)) or "anybody"


def schedule_data(schedule: Schedule) -> dict[str, Any]:
    """A schedule as data for scripts."""
    plan = schedule.plan
    return {
        "schedule": schedule.id,
        "publication": plan.publication,
        "segment": plan.segment,
        "kind": plan.kind,
        "rule": plan.rule,
        "at": plan.at or None,
        "zone": plan.zone,
        "days_off": plan.days,
        "nations": list(plan.nations),
        "grace_hours": plan.grace.total_seconds() / 3600,
        "state": schedule.state,
        "actor": schedule.actor,
        "created_at": schedule.created_at.isoformat(),
    }


def upcoming_data(schedule: Schedule, upcoming: Upcoming) -> dict[str, Any]:
    """An occurrence to come as data for scripts."""
    return {
        "schedule": schedule.id,
        "publication": schedule.plan.publication,
        "segment": schedule.plan.segment,
        "date": upcoming.nominal.date().isoformat(),
        "due_at": upcoming.due.at.isoformat(),
        "notes": list(upcoming.due.notes),
    }


def prospect_data(prospect: Prospect) -> dict[str, Any]:
    """What is there for an occurrence to come, as data for scripts."""
    return {
        "edition": ", ".join(prospect.names) or None,
        "state": prospect.standing,
        "why": prospect.why or None,
    }


def occurrence_data(occurrence: Occurrence) -> dict[str, Any]:
    """An occurrence on record as data for scripts."""
    return {
        "schedule": occurrence.schedule_id,
        "date": occurrence.nominal.date().isoformat(),
        "due_at": occurrence.due_at.isoformat(),
        "state": occurrence.state,
        "remark": occurrence.remark,
        "attempts": occurrence.attempts,
        "ended_at": occurrence.ended_at.isoformat() if occurrence.ended_at else None,
    }


def blackout_data(blackout: Blackout) -> dict[str, Any]:
    """A blackout as data for scripts."""
    return {
        "blackout": blackout.id,
        "from": blackout.starts.isoformat(),
        "to": blackout.ends.isoformat(),
        "regions": sorted(blackout.regions),
        "reason": blackout.reason,
    }
