"""Articles aimed at sectors and regions: who sees which edition."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from mailer.content.edition import Article, Edition, Section
from mailer.content.variant import variant_for, variants_by_facets, whole
from subscribers.facets import FacetSet

SECTORS = ("police", "health")
REGIONS = ("north", "south", "national")

aims = st.tuples(
    st.frozensets(st.sampled_from(SECTORS)), st.frozensets(st.sampled_from(REGIONS[:2]))
)
held = st.builds(
    FacetSet, st.sampled_from(SECTORS), st.frozensets(st.sampled_from(REGIONS), min_size=1)
)


def edition_of(chosen: list[tuple[frozenset[str], frozenset[str]]]) -> Edition:
    """An edition with an article for each aim, two to a section."""
    articles = [
        Article(f"a{i}", f"A{i}", f"S{i // 2}", i, "text", sectors=sectors, regions=regions)
        for i, (sectors, regions) in enumerate(chosen)
    ]
    sections = tuple(
        Section(title, title, False, tuple(a for a in articles if a.section == title))
        for title in dict.fromkeys(a.section for a in articles)
    )
    day = dt.date(2026, 10, 13)
    return Edition("e", "p", 1, day, "T", "", "S", "", "en-GB", "Welcome", sections)


@given(st.lists(aims, max_size=6), held)
def test_a_reader_gets_exactly_the_articles_aimed_at_them(
    chosen: list[tuple[frozenset[str], frozenset[str]]], reader: FacetSet
) -> None:
    seen = {article.slug for article in variant_for(edition_of(chosen), reader).edition.articles}
    for number, (sectors, regions) in enumerate(chosen):
        wanted = (not sectors or reader.sector in sectors) and (
            not regions or "national" in reader.regions or bool(regions & reader.regions)
        )
        assert (f"a{number}" in seen) == wanted


@given(st.lists(aims, max_size=6), st.lists(held, max_size=8))
def test_there_is_one_variant_for_each_distinct_set_of_articles(
    chosen: list[tuple[frozenset[str], frozenset[str]]], readers: list[FacetSet]
) -> None:
    variants = variants_by_facets(edition_of(chosen), readers)
    by_articles: dict[tuple[str, ...], set[int]] = {}
    for variant in variants.values():
        slugs = tuple(article.slug for article in variant.edition.articles)
        by_articles.setdefault(slugs, set()).add(id(variant))
    assert all(len(same) == 1 for same in by_articles.values())
    assert len({variant.key for variant in variants.values()}) == len(by_articles)


def test_a_section_left_empty_is_gone() -> None:
    aimed = frozenset({"police"}), frozenset[str]()
    open_to_all = frozenset[str](), frozenset[str]()
    edition = edition_of([aimed, aimed, open_to_all])
    seen = variant_for(edition, FacetSet("health", frozenset({"north"}))).edition
    assert [section.title for section in seen.sections] == ["S1"]
    assert len(whole(edition).edition.sections) == 2
