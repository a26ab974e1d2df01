"""The access log: who took away, loaded, published or decided what, in lines that are chained by hashes.

    DIR/store/journal/entries.jsonl   an entry a line, canonical JSON, only ever appended to
    DIR/store/journal/head.json       number and hash of the newest entry: a cut-off end is noticed by it

The rule: what is handed out is made first, then entered, then handed out; what changes something is entered
before it begins, and how it ended is entered after it. Where the first entry cannot be written, nothing is
handed out and nothing is changed (Unwritten). Where only the second one cannot, what was done is done and is
reported so: the first entry names it, and the store itself says what came of it.

No identity number gets in: every text passes `shown`. An append takes a lock of the journal's own, so that an
export never waits for a publish.
"""

import datetime as dt
import errno
import fcntl
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from enrollment import logs
from enrollment.contract.faults import shown
from enrollment.journal.chain import Flaw, flaws
from enrollment.journal.entries import (
    FIRST,
    UNREADABLE,
    Entry,
    Head,
    entry_of,
    head_of,
    is_next,
    written_head,
    written_line,
)
from enrollment.journal.lines import backwards, forwards, last_line, lock

__all__ = [
    "ACTIONS",
    "COLUMNS",
    "COMMAND_LINE",
    "Details",
    "Entry",
    "Flaw",
    "Journal",
    "Unwritten",
    "machine_row",
]

ACTIONS = (
    *("export", "followups", "load", "fold", "reconcile", "decide", "withdraw", "publish"),
    *("event", "prognosis", "annotation", "rotate_key", "forget"),
)
COLUMNS = ("number", "time", "who", "role", "action", "of", "details", "previous", "sha256")
"""Columns of the journal where a program reads it."""
COMMAND_LINE = "command_line"
"""The role of whoever works on the machine itself."""
_LOOKED_AT = 20_000
"""So many entries are looked at for the newest of one kind."""


Details = Mapping[str, str | int | None]
"""What an entry says besides: short texts and counts, such as a file's name, an edition, a month."""


