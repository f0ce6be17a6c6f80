"""The goals on real bounces, where the set of them lies beside the project."""

from __future__ import annotations

import pytest

from bench.bounces import CORPUS, Labels, passed_on, read_all, read_corpus, score, taken_for_bounces

pytestmark = pytest.mark.skipif(
    not (CORPUS / "labels.json").is_file(), reason=f"no set of real bounces at {CORPUS}"
)


@pytest.fixture(scope="module")
def corpus() -> tuple[dict[str, bytes], Labels]:
    return read_corpus(CORPUS)


def test_who_failed_and_why_is_understood(corpus: tuple[dict[str, bytes], Labels]) -> None:
    mails, labels = corpus
    read, exceptions, slow = read_all(mails)
    assert (exceptions, slow) == (0, 0)
    shares = score(read, labels).shares()
    assert shares["right_recipient_where_named"] >= 0.98
    assert shares["strict"] >= 0.92
    assert shares["lenient"] >= 0.96
    assert shares["hard_that_is_not"] <= 0.01


def test_nothing_that_a_person_passes_on_is_taken_for_a_bounce(
    corpus: tuple[dict[str, bytes], Labels],
) -> None:
    mails, _ = corpus
    some = [copy for mail in list(mails.values())[::5] for copy in passed_on(mail)]
    assert taken_for_bounces(some) == (0, len(some))
