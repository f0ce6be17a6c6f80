from __future__ import annotations

from mailer.reporting.reach import hide_small, tabulate
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, FacetSet, Vocabulary

VOCABULARY = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, ())


def held(sector: str, *regions: str) -> FacetSet:
    return FacetSet(sector, frozenset(regions))


def test_rows_and_columns_are_in_the_order_of_the_vocabulary_with_the_unstated_last() -> None:
    table = tabulate(
        {held("health", "wales"): 3, held("law-enforcement", "london"): 2, held(""): 1}, VOCABULARY
    )
    assert table.sectors == ["Law enforcement", "Health", "Not stated"]
    assert table.regions == ["London", "Wales", "Not stated"]
    assert table.rows == [[2, 0, 0, 2], [0, 3, 0, 3], [0, 0, 1, 1], [2, 3, 1, 6]]


def test_who_has_two_regions_is_in_both_rows_and_once_among_everyone() -> None:
    table = tabulate({held("health", "wales", "london"): 4}, VOCABULARY)
    assert table.rows == [[4, 4], [4, 4], [4, 4]]


def test_a_word_that_has_gone_from_the_settings_is_shown_as_it_was() -> None:
    table = tabulate({held("navy", "atlantis"): 1}, VOCABULARY)
    assert (table.sectors, table.regions) == (["navy"], ["atlantis"])


def test_small_counts_are_masked_with_what_would_give_them_away() -> None:
    counts = {
        held("health", "wales"): 2,
        held("health", "london"): 40,
        held("education", "wales"): 30,
        held("education", "london"): 50,
    }
    table = hide_small(tabulate(counts, VOCABULARY), 5)
    assert table is not None
    assert table.is_masked
    # 2 = 42 - 40 = 32 - 30: the neighbours go too.
    assert table.rows == [[None, None, 90], [None, None, 32], [42, 80, 122]]


def test_a_list_of_three_people_has_no_table_to_pass_on() -> None:
    assert hide_small(tabulate({held("health", "wales"): 3}, VOCABULARY), 5) is None