class Unwritten(OSError):
    """The journal could not be written, so nothing was handed out or changed; `reason` is the system's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of one store; `root` is the store's folder."""

    root: Path
    path: Path = field(init=False)
    head: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", self.root / "journal" / "entries.jsonl")
        object.__setattr__(self, "head", self.root / "journal" / "head.json")

    # Writing

    def write(
        self, who: str, role: str, action: str, details: Details | None = None, *, of: int | None = None
    ) -> Entry:
        """Append an entry durably; of the details those that say something. Raises Unwritten."""
        said = {name: shown(str(value)) for name, value in (details or {}).items() if value not in (None, "")}
        try:
            with self._locked() as file:
                newest = self._continued(file)
                record = {
                    "action": action,
                    "details": said,
                    "number": newest.number + 1,
                    "of": of,
                    "previous": newest.sha256,
                    "role": role,
                    "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                    "who": shown(who),
                }
                entry = self._append(file, written_line(record))
        except OSError as error:
            raise Unwritten(error.strerror or str(error)) from error
        # Whoever keeps the log elsewhere can hold the journal against the hashes in it.
        logs.tell(action, {**said, "role": role, "entry": entry.number, "of": of, "sha256": entry.sha256})
        return entry

    @contextmanager
    def doing(
        self, who: str, role: str, action: str, details: Details | None = None
    ) -> Iterator[dict[str, str | int | None]]:
        """Enter something before it is done; what the block puts into the dictionary is entered after it.

        Raises Unwritten before the block begins, never after it.
        """
        begun = self.write(who, role, action, details)
        outcome: dict[str, str | int | None] = {}
        try:
            yield outcome
        except BaseException as error:
            self._ended(begun, {"result": "failed", "reason": type(error).__name__})
            raise
        self._ended(begun, {"result": "done"} | outcome)

    def _ended(self, begun: Entry, outcome: Details) -> None:
        try:
            self.write(begun.who, begun.role, begun.action, outcome, of=begun.number)
        except Unwritten as error:
            # It is done, and must not be called undone for want of this line.
            logs.tell("journal_unwritten", {"of": begun.number}, level=logging.ERROR, error=error)

    def _append(self, file: int, line: bytes) -> Entry:
        """Write one line and then the head; where that fails, the line is taken back."""
        before = os.fstat(file).st_size
        entry = entry_of(line)
        if entry is None:
            raise OSError(errno.EINVAL, "an entry that cannot be read again")
        try:
            if os.pwrite(file, line, before) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
            self._put_head(entry)
        except OSError:
            with suppress(OSError):
                # Once the head names it, it stays, though nothing came of it.
                if self._head() != Head(entry.number, entry.sha256):
                    os.ftruncate(file, before)
            raise
        return entry

    def _continued(self, file: int) -> Head:
        """The number and hash that the next entry follows from; what a killed process left is cut off.

        Where the newest line is not the one that the head names, the head is what is followed, so that
        whatever happened to the end stays to be seen.
        """
        end, last = last_line(file)
        newest = entry_of(last)
        head = self._head()
        if newest is not None and is_next(newest, head):
            self._put_head(newest)
            head = Head(newest.number, newest.sha256)
        begins = newest is None and head is None and not last
        in_order = begins or (newest is not None and head == Head(newest.number, newest.sha256))
        if os.fstat(file).st_size > end:
            if in_order:
                os.ftruncate(file, end)
            else:
                # It may be what is left of an entry that counted: it stays, as a line of its own.
                os.pwrite(file, b"\n", os.fstat(file).st_size)
        if in_order:
            return Head(newest.number, newest.sha256) if newest else Head(0, FIRST)
        if head is None or head == UNREADABLE:
            return Head(newest.number if newest else 0, FIRST)
        return head

    def _put_head(self, entry: Entry) -> None:
        """Name the newest entry. The temporary name is not one that commands sweep away."""
        written = self.head.with_suffix(".new")
        with written.open("wb") as file:
            file.write(written_head(Head(entry.number, entry.sha256)))
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.head)
        _flush(self.head.parent)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        if not self.path.parent.is_dir():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _flush(self.root)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            lock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    # Reading

    def newest(self, count: int, action: str | None = None) -> tuple[Entry, ...]:
        """The newest entries, the newest first, of one kind if asked; lines that cannot be read are left out.

        Only the end of the file is read. Raises OSError.
        """
        found: list[Entry] = []
        if count > 0 and self.path.exists():
            with self.path.open("rb") as file:
                for place, line in enumerate(backwards(file.fileno())):
                    if place >= max(_LOOKED_AT, count):
                        break
                    entry = entry_of(line)
                    if entry is not None and action in (None, entry.action):
                        found.append(entry)
                    if len(found) == count:
                        break
        return tuple(found)

    def stamp(self) -> tuple[int, ...]:
        """Changes whenever an entry is added or the head is put in place. Raises OSError."""
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in (self.path, self.head))

    def check(self) -> tuple[Flaw, ...]:
        """Everything that is wrong with the chain, by line; empty where it is whole. Raises OSError."""
        if not self.path.exists() and (head := self._head()) and not self.path.exists():
            # Looked for once more, for the first entry may have been on its way.
            return (Flaw("end", 1),)
        if not self.path.exists():
            return ()
        with self.path.open("rb") as file:
            lock(file.fileno(), fcntl.LOCK_SH)
            head, size = self._head(), os.fstat(file.fileno()).st_size
            # What is appended from now on is not looked at, and need not wait.
            fcntl.flock(file, fcntl.LOCK_UN)
            return tuple(flaws(forwards(file.fileno(), size), head))

    def _head(self) -> Head | None:
        """What the head says; None where there is none."""
        try:
            return head_of(self.head.read_bytes())
        except FileNotFoundError:
            return None


def machine_row(entry: Entry) -> tuple[str | int | None, ...]:
    """An entry under COLUMNS; the details are one text."""
    details = " ".join(f"{name}={value}" for name, value in entry.details.items())
    first = (entry.number, entry.time.isoformat(timespec="milliseconds"), entry.who, entry.role, entry.action)
    return (*first, entry.of, details, entry.previous, entry.sha256)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
