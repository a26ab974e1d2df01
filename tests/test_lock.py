"""One writer at a time, and a dead one never keeps the store closed."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from enrollment.lock import StoreLocked, user, writing

ROOT = Path(__file__).parents[1]
HOLD = """
import sys
from pathlib import Path
from enrollment.lock import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another_process(root: Path, program: str = HOLD) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input ends."""
    words = [sys.executable, "-c", program, str(root)]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_writer_is_told_who_holds_the_store_and_since_when(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as process, pytest.raises(StoreLocked) as told, writing(tmp_path):
        pytest.fail("two writers at once")
    holder = re.fullmatch(r"(.+), process (\d+), (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)", told.value.holder)
    assert holder
    assert holder.group(1, 2) == (user(), str(process.pid))


def test_a_writer_may_wait_for_its_turn(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as process:
        assert process.stdin
        threading.Timer(0.3, process.stdin.close).start()
        with writing(tmp_path, wait=30):
            pass


def test_waiting_has_an_end(tmp_path: Path) -> None:
    begun = time.monotonic()
    with held_by_another_process(tmp_path), pytest.raises(StoreLocked), writing(tmp_path, wait=0.2):
        pytest.fail("two writers at once")
    assert time.monotonic() - begun > 0.2


NAME_LATE = """
import fcntl, sys, time
with open(sys.argv[1] + "/lock", "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    time.sleep(0.3)
    print("tata usaha", end="", file=file, flush=True)
    sys.stdin.read()
"""


def test_a_holder_who_has_not_signed_yet_is_still_named(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path, NAME_LATE), pytest.raises(StoreLocked) as told, writing(tmp_path):
        pytest.fail("two writers at once")
    assert told.value.holder == "tata usaha"


def test_the_lock_of_a_killed_process_is_free_and_forgets_its_name(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as process:
        process.kill()
        process.wait()
        with writing(tmp_path):
            assert f"process {os.getpid()}," in (tmp_path / "lock").read_text()


def test_the_lock_is_free_after_the_writer_failed(tmp_path: Path) -> None:
    with pytest.raises(KeyError), writing(tmp_path):
        raise KeyError("a fault while writing")
    with writing(tmp_path):
        pass
    assert (tmp_path / "lock").read_text() == ""


def test_the_lock_makes_the_store_s_folder(tmp_path: Path) -> None:
    with writing(tmp_path / "data" / "store"):
        assert (tmp_path / "data" / "store" / "lock").is_file()


def test_a_user_without_a_name_is_recorded_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert user() == f"uid {os.getuid()}"


def test_who_holds_the_store_goes_on_and_another_thread_does_not(tmp_path: Path) -> None:
    refused: list[str] = []

    def try_it() -> None:
        try:
            with writing(tmp_path):
                pass
        except StoreLocked as told:
            refused.append(told.holder)

    with writing(tmp_path):
        with writing(tmp_path):
            pass
        other = threading.Thread(target=try_it)
        other.start()
        other.join()
    assert len(refused) == 1
    with writing(tmp_path):
        pass
