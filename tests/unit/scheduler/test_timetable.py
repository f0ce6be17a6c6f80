"""From a rule to the moments at which something goes out: the place's clock, days off, blackouts."""

from __future__ import annotations

import datetime as dt
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from scheduler.bank_holidays import Nation
from scheduler.schedule import Kind, Plan, ScheduleError, timetable
from scheduler.timetable import Blackout, Due, Timetable
from scheduler.working_days import DayRule
from tests.quarters import AT, BANK_HOLIDAYS, CASES

BEGIN = dt.datetime(2024, 1, 1)
LONDON = ZoneInfo("Europe/London")


def quarterly(words: str, at: str = "09:30", days: DayRule = DayRule.NEXT) -> Timetable:
    return timetable(Plan("bulletin", "everyone", Kind.QUARTERLY, words, at, days=days))


def cron(expression: str, days: DayRule = DayRule.KEEP) -> Timetable:
    return timetable(Plan("bulletin", "everyone", Kind.CRON, expression, days=days))


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc] # mypy sees no more than it must


def period(starts: str, ends: str, *regions: str) -> Blackout:
    first, last = dt.date.fromisoformat(starts), dt.date.fromisoformat(ends)
    return Blackout(1, first, last, frozenset(regions), "the pre-election period")


periods = st.builds(
    lambda start, days: Blackout(1, start, start + dt.timedelta(days), frozenset(), "rest"),
    st.dates(dt.date(2026, 1, 1), dt.date(2027, 6, 1)),
    st.integers(0, 60),
)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 6, 1)).map(
    lambda local: local.replace(tzinfo=dt.UTC, microsecond=0)
)


def moved_in_england(day: dt.date, days: DayRule) -> dt.date | None:
    """Where a day ends up, by the independent list of days off."""
    step = dt.timedelta(days=-1 if days is DayRule.PREVIOUS else 1)
    is_off = day in BANK_HOLIDAYS or day.weekday() > 4
    if days is DayRule.SKIP:
        return None if is_off else day
    while days is not DayRule.KEEP and (day in BANK_HOLIDAYS or day.weekday() > 4):
        day += step
    return day


@pytest.mark.parametrize("days", DayRule)
def test_every_rule_of_every_quarter_from_2024_to_2036_is_as_independent_libraries_have_it_in_london(
    days: DayRule,
) -> None:
    london = tz.gettz("Europe/London")
    for case in CASES:
        moved = (moved_in_england(each.date(), days) for each in case.expected_in_england)
        local = [dt.datetime.combine(day, AT, london) for day in moved if day]
        series = quarterly(case.words, days=days).after(dt.datetime(2023, 12, 31, 23, 59))
        found = list(takewhile(lambda each: each.nominal.year < 2037, series))
        assert [each.due.at for each in found] == [each.astimezone(dt.UTC) for each in local], case
        assert len(found) == 52 or days is DayRule.SKIP


# First Mondays of the second month (May Day is one) and first days of the quarter (New Year is one), as a
# team would look them up: what is meant, and where "next" and "previous" bring it.
MOVED = [
    ("first monday of the second month", 2027, "05-03", "05-04", "04-30"),
    ("first monday of the second month", 2026, "05-04", "05-05", "05-01"),
    ("1st", 2027, "01-01", "01-04", "2026-12-31"),
    ("1st", 2028, "01-01", "01-04", "2027-12-31"),
    ("last friday of the third month", 2027, "03-26", "03-30", "03-25"),
    ("last day", 2026, "01-31", "02-02", "01-30"),
]


@pytest.mark.parametrize(("words", "year", "nominal", "later", "earlier"), MOVED)
def test_a_holiday_moves_it_as_the_team_has_chosen(
    words: str, year: int, nominal: str, later: str, earlier: str
) -> None:
    found = {}
    for days in DayRule:
        series = islice(quarterly(words, days=days).after(dt.datetime(year - 1, 12, 31, 12)), 4)
        meant = dt.datetime.fromisoformat(f"{year}-{nominal}T09:30")
        found[days] = next((p for p in series if p.nominal == meant), None)
    local = {
        d: p.due.at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") for d, p in found.items() if p
    }
    earlier = earlier if len(earlier) > 5 else f"{year}-{earlier}"
    assert local == {
        DayRule.NEXT: f"{year}-{later} 09:30",
        DayRule.PREVIOUS: f"{earlier} 09:30",
        DayRule.KEEP: f"{year}-{nominal} 09:30",
    }
    assert "moved from" in "".join(found[DayRule.NEXT].due.notes)


