"""One writer at a time: `load` and `publish` hold the store's lock.

The operating system drops the lock when its process ends, however it ends, so a dead process never
keeps the store closed. The file's text says who holds it and since when. Who holds it already, in the same
thread, goes on: the first start loads, reconciles and publishes under one lock.
"""

import datetime as dt
import fcntl
import getpass
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HELD = threading.local()
_NAMING_SECONDS = 1.0


class StoreLocked(Exception):
    """Another process is writing; `holder` says who and since when."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


def user() -> str:
    """The name under which deliveries and publications are recorded."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@contextmanager
def writing(root: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of a store folder; after `wait` seconds without it, StoreLocked."""
    held: set[Path] = _HELD.__dict__.setdefault("roots", set())
    if root in held:
        yield
        return
    root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (root / "lock").open("a+", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip()
                # Whoever is just taking the lock or letting go of it has no name in the file.
                if time.monotonic() >= deadline + (0.0 if holder else _NAMING_SECONDS):
                    raise StoreLocked(holder) from None
                time.sleep(0.1 if holder else 0.01)
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        file.seek(0)
        file.truncate()
        file.write(f"{user()}, process {os.getpid()}, {since}")
        file.flush()
        held.add(root)
        try:
            yield
        finally:
            held.discard(root)
            file.seek(0)
            file.truncate()
