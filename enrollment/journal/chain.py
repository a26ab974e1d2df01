"""Is the journal still what was written: every line against its hash, the line before it, and the head."""

from collections.abc import Iterator
from dataclasses import dataclass

from enrollment.journal.entries import FIRST, UNREADABLE, Entry, Head, claimed, entry_of, is_next


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a journal, and at which line.

    A `line` was changed or does not follow from the one before; lines are missing from the `end`; the `head`
    is missing or another's; `torn` is the beginning of an entry that was never acknowledged, and no damage.
    """

    rule: str
    line: int = 0


def flaws(lines: Iterator[bytes], head: Head | None) -> Iterator[Flaw]:
    """Hold every line against its own hash and the line before it, and the last one against the head."""
    number: int | None = 1
    before: frozenset[str] | None = frozenset({FIRST})
    place, newest, torn = 0, None, False
    for place, line in enumerate(lines, 1):
        if not line.endswith(b"\n"):
            place, torn = place - 1, True
            break
        newest = entry_of(line)
        if newest is None:
            yield Flaw("line", place)
            # The next line is held against what this one still says of itself.
            before = claimed(line)
            number = number + 1 if before and number else None
            continue
        wrong = number not in (None, newest.number) or (before is not None and newest.previous not in before)
        if wrong:
            yield Flaw("line", place)
        number, before = newest.number + 1, frozenset({newest.sha256})
    yield from _end(place, newest, head, torn=torn)


def _end(lines: int, newest: Entry | None, head: Head | None, *, torn: bool) -> Iterator[Flaw]:
    if head is None:
        # The very first entry may have been written by a process that was killed before it wrote the head.
        if lines > 1 or (newest is not None and newest.number > 1):
            yield Flaw("head")
        elif torn:
            yield Flaw("torn")
    elif head == UNREADABLE:
        yield Flaw("head")
    elif newest is None:
        # A last line that cannot be read is named already, and may be the one that the head names.
        if lines < head.number:
            yield Flaw("end", lines + 1)
    elif (newest.number, newest.sha256) == (head.number, head.sha256) or is_next(newest, head):
        if torn:
            yield Flaw("torn")
    elif newest.number < head.number:
        yield Flaw("end", lines + 1)
    elif newest.number == head.number:
        yield Flaw("line", lines)
    else:
        yield Flaw("head")