def test_a_working_day_rule_knows_the_holidays_of_its_nations() -> None:
    plan = Plan("b", "s", Kind.QUARTERLY, "first working day", "09:30", nations=(Nation.SCOTLAND,))
    scottish = next(timetable(plan).after(dt.datetime(2026, 12, 31)))
    english = next(quarterly("first working day").after(dt.datetime(2026, 12, 31)))
    assert english.due.at == utc(2027, 1, 4, 9, 30)
    assert scottish.due.at == utc(2027, 1, 5, 9, 30)


def test_both_changes_of_clocks_are_told_and_kept_in_order() -> None:
    series = cron("30 1 * * *").after(dt.datetime(2027, 3, 27, 12))
    forward = next(series)
    assert forward.due.at == utc(2027, 3, 28, 1, 30)
    assert "doesn't exist" in forward.due.notes[0]
    assert next(series).due.at == utc(2027, 3, 29, 0, 30)
    back = next(cron("30 1 * * *").after(dt.datetime(2027, 10, 30, 12)))
    assert back.due.at == utc(2027, 10, 31, 0, 30)
    assert "comes twice" in back.due.notes[0]


SERIES = [
    *(("0 * * * *", days) for days in (DayRule.KEEP, DayRule.SKIP)),
    *(("15 */6 * * *", days) for days in (DayRule.KEEP, DayRule.SKIP)),
    *(("30 1 * * *", days) for days in DayRule),
    *(("0 9 * * *", days) for days in DayRule),
]


@given(st.sampled_from(SERIES), st.integers(0, 400))
def test_a_series_never_runs_backwards_and_never_names_a_time_twice(
    series: tuple[str, DayRule], begin: int
) -> None:
    start = dt.datetime(2027, 1, 1) + dt.timedelta(days=begin)
    found = list(islice(cron(*series).after(start), 60))
    assert [p.due.at for p in found] == sorted(p.due.at for p in found)
    assert len({p.nominal for p in found}) == 60


@given(st.integers(0, 2000), st.sampled_from(DayRule))
def test_asked_from_any_of_its_times_a_series_goes_on_the_same(begin: int, days: DayRule) -> None:
    start = dt.datetime(2026, 1, 1) + dt.timedelta(days=begin)
    whole = list(islice(quarterly("last friday of the third month", days=days).after(start), 6))
    rest = quarterly("last friday of the third month", days=days).after(whole[2].nominal)
    assert list(islice(rest, 3)) == whole[3:]


def test_a_rule_that_is_always_left_out_has_an_end() -> None:
    assert list(cron("0 9 * * sun", DayRule.SKIP).after(BEGIN)) == []


# ---- blackouts


def test_what_is_held_goes_on_the_first_working_day_after_and_says_so() -> None:
    held = quarterly("second tuesday").hold(
        Due(utc(2027, 4, 13, 8, 30)), [period("2027-03-22", "2027-05-06")]
    )
    assert held.at == utc(2027, 5, 7, 8, 30)
    assert held.notes == ("held by the pre-election period until Thursday 6 May 2027",)
    # 31 May is a bank holiday.
    longer = quarterly("second tuesday").hold(
        Due(utc(2027, 4, 13, 8, 30)), [period("2027-03-22", "2027-05-28")]
    )
    assert longer.at == utc(2027, 6, 1, 8, 30)


def test_periods_that_follow_each_other_hold_it_in_turn() -> None:
    one, other = period("2027-04-01", "2027-04-13"), period("2027-04-14", "2027-04-20")
    held = quarterly("second tuesday").hold(Due(utc(2027, 4, 13, 8, 30)), [other, one])
    assert held.at == utc(2027, 4, 21, 8, 30)
    assert len(held.notes) == 2


def test_the_first_and_the_last_day_are_held_and_the_days_beside_are_not() -> None:
    table, blackout = cron("0 9 * * *"), [period("2027-04-10", "2027-04-12")]
    times = {day: table.hold(Due(utc(2027, 4, day, 8)), blackout).at.day for day in range(9, 14)}
    assert times == {9: 9, 10: 13, 11: 13, 12: 13, 13: 13}


