from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.lifecycle import TRANSITIONS, EventKind, LifecycleError, Status, after

BY_THE_PERSON = {EventKind.SUBSCRIBED, EventKind.CONFIRMED}


def test_somebody_who_subscribes_is_active_only_after_confirming() -> None:
    pending = after(None, EventKind.SUBSCRIBED, "a@example.org")
    assert pending is Status.PENDING
    assert after(pending, EventKind.CONFIRMED, "a@example.org") is Status.ACTIVE


@pytest.mark.parametrize("happening", [EventKind.IMPORTED, EventKind.ADDED, EventKind.CHANGED])
def test_the_partnership_cannot_bring_back_who_left(happening: EventKind) -> None:
    with pytest.raises(
        LifecycleError, match=r"a@example\.org: cannot be .*: the subscriber is left"
    ):
        after(Status.LEFT, happening, "a@example.org")


@given(st.lists(st.sampled_from([one for one in EventKind if one not in BY_THE_PERSON])))
def test_nothing_but_the_persons_own_doing_leads_away_from_left(
    happenings: list[EventKind],
) -> None:
    status = Status.LEFT
    for happening in happenings:
        if (status, happening) in TRANSITIONS:
            status = after(status, happening, "a@example.org")
    assert status is Status.LEFT


@pytest.mark.parametrize(("status", "happening"), list(product([None, *Status], EventKind)))
def test_a_transition_leads_where_the_table_says_or_is_refused(
    status: Status | None, happening: EventKind
) -> None:
    if (status, happening) in TRANSITIONS:
        assert after(status, happening, "x") is TRANSITIONS[status, happening]
    else:
        with pytest.raises(LifecycleError):
            after(status, happening, "x")
