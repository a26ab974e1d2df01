"""Crashes on purpose: one action of the store, killed or failed at its n-th file operation.

    python -m tests.crashing PLAN.json

The process imports everything once and forks a child for each operation, so that every child begins
alike. File operations are counted by Python's audit events below the data directory, with flushes to
the disk among them; writes that happen in C++ are cut by a limit on the size of files. What a child
left behind is judged in a further child, so that nothing is remembered from before.
"""

import errno
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from enrollment import cli, verification
from enrollment.delivery import counted
from enrollment.edition import NothingPublished, open_edition
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.store import Store

WATCHED = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "test.fsync"})


def act(words: list[str], data: Path) -> None:
    """Run a command as a person would; what it says goes to a file beside the data. Ends the process."""
    out = os.open(said_by(data), os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.argv = ["enrollment", *words, "--data", str(data)]
    try:
        cli.main()
    except BaseException as end:
        sys.stdout.flush()
        sys.stderr.flush()
        if not isinstance(end, SystemExit):
            traceback.print_exc()
        raise


def said_by(data: Path) -> Path:
    """Where the words of the last command on a copy of the data are."""
    return data.with_name(f"{data.name}.said")


def state(data: Path) -> dict[str, Any]:
    """What a reader and the next command see of a store."""
    store = Store(data)
    try:
        current = open_edition(store)
        published, passed_over = current.fingerprint, list(current.damaged)
    except NothingPublished:
        published, passed_over = "", []
    return {
        "counting": sorted(
            [month.isoformat(), source, [piece.delivery.sha256 for piece in pieces]]
            for (month, source), pieces in counted(store.kept()).items()
        ),
        "quarantined": sorted([found.delivery.sha256, found.row] for found in store.quarantine()),
        "reconciled": [result.name for result in Reconciliations(store).results()],
        "published": published,
        "passed_over": passed_over,
        "damage": [str(item) for item in verification.verify(store) if item.kind == "damage"],
    }


class Stopping:
    """Counts file operations below a folder, and stops the process, or the operation, at the n-th."""

    def __init__(self, folder: Path, at: int, how: str) -> None:
        self.folder, self.at, self.how = str(folder), at, how
        self.count = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in WATCHED or not any(str(item).startswith(self.folder) for item in arguments[:2]):
            return
        self.count += 1
        if self.count == self.at:
            if self.how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(getattr(errno, self.how), os.strerror(getattr(errno, self.how)))

    def watch(self) -> None:
        """Begin counting. An audit hook cannot be taken back; the process is a child that ends soon."""
        flush = os.fsync
        paths: dict[int, str] = {}

        def fsync(handle: int) -> None:
            path = paths.get(handle) or str(Path(f"/proc/self/fd/{handle}").resolve())
            sys.audit("test.fsync", path)
            flush(handle)

        os.fsync = fsync
        sys.addaudithook(self)


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Run in a forked child; its exit code (negative: the signal that killed it) and what it returned."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            answer = work()
            os.write(writing, json.dumps(answer).encode())
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        except OSError:
            code = 1
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(said) if said else None


def stopped(action: list[str], data: Path, at: int, how: str) -> Callable[[], int]:
    """The action, stopped at its `at`-th operation; `at` 0 only counts them."""

    def work() -> int:
        stopping = Stopping(data, at, how)
        stopping.watch()
        try:
            act(action, data)
        except SystemExit as end:
            if end.code:
                raise
        return stopping.count

    return work


def too_large(action: list[str], data: Path, size: int, how: str) -> Callable[[], None]:
    """The action, with every file limited to `size` bytes: a disk that is full, or a death in mid-write."""

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if how == "kill" else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        act(action, data)

    return work


def main() -> None:
    """Try every operation of the plan and print what was found, one JSON document."""
    # Arrow imports it at its first conversion; here once, not in every child.
    importlib.import_module("pandas")
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    before, work = Path(plan["data"]), Path(plan["work"])
    action, most = plan["action"], plan["most"]

    def fresh() -> Path:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(before, work)
        return work

    _, old = in_child(lambda: state(fresh()))
    code, operations = in_child(stopped(action, fresh(), 0, "kill"))
    _, new = in_child(lambda: state(work))
    largest = max((path.stat().st_size for path in work.rglob("*") if path.is_file()), default=0)
    found = []
    tries: list[tuple[str, int, str, Callable[[], Any]]] = []
    # A full disk and a failing one by turns; where only a few are tried, a death is one of the turns.
    every = operations <= most
    for turn, at in enumerate(spread(1, operations, most)):
        hows = ("kill", ("ENOSPC", "EIO")[turn % 2]) if every else (("kill", "ENOSPC", "EIO")[turn % 3],)
        tries += [("operation", at, how, stopped(action, work, at, how)) for how in hows]
    for turn, size in enumerate(sizes(largest, most)):
        hows = ("kill", "full") if every else (("kill", "full")[turn % 2],)
        tries += [("size", size, how, too_large(action, work, size, how)) for how in hows]
    for what, at, how, attempt in tries:
        fresh()
        ended, _ = in_child(attempt)
        said = said_by(work).read_text(encoding="utf-8", errors="replace")
        _, left = in_child(lambda: state(work))
        retried, _ = in_child(lambda: act(action, work))
        _, after = in_child(lambda: (state(work), [str(item) for item in verification.verify(Store(work))]))
        found.append(
            {
                "what": what,
                "at": at,
                "how": how,
                "ended": ended,
                "left": "old" if left == old else "new" if left == new else left,
                "retried": retried,
                "after": "new" if after and after[0] == new else after,
                "leftovers": after[1] if after else None,
                "said": said,
            }
        )
    print(json.dumps({"ended": code, "operations": operations, "differs": old != new, "tries": found}))


def spread(first: int, last: int, most: int) -> list[int]:
    """At most `most` whole numbers from first to last, both among them, evenly apart."""
    if last - first < most:
        return list(range(first, last + 1))
    return sorted({first + (last - first) * step // (most - 1) for step in range(most)})


def sizes(largest: int, most: int) -> list[int]:
    """Sizes of files at which a write is cut, small ones closer together."""
    found, size = [0], 100
    while size < largest:
        found.append(size)
        size = size * 5 // 2 + 1
    return found if len(found) <= most else [found[index] for index in spread(0, len(found) - 1, most)]


if __name__ == "__main__":
    main()