def test_midnight_is_the_place_s_own() -> None:
    # 23:30 UTC on 9 April is 00:30 on 10 April in London.
    table = cron("30 0 * * *")
    held = table.hold(Due(utc(2027, 4, 9, 23, 30)), [period("2027-04-10", "2027-04-10")])
    assert held.at == utc(2027, 4, 10, 23, 30)


@pytest.mark.parametrize(
    ("regions", "reached", "concerned"),
    [
        ((), ("wales",), True),
        ((), (), True),
        (("wales",), (), True),
        (("wales",), ("wales", "london"), True),
        (("wales",), ("london",), False),
    ],
)
def test_a_period_concerns_what_reaches_its_regions(
    regions: tuple[str, ...], reached: tuple[str, ...], concerned: bool
) -> None:
    blackout = period("2027-04-01", "2027-04-02", *regions)
    assert blackout.concerns(frozenset(reached)) is concerned


@given(moments, st.lists(periods, max_size=5), st.sampled_from(DayRule))
def test_nothing_goes_out_in_a_blackout_and_nothing_is_held_without_one(
    at: dt.datetime, blackouts: list[Blackout], days: DayRule
) -> None:
    table = quarterly("second tuesday", days=days)
    held = table.hold(Due(at), blackouts)
    day = table.local(held.at).date()
    assert not any(each.covers(day) for each in blackouts)
    assert held.at >= at
    if not any(each.covers(table.local(at).date()) for each in blackouts):
        assert held == Due(at)
    assert table.hold(held, blackouts) == held


# ---- plans


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan("b", "s", Kind.QUARTERLY, "some day", "09:30"), "schedule-rule"),
        (Plan("b", "s", Kind.QUARTERLY, "second tuesday", "25:00"), "schedule-rule"),
        (Plan("b", "s", Kind.QUARTERLY, "second tuesday", ""), "schedule-rule"),
        (Plan("b", "s", Kind.ONCE, "2027-02-30 09:30"), "schedule-rule"),
        (Plan("b", "s", Kind.ONCE, "2027-01-12"), "schedule-rule"),
        (Plan("b", "s", Kind.ONCE, "2027-01-12 09:30+01:00"), "schedule-rule"),
        (Plan("b", "s", Kind.CRON, "61 * * * *"), "schedule-rule"),
        (Plan("b", "s", Kind.CRON, "0 9,17 * * *", days=DayRule.NEXT), "schedule-rule"),
        (Plan("b", "s", Kind.CRON, "0 9 * * *", zone="Europe/Atlantis"), "zone-unknown"),
        (Plan("b", "s", Kind.CRON, "0 9 * * *", zone="../etc/passwd"), "zone-unknown"),
        (Plan("b", "s", Kind.CRON, "0 9 * * *", zone=""), "zone-unknown"),
    ],
)
def test_a_plan_that_means_nothing_is_refused(plan: Plan, code: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        timetable(plan)
    assert refused.value.code == code
    assert "give" in refused.value.remedy or "name" in refused.value.remedy


def test_a_time_that_is_none_is_named_rather_than_its_day() -> None:
    with pytest.raises(ScheduleError) as refused:
        timetable(Plan("b", "s", Kind.QUARTERLY, "third tuesday", "9.30"))
    told = '"9.30": is no time of the day; give a time of the day such as 09:30'
    assert str(refused.value) == told


@pytest.mark.parametrize("words", ["2027-01-12 09:30", "2027-01-12T9:30", " 2027-01-12  9:30:00 "])
def test_a_date_and_a_time_are_read_as_people_write_them(words: str) -> None:
    plan = Plan("b", "s", Kind.ONCE, words)
    assert [p.due.at for p in timetable(plan).after(BEGIN)] == [utc(2027, 1, 12, 9, 30)]


def test_another_time_zone_is_kept_as_well() -> None:
    plan = Plan("b", "s", Kind.ONCE, "2027-07-12 09:30", zone="Europe/Paris")
    assert next(timetable(plan).after(BEGIN)).due.at == utc(2027, 7, 12, 7, 30)
