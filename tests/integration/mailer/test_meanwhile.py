"""Work that a second process does: its answer comes back, or the work is done here.

Each is a program of its own, for the process of a test has other threads.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a second process is begun on Linux")

_BEGINNING = """
import os, pickle, resource, signal, threading
from mailer.meanwhile import meanwhile
HERE = os.getpid()
"""


def run(program: str) -> str:
    """What a program says, which must end well and in peace."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", _BEGINNING + program],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.strip()


@on_linux
def test_a_second_process_does_the_work_and_tells_what_it_found() -> None:
    told = run("""
other, text = meanwhile(lambda: (os.getpid(), "x" * 1_000_000))()
print(other != HERE, len(text))
""")
    assert told == "True 1000000"


def test_what_goes_wrong_is_raised_where_it_is_asked_for() -> None:
    told = run("""
found = meanwhile(lambda: 1 // 0)
try:
    found()
except ZeroDivisionError as error:
    print(error)
""")
    assert told == "integer division or modulo by zero"


def test_the_work_of_a_process_that_was_killed_is_done_here() -> None:
    told = run("""
class Deadly:
    def __reduce__(self):
        os.kill(os.getpid(), signal.SIGKILL)

# Half of the answer has been told by then.
text, _ = meanwhile(lambda: ("x" * 1_000_000, Deadly()))()
print(len(text))
""")
    assert told == "1000000"


@on_linux
def test_where_no_process_can_be_had_the_work_is_done_here() -> None:
    told = run("""
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
print(meanwhile(os.getpid)() == HERE)
""")
    assert told == "True"


def test_no_process_is_begun_beside_other_threads() -> None:
    told = run("""
done = threading.Event()
other = threading.Thread(target=done.wait)
other.start()
print(meanwhile(os.getpid)() == HERE)
done.set()
""")
    assert told == "True"


@on_linux
def test_a_process_whose_asker_has_gone_ends() -> None:
    told = run("""
ready, told = os.pipe()
asker = os.fork()
if not asker:
    def work():
        os.write(told, str(os.getpid()).encode())
        return "x" * 1_000_000
    meanwhile(work)
    signal.pause()
worker = int(os.read(ready, 20))
os.kill(asker, signal.SIGKILL)
os.waitpid(asker, 0)
os.close(told)
print(os.read(ready, 20) == b"")
""")
    # The end of the pipe is closed only when the last who held it has ended.
    assert told == "True"
