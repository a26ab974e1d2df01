"""One entry of the journal: a line of canonical JSON that carries its own hash and the one before."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64
"""What the first entry has in place of the hash of one before it."""
_HASH_LETTERS = frozenset("0123456789abcdef")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "action": str,
    "details": dict,
    "number": int,
    "of": (int, type(None)),
    "previous": str,
    "role": str,
    "sha256": str,
    "time": str,
    "who": str,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `of` is the number of the entry whose outcome this one tells."""

    number: int
    time: dt.datetime
    who: str
    role: str
    action: str
    of: int | None
    details: Mapping[str, str]
    previous: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the newest entry, as they are kept beside the entries."""

    number: int
    sha256: str


UNREADABLE = Head(-1, "")
"""A head that is there and says nothing."""


def written_line(record: Mapping[str, Any]) -> bytes:
    """The line of a record that has no hash yet."""
    digest = hashlib.sha256(canonical(record)).hexdigest()
    return canonical({**record, "sha256": digest}) + b"\n"


def entry_of(line: bytes) -> Entry | None:
    """The entry of a line, every byte of which is as it was written; None for any other line."""
    try:
        record = json.loads(line)
        typed = record.keys() == _TYPES.keys() and all(
            isinstance(record[name], kind) and not isinstance(record[name], bool)
            for name, kind in _TYPES.items()
        )
        if not typed or written_line({name: record[name] for name in _TYPES if name != "sha256"}) != line:
            return None
        return Entry(**{**record, "time": dt.datetime.fromisoformat(record["time"])})
    except (ValueError, AttributeError, RecursionError):
        return None


def claimed(line: bytes) -> frozenset[str] | None:
    """What a line that was changed says its hash is, and what it would be now; None where it says nothing."""
    try:
        record = json.loads(line)
        said = {name: value for name, value in record.items() if name != "sha256"}
        found = {str(record["sha256"]), hashlib.sha256(canonical(said)).hexdigest()}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None
    return frozenset(text for text in found if len(text) == len(FIRST) and _HASH_LETTERS.issuperset(text))


def written_head(head: Head) -> bytes:
    """The content of the head's file."""
    return canonical({"number": head.number, "sha256": head.sha256}) + b"\n"


def head_of(content: bytes) -> Head:
    """What the head's file says; UNREADABLE where a byte of it is not as it was written."""
    try:
        said = json.loads(content)
        head = Head(int(said["number"]), str(said["sha256"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return UNREADABLE
    return head if head.number > 0 and content == written_head(head) else UNREADABLE


def is_next(entry: Entry, head: Head | None) -> bool:
    """Whether an entry is the one after the head: its process was killed before it moved the head on."""
    if head is None:
        return entry.number == 1 and entry.previous == FIRST
    return entry.number == head.number + 1 and entry.previous == head.sha256


def canonical(record: Mapping[str, Any]) -> bytes:
    """The one way in which a record is written."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
