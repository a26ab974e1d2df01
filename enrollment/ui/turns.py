"""Runs take turns, for Python works for one of them at a time.

Runs that share it by the millisecond all end as late as the last of them. One after the other, the first ends
early and none later than before. A run that waits for something else, such as a delivery being loaded, loses
its turn to the next one after a moment, and goes on beside it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 0.5
"""Seconds that a run waits for another."""
_CHANGED = threading.Condition()
_running: object | None = None


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn, within reason, and let the next one in at the end of the block."""
    global _running
    mine = object()
    with _CHANGED:
        _CHANGED.wait_for(lambda: _running is None, timeout=_LONGEST)
        _running = mine
    try:
        yield
    finally:
        with _CHANGED:
            if _running is mine:
                _running = None
                _CHANGED.notify()
