"""Which failures of a driver are told as which fault."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from subscribers.faults import DatabaseError, Fault, explain


def wrapped(error: Exception, kind: type[Exception]) -> SQLAlchemyError:
    found = DBAPIError.instance(None, None, error, kind)
    assert isinstance(found, SQLAlchemyError)
    return found


def test_what_the_driver_finds_wrong_without_word_from_the_server_is_unreachable() -> None:
    told = explain(wrapped(psycopg.OperationalError("the line went dead"), psycopg.Error), "list")
    assert isinstance(told, DatabaseError)
    assert told.code == Fault.UNREACHABLE


def test_a_mistake_of_ours_is_not_told_as_a_fault_of_the_database() -> None:
    for error, kind in (
        (sqlite3.OperationalError('near "SELEC": syntax error'), sqlite3.Error),
        (psycopg.ProgrammingError("the query has 0 placeholders"), psycopg.Error),
    ):
        mistake = wrapped(error, kind)
        assert explain(mistake, "list") is mistake
