"""Lines of a file that grows at its end: from the beginning, from the end, and under a lock."""

import fcntl
import os
import time
from collections.abc import Iterator

_BLOCK = 1 << 16
_PATIENCE = 10.0


def lock(file: int, how: int) -> None:
    """Wait for the journal's lock, which is held for milliseconds. Raises OSError where somebody keeps it."""
    given_up = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= given_up:
                raise
            time.sleep(0.005)


def forwards(file: int, size: int) -> Iterator[bytes]:
    """The lines of the first `size` bytes with their ends; the last one may lack it."""
    rest, at = b"", 0
    while at < size:
        block = os.pread(file, min(_BLOCK, size - at), at)
        if not block:
            break
        at += len(block)
        *whole, rest = (rest + block).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def backwards(file: int) -> Iterator[bytes]:
    """The lines of a file from its end on, with their ends; what follows the last end is left out."""
    at, rest, first = os.fstat(file).st_size, b"", True
    while at > 0:
        length = min(_BLOCK, at)
        at -= length
        rest, *whole = (os.pread(file, length, at) + rest).split(b"\n")
        for line in reversed(whole):
            if first:
                # After the last end of a line: nothing, or an entry that was never finished.
                first = False
                continue
            yield line + b"\n"
    if rest and not first:
        yield rest + b"\n"


def last_line(file: int) -> tuple[int, bytes]:
    """Where the last whole line ends, and the line; 0 and nothing where there is none."""
    size = os.fstat(file).st_size
    end, at = 0, size
    while at > 0 and not end:
        length = min(_BLOCK, at)
        at -= length
        place = os.pread(file, length, at).rfind(b"\n")
        end = at + place + 1 if place >= 0 else 0
    return end, next(backwards(file), b"") if end else b""
