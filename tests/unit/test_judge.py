"""The judge of the soak tests: it must be able to condemn."""

from __future__ import annotations

import pytest

from tests.soak.judge import judge

CUT = "open 1\nmail 1 a@x <1>\nmail 1 b@x <2>\nend 1\nopen 2\n"
LEFT = CUT.replace("end 1", "quit 1\nend 1")


def test_the_last_mail_of_a_cut_connection_may_come_again() -> None:
    found = judge(CUT + "mail 2 b@x <2>\nmail 2 c@x <3>\nquit 2\nend 2\n")
    assert found.unexplained == ()
    assert (found.repeats, set(found.taken), found.cut) == (1, {"a@x", "b@x", "c@x"}, {1})
    assert found.repeated_after == {1: 1}


@pytest.mark.parametrize(
    "record",
    [
        CUT + "mail 2 a@x <1>\n",
        CUT + "mail 2 b@x <7>\n",
        LEFT + "mail 2 b@x <2>\n",
        CUT.replace("b@x <2>", "a@x <1>"),
    ],
    ids=["not the last", "another mail", "nobody was cut off", "twice by one connection"],
)
def test_any_other_mail_that_comes_again_is_held_against_the_sender(record: str) -> None:
    assert judge(record).unexplained != ()
