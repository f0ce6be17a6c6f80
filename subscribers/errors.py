"""The one shape of every error that a person is meant to read.

Lives on the lowest floor so that every package can raise it; knows nothing of where it is shown.
"""

from __future__ import annotations


class BulletinError(Exception):
    """A broken precondition, told to a person: what is wrong with which thing, and what to do.

    `code` is a stable word for scripts (`address-invalid`), `subject` names the thing at fault (a
    file and line, an address, a setting), `what` says what is wrong, `remedy` says what to do about
    it.
    """

    def __init__(self, code: str, subject: str, what: str, remedy: str) -> None:
        super().__init__(code, subject, what, remedy)
        self.code = code
        self.subject = subject
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}; {self.remedy}"
