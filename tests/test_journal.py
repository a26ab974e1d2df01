"""The access log: every entry stays as it was written, or the line that did not is named."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.journal import ACTIONS, Entry, Flaw, Journal, Unwritten
from enrollment.journal.entries import canonical, written_line
from tests.people import nik

ROOT = Path(__file__).parents[1]
NAMES = ("jumlah-2021-08.csv", "anggota é 2021.xlsx", "daftar.parquet")


def filled(root: Path, entries: int = 6) -> Journal:
    journal = Journal(root)
    for number in range(entries):
        details = {"file": NAMES[number % 3], "rows": 10 * number, "month": None}
        journal.write("sari", "steward", ACTIONS[number % len(ACTIONS)], details)
    return journal


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The two files of a journal of six entries."""
    journal = filled(tmp_path_factory.mktemp("store"))
    return journal.path.read_bytes(), journal.head.read_bytes()


def holding(root: Path, entries: bytes, head: bytes | None) -> Journal:
    """A journal with this in its files."""
    journal = Journal(root)
    journal.path.parent.mkdir(parents=True, exist_ok=True)
    journal.path.write_bytes(entries)
    journal.head.unlink(missing_ok=True)
    if head is not None:
        journal.head.write_bytes(head)
    return journal


def lines(journal: Journal) -> list[bytes]:
    return journal.path.read_bytes().splitlines(keepends=True)


def test_an_entry_says_when_who_in_which_role_did_what_and_follows_from_the_one_before(
    tmp_path: Path,
) -> None:
    journal = filled(tmp_path)
    newest = journal.newest(10)
    assert [entry.number for entry in newest] == [6, 5, 4, 3, 2, 1]
    assert [entry.previous for entry in newest] == [*(entry.sha256 for entry in newest[1:]), "0" * 64]
    last = newest[0]
    assert (last.who, last.role, last.action, last.of) == ("sari", "steward", ACTIONS[5], None)
    assert dict(last.details) == {"file": "daftar.parquet", "rows": "50"}
    assert last.time.utcoffset() is not None
    assert journal.check() == ()


def test_a_store_without_a_journal_has_nothing_wrong_with_it(tmp_path: Path) -> None:
    assert Journal(tmp_path).check() == ()
    assert Journal(tmp_path).newest(50) == ()
    assert list(tmp_path.iterdir()) == []


