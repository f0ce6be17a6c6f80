"""A segment selects the same people as a predicate and as SQL, on both engines."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from subscribers import store
from subscribers.address import Address
from subscribers.facets import NATIONAL, FacetSet
from subscribers.lifecycle import Status
from subscribers.models import Subscriber
from subscribers.segment import Segment
from subscribers.segment_condition import condition_of

if TYPE_CHECKING:
    from datetime import datetime

    from subscribers.database import Database

SECTORS = ("", "health", "education")
REGIONS = ("wales", "london", NATIONAL)
REGION_SETS = [frozenset(some) for n in range(3) for some in combinations(REGIONS, n)]
HELD = [FacetSet(sector, regions) for sector, regions in product(SECTORS, REGION_SETS)]


@pytest.fixture
def everybody(database: Database, now: datetime) -> dict[int, FacetSet]:
    """One person for each facet set."""
    found: dict[int, FacetSet] = {}
    with database.write() as connection:
        for n, held in enumerate(HELD):
            mailbox = f"reader{n}@example.org"
            address = Address(mailbox, mailbox)
            found[store.add_person(connection, address, "", "", held, Status.ACTIVE, now)] = held
    return found


def some(words: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words), max_size=2)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(some(SECTORS[1:]), some(REGIONS), some(SECTORS[1:]), some(REGIONS))
def test_the_sql_selects_exactly_whom_the_predicate_selects(
    database: Database,
    everybody: dict[int, FacetSet],
    sectors: frozenset[str],
    regions: frozenset[str],
    except_sectors: frozenset[str],
    except_regions: frozenset[str],
) -> None:
    segment = Segment("some", sectors, regions, except_sectors, except_regions)
    with database.read() as connection:
        selected = set(connection.scalars(select(Subscriber.id).where(condition_of(segment))))
    assert selected == {key for key, held in everybody.items() if segment.selects(held)}


@pytest.mark.parametrize(("named", "stays"), [("wales", True), (NATIONAL, False)])
def test_a_national_reader_is_left_out_only_by_naming_national(named: str, *, stays: bool) -> None:
    held = FacetSet("health", frozenset({NATIONAL}))
    assert Segment("some", except_regions=frozenset({named})).selects(held) is stays
