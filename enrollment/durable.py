"""Durable writes: a file is there whole, or not at all, also after a power cut.

Each write goes to a temporary name in the same folder, is flushed to the disk, renamed over the
final name, and the folder itself is flushed. Temporary names begin with `.part-`, so that leftovers
of a killed command are recognised and swept.

Files that must change together are prepared in one temporary folder, laid out like the folder in which
they belong. One rename decides the change; what was decided is completed by the next command if this
one is killed.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PREFIX = ".part-"
CHANGE = "change"
"""The folder of a change that was decided and is not yet completed."""
_BLOCK = 1 << 20


def temporary(path: Path) -> Path:
    """The name under which `path` is written before it is put in place; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{PREFIX}{os.getpid()}-{path.name}")


def put(written: Path, path: Path) -> None:
    """Flush a finished temporary file and rename it to its final name."""
    _flush(written, os.O_RDONLY if written.is_dir() else os.O_RDWR)
    written.replace(path)
    _flush(path.parent, os.O_RDONLY)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes durably."""
    written = temporary(path)
    try:
        written.write_bytes(content)
        put(written, path)
    finally:
        written.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON document durably, readable by people."""
    write_bytes(path, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())


def decide(prepared: Path, root: Path) -> None:
    """Decide that the files prepared in a folder below `root` take their places, and let them."""
    for path in sorted(prepared.rglob("*")):
        _flush(path, os.O_RDONLY)
    _flush(prepared, os.O_RDONLY)
    put(prepared, root / CHANGE)
    complete(root)


def complete(root: Path) -> None:
    """Let the files of a decided change take their places; the caller holds the lock of `root`.

    JSON files come last, since they name the others.
    """
    change = root / CHANGE
    if not change.is_dir():
        return
    files = sorted(
        (path for path in change.rglob("*") if path.is_file()), key=lambda path: path.suffix == ".json"
    )
    folders = {root / path.relative_to(change).parent for path in files}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        path.replace(root / path.relative_to(change))
    for folder in folders:
        _flush(folder, os.O_RDONLY)
    shutil.rmtree(change)
    _flush(root, os.O_RDONLY)


def coming(root: Path) -> frozenset[Path]:
    """Where the last JSON files of a decided change will lie, once all that they name is in its place.

    A reader without the lock who counts them in sees all of the change; before, nothing of it.
    """
    change = root / CHANGE
    files = {path for path in change.rglob("*") if path.is_file()}
    if any(path.suffix != ".json" for path in files):
        return frozenset()
    return frozenset(root / path.relative_to(change) for path in files)


def sha256(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def leftovers(folder: Path) -> Iterator[Path]:
    """Temporary files below a folder whose command did not finish."""
    yield from sorted(folder.rglob(f"{PREFIX}*"))


def sweep(folder: Path) -> None:
    """Remove what an interrupted command left below a folder."""
    for leftover in tuple(leftovers(folder)):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