def test_what_is_told_of_an_outcome_names_the_entry_that_it_belongs_to(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.doing("sari", "steward", "load", {"file": "a.csv"}) as outcome:
        assert len(journal.newest(9)) == 1
        outcome["verdict"] = "accepted"
    with pytest.raises(KeyError), journal.doing("sari", "steward", "publish"):
        raise KeyError("3171234567890123")
    told = [(entry.action, entry.of, dict(entry.details)) for entry in reversed(journal.newest(9))]
    assert told == [
        ("load", None, {"file": "a.csv"}),
        ("load", 1, {"result": "done", "verdict": "accepted"}),
        ("publish", None, {}),
        ("publish", 3, {"result": "failed", "reason": "KeyError"}),
    ]


@pytest.mark.parametrize("who", [nik(7), f"sari {nik(7)}"])
def test_no_identity_number_gets_into_the_journal(tmp_path: Path, who: str) -> None:
    journal = Journal(tmp_path)
    name = f"daftar-{nik(3)}-\x1b[31m\n{nik(4)[:8]} {nik(4)[8:]}.csv"
    journal.write(who, "steward", "export", {"file": name})
    content = journal.path.read_text(encoding="utf-8")
    assert not any(nik(number) in content.replace(" ", "") for number in (3, 4, 7))
    assert "************" in content
    assert content.count("\n") == 1
    assert "\x1b" not in content


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write("sari", "steward", "export", {"file": os.fsdecode(b"a\xff.csv") + "\u202e" + "x" * 5_000})
    assert journal.check() == ()
    assert len(journal.newest(1)[0].details["file"]) <= 80


def test_the_newest_of_one_kind_are_found_and_the_beginning_of_the_file_is_left_alone(tmp_path: Path) -> None:
    journal = filled(tmp_path, 3)
    line = lines(journal)[0]
    # A hole of 64 GB before the entries costs nothing on the disk, and everything if it is read.
    with journal.path.open("r+b") as file:
        whole = file.read()
        file.seek(64 * 2**30)
        file.write(b"\n" + whole)
    assert [entry.action for entry in journal.newest(2)] == [ACTIONS[2], ACTIONS[1]]
    journal.path.write_bytes(line + b"".join(lines(holding(tmp_path, whole, None))[1:]))
    assert [entry.number for entry in journal.newest(9, ACTIONS[0])] == [1]
    assert journal.newest(0) == ()


# Changes to what was written


@given(data=st.data())
def test_any_byte_that_changes_is_noticed_and_the_line_it_is_in_is_named(
    data: st.DataObject, written: tuple[bytes, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    entries, head = written
    folder = tmp_path_factory.mktemp("changed")
    at = data.draw(st.integers(0, len(entries) - 1), label="at")
    how = data.draw(st.sampled_from(["replace", "remove", "insert"]), label="how")
    byte = data.draw(
        st.sampled_from([b"\n", b" ", b"0", b"}", b"\x00", b"\xff"]) | st.binary(min_size=1, max_size=1)
    )
    changed = {
        "replace": entries[:at] + byte + entries[at + 1 :],
        "remove": entries[:at] + entries[at + 1 :],
        "insert": entries[:at] + byte + entries[at:],
    }[how]
    if changed == entries:
        return
    flaws = holding(folder, changed, head).check()
    line = entries[:at].count(b"\n") + 1
    # An end put before an end is one put after it: an empty line comes next.
    line += how == "insert" and byte == entries[at : at + 1] == b"\n"
    assert flaws, (at, how, byte)
    assert flaws[0].line == line
    assert flaws[0].rule in ("line", "end")


@given(data=st.data())
def test_a_changed_head_is_noticed(
    data: st.DataObject, written: tuple[bytes, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    entries, head = written
    at = data.draw(st.integers(0, len(head) - 1))
    byte = data.draw(st.binary(max_size=2))
    changed = head[:at] + byte + head[at + 1 :]
    if changed != head:
        assert holding(tmp_path_factory.mktemp("changed"), entries, changed).check()


def rehashed(line: bytes, **changes: object) -> bytes:
    """A line that somebody changed who knows how its hash is made."""
    record = {**json.loads(line), **changes}
    return written_line({name: value for name, value in record.items() if name != "sha256"})


def test_a_line_that_was_rewritten_with_a_new_hash_is_noticed_by_the_next_one_or_by_the_head(
    written: tuple[bytes, bytes], tmp_path: Path
) -> None:
    entries, head = written
    whole = entries.splitlines(keepends=True)
    for place in range(6):
        changed = [*whole[:place], rehashed(whole[place], who="budi"), *whole[place + 1 :]]
        flaws = holding(tmp_path, b"".join(changed), head).check()
        assert flaws[0] == Flaw("line", min(place + 2, 6))


@pytest.mark.parametrize("place", range(6))
def test_a_line_that_was_removed_doubled_or_swapped_is_named(
    place: int, written: tuple[bytes, bytes], tmp_path: Path
) -> None:
    entries, head = written
    whole = entries.splitlines(keepends=True)
    removed = holding(tmp_path, b"".join(whole[:place] + whole[place + 1 :]), head).check()
    assert removed[0] == (Flaw("line", place + 1) if place < 5 else Flaw("end", 6))
    doubled = holding(tmp_path, b"".join(whole[: place + 1] + whole[place:]), head).check()
    assert doubled[0] == Flaw("line", place + 2)
    if place < 5:
        whole[place : place + 2] = whole[place + 1], whole[place]
        assert holding(tmp_path, b"".join(whole), head).check()[0] == Flaw("line", place + 1)


@pytest.mark.parametrize("left", range(6))
def test_an_end_that_was_cut_off_is_noticed_and_stays_so_after_the_next_entry(
    left: int, written: tuple[bytes, bytes], tmp_path: Path
) -> None:
    entries, head = written
    journal = holding(tmp_path, b"".join(entries.splitlines(keepends=True)[:left]), head)
    assert journal.check() == (Flaw("end", left + 1),)
    entry = journal.write("sari", "steward", "export")
    assert entry.number == 7
    assert journal.check() == (Flaw("line", left + 1),)
    journal.write("sari", "steward", "export")
    assert journal.check() == (Flaw("line", left + 1),)


def test_a_journal_whose_head_or_entries_are_gone_is_not_whole_again_after_the_next_entry(
    written: tuple[bytes, bytes], tmp_path: Path
) -> None:
    entries, head = written
    journal = holding(tmp_path, entries, None)
    assert journal.check() == (Flaw("head"),)
    journal.write("sari", "steward", "export")
    assert journal.check() == (Flaw("line", 7),)
    journal = holding(tmp_path, entries, b"")
    journal.write("sari", "steward", "export")
    assert journal.check() == (Flaw("line", 7),)
    journal = holding(tmp_path, b"", head)
    journal.path.unlink()
    assert journal.check() == (Flaw("end", 1),)
    journal.write("sari", "steward", "export")
    assert journal.check() == (Flaw("line", 1),)


@pytest.mark.parametrize(
    "line", [b"[]\n", b"null\n", b"{}\n", b"\n", b'{"number":"7"}\n', b"[" * 100_000 + b"\n", b"\xff\xfe\n"]
)
def test_a_line_that_is_no_entry_is_named(line: bytes, written: tuple[bytes, bytes], tmp_path: Path) -> None:
    entries, head = written
    assert holding(tmp_path, entries + line, head).check()[0] == Flaw("line", 7)
    forged = written_line(
        {"action": "x", "details": {}, "number": "7", "of": None, "previous": "", "role": ""}
    )
    assert holding(tmp_path, entries + forged, head).check()[0] == Flaw("line", 7)


# What a process that dies or fails leaves


def test_the_beginning_of_an_entry_that_nobody_acknowledged_is_no_damage_and_cut_off_by_the_next(
    written: tuple[bytes, bytes], tmp_path: Path
) -> None:
    entries, head = written
    following = written_line(json.loads(entries.splitlines()[-1]) | {"number": 7})
    for length in (1, 20, len(following) - 1):
        journal = holding(tmp_path, entries + following[:length], head)
        assert journal.check() == (Flaw("torn"),)
        assert [entry.number for entry in journal.newest(1)] == [6]
        assert journal.write("sari", "steward", "export").number == 7
        assert journal.check() == ()


STOPPED = """
import json, shutil, sys
from pathlib import Path
from enrollment.journal import Journal
from tests.crashing import Stopping, in_child
before, work, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def attempt(at):
    def write():
        stopping = Stopping(work, at, how)
        stopping.watch()
        Journal(work).write("sari", "steward", "export", {"file": "a.csv"})
        return stopping.count
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(before, work)
    return in_child(write)

found = []
for at in range(1, attempt(0)[1] + 1):
    ended = attempt(at)[0]
    journal = Journal(work)
    left = [flaw.rule for flaw in journal.check()], len(journal.newest(99))
    retried = journal.write("sari", "steward", "export").number, [flaw.rule for flaw in journal.check()]
    found.append({"at": at, "ended": ended, "left": left, "retried": retried})
print(json.dumps(found))
"""


@pytest.mark.parametrize("entries", [0, 1, 3])
@pytest.mark.parametrize("how", ["kill", "ENOSPC", "EIO"])
def test_an_append_that_dies_or_fails_anywhere_leaves_the_journal_whole_and_a_retry_succeeds(
    entries: int, how: str, tmp_path: Path
) -> None:
    (tmp_path / "before").mkdir()
    filled(tmp_path / "before", entries)
    words = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        STOPPED,
        str(tmp_path / "before"),
        str(tmp_path / "work"),
        how,
    ]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    tries = json.loads(run.stdout)
    assert len(tries) >= 5
    for found in tries:
        assert found["ended"] == (-signal.SIGKILL if how == "kill" else 1), found
        flaws, left = found["left"]
        assert set(flaws) <= {"torn"}, found
        assert left in (entries, entries + 1), found
        assert found["retried"] == [left + 1, []], found


@pytest.mark.parametrize("room", range(0, 400, 23))
def test_on_a_full_disk_nothing_is_entered_and_the_journal_stays_whole(room: int, tmp_path: Path) -> None:
    journal = filled(tmp_path, 2)
    size = journal.path.stat().st_size
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, limits[1]))
    kept = 2
    try:
        with suppress(Unwritten):
            kept = journal.write("sari", "steward", "export", {"file": "x" * 70}).number
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert journal.check() == ()
    assert len(journal.newest(9)) == kept


def test_where_no_entry_can_be_written_nothing_is_done(tmp_path: Path) -> None:
    done: list[str] = []
    (tmp_path / "journal").write_text("no folder")
    with pytest.raises(Unwritten), Journal(tmp_path).doing("sari", "steward", "load"):
        done.append("load")
    assert done == []


def test_where_only_the_outcome_cannot_be_written_what_was_done_is_done(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    journal = Journal(tmp_path)
    with journal.doing("sari", "steward", "load"):
        (tmp_path / "journal").rename(tmp_path / "aside")
        (tmp_path / "journal").write_text("no folder")
    (tmp_path / "journal").unlink()
    (tmp_path / "aside").rename(tmp_path / "journal")
    assert [entry.of for entry in journal.newest(9)] == [None]
    assert journal.check() == ()


MANY = """
import sys
from pathlib import Path
from enrollment.journal import Journal
for number in range(int(sys.argv[2])):
    Journal(Path(sys.argv[1])).write(sys.argv[3], "steward", "export", {"rows": number})
"""


def test_processes_that_append_at_once_write_whole_lines_one_after_another(
    tmp_path: Path, size: Callable[[int, int], int]
) -> None:
    each = size(25, 200)
    writers = [
        subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), str(each), who], cwd=ROOT)
        for who in ("sari", "budi", "tini")
    ]
    journal = Journal(tmp_path)
    while any(writer.poll() is None for writer in writers):
        assert journal.check() == ()
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert journal.check() == ()
    entries: dict[str, list[Entry]] = {}
    for entry in reversed(journal.newest(1_000_000)):
        entries.setdefault(entry.who, []).append(entry)
    assert {who: [int(entry.details["rows"]) for entry in found] for who, found in entries.items()} == {
        who: list(range(each)) for who in ("sari", "budi", "tini")
    }


def test_an_entry_is_written_in_one_way_only(written: tuple[bytes, bytes]) -> None:
    for line in written[0].splitlines():
        assert canonical(json.loads(line)) == line
