"""Many requests that are answered in one go."""

from __future__ import annotations

import asyncio
import threading

import pytest

from subscribers.errors import BulletinError
from subscribers.faults import DatabaseError, Fault, fault
from subscribers.gathering import MOST, Gathering


class Desk:
    """Answers with the double of each number; keeps the first go waiting until it is let."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.has_begun, self.may_answer = threading.Event(), threading.Event()

    def answer(self, numbers: list[int]) -> list[int]:
        self.goes.append(list(numbers))
        self.has_begun.set()
        assert self.may_answer.wait(10)
        if 13 in numbers:
            raise ZeroDivisionError
        if 99 in numbers:
            raise fault(Fault.LOCKED, "it")
        if 7 in numbers:
            raise BulletinError("address-invalid", "it", "is none", "mend it")
        return [2 * number for number in numbers]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def ask(desk: Desk, *numbers: int) -> list[int | BaseException]:
    """Ask one number and, while that go is under way, the others."""
    gathering: Gathering[int, int] = Gathering(desk.answer)
    asked = [asyncio.create_task(gathering.ask(numbers[0]))]
    assert await asyncio.to_thread(desk.has_begun.wait, 10)
    asked += [asyncio.create_task(gathering.ask(number)) for number in numbers[1:]]
    await asyncio.sleep(0)
    desk.may_answer.set()
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_what_is_asked_meanwhile_is_answered_in_one_go(desk: Desk) -> None:
    assert await ask(desk, 1, 2, 3, 4) == [2, 4, 6, 8]
    assert desk.goes == [[1], [2, 3, 4]]


async def test_a_crowd_takes_several_goes(desk: Desk) -> None:
    numbers = range(1000, 1000 + MOST + 11)
    assert await ask(desk, *numbers) == [2 * number for number in numbers]
    assert [len(go) for go in desk.goes] == [1, MOST, 10]


@pytest.mark.parametrize(("number", "error"), [(13, ZeroDivisionError), (7, BulletinError)])
async def test_one_that_breaks_leaves_the_others_their_answers(
    desk: Desk, number: int, error: type[Exception]
) -> None:
    first, second, third, fourth = await ask(desk, 1, 2, number, 4)
    assert (first, second, fourth) == (2, 4, 8)
    assert isinstance(third, error)


async def test_a_fault_of_the_database_is_heard_by_all_of_a_go_and_not_tried_for_each(
    desk: Desk,
) -> None:
    first, *others = await ask(desk, 1, 2, 99, 4)
    assert first == 2
    assert all(isinstance(each, DatabaseError) for each in others)
    assert len(desk.goes) == 2


async def test_who_no_longer_waits_keeps_nothing_back(desk: Desk) -> None:
    gathering: Gathering[int, int] = Gathering(desk.answer)
    gone, staying = (asyncio.create_task(gathering.ask(number)) for number in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    desk.may_answer.set()
    assert await staying == 4
    assert await gathering.ask(3) == 6
    assert gone.cancelled()
