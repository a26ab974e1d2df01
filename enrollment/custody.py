"""Custody of people's keys: a new secret key, and one person taken out of everything that is kept.

Both rewrite many files, and none may be left half done. The new files are prepared in a temporary folder
while the old ones stay in use; one rename decides, and the next command that holds the lock completes
what was decided. Published editions hold no keys and stay as they are.
"""

import datetime as dt
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from enrollment import durable, lock
from enrollment.contract import people
from enrollment.delivery import Delivery, record_of
from enrollment.keys import KEY_BYTES, KeyFault, Keys, add_key, open_keys
from enrollment.reconciliation.keeping import Reconciliations, Rekey
from enrollment.store import Store

_NAME = 16
_RECEIPTS = "custody"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The receipt of a new key: files that were rewritten, their rows, and keys of quarantined rows and of
    reconciliations.

    `finished` says that no further key was added, because an interrupted rotation had added one that was
    not yet in use everywhere. `foreign` names the key spaces of others, whose files stay as they are.
    """

    key_space: str
    files: tuple[str, ...]
    rows: int
    quarantined: int
    reconciled: int
    foreign: tuple[str, ...]
    finished: bool
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows of one person that were taken out of one delivery, named by its file and hash."""

    file: str
    sha256: str
    rows: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """The receipt of a person's removal; it names the files and not the person.

    `reconciled` counts the keys taken out of reconciliations, whose counts stay as they are. `foreign` names
    the key spaces of others in which a NIK could not be looked for.
    """

    files: tuple[Removed, ...]
    reconciled: int
    foreign: tuple[str, ...]
    at: dt.datetime
    by: str

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


def rotate(store: Store, *, now: dt.datetime | None = None, by: str | None = None) -> Rotation:
    """Add a secret key and carry every kept key over to it: it becomes HMAC(new key, old key).

    What is counted does not change. Raises StoreLocked, KeyFault, DeliveryDamaged, OSError; then what is
    kept is as before, and where the key had been added already, the next rotation goes on with it.
    """
    with lock.writing(store.root):
        decided = (store.root / durable.CHANGE / _RECEIPTS).is_dir()
        store.sweep()
        if decided and (earlier := _last_rotation(store)):
            return earlier
        keys = open_keys(store.data, make=False)
        # What the sample was keyed with may be gone; nobody needs its people under new keys.
        own = [
            item
            for item in _people(store)
            if not item.elsewhere
            and ((item.keyed_here and not item.sample) or keys.length_of(item.key_space or ""))
        ]
        if any(keys.length_of(item.key_space or "") is None for item in own):
            raise KeyFault("other_keys", keys.path)
        for item in own:
            store.check(item)
        finished = any(item.key_space != keys.space for item in own)
        if not finished:
            keys = add_key(keys)
        rows = quarantined = 0
        with _change(store) as prepared:
            for item in own:
                updated, file = _rewritten(prepared, item, keys)
                rows += file.rows
                aside = store.set_aside.rows(item)
                for row in aside:
                    if row["key"]:
                        row["key"] = _wrapped(keys, row["key"], item.key_space)
                        quarantined += 1
                _prepare(prepared, updated, aside)
            reconciled = Reconciliations(store).rewrite(prepared, partial(_rewrapping, keys))
            receipt = Rotation(
                key_space=keys.space,
                files=tuple(item.file for item in own),
                rows=rows,
                quarantined=quarantined,
                reconciled=reconciled,
                foreign=_foreign(store, own),
                finished=finished,
                at=now or dt.datetime.now(dt.UTC),
                by=by or lock.user(),
            )
            _record(store, prepared, "rotation", receipt)
        store.sweep()
    return receipt


def forget(
    store: Store,
    *,
    nik: str | None = None,
    key: bytes | None = None,
    now: dt.datetime | None = None,
    by: str | None = None,
) -> Erasure:
    """Take one person, by NIK or by key (16 bytes), out of every people file and the quarantine.

    A source that loses its only person stays delivered, with none. Raises ValueError unless exactly one
    of them is given and well formed; StoreLocked, KeyFault, DeliveryDamaged, OSError.
    """
    if (nik is None) == (key is None) or (key is not None and len(key) != KEY_BYTES):
        raise ValueError("either a NIK or a key of 16 bytes")
    with lock.writing(store.root):
        store.sweep()
        keys = store.keys()
        wanted = keys.key_of(nik) if nik is not None else key or b""
        everywhere = _people(store)
        searched = [
            item
            for item in everywhere
            if not item.elsewhere and (nik is None or item.key_space == keys.space)
        ]
        removed = []
        with _change(store) as prepared:
            for item in searched:
                store.check(item)
                aside = store.set_aside.rows(item)
                left = [row for row in aside if row["key"] != wanted.hex()]
                rows = people.rows_of(item.path, wanted)
                if not rows and len(left) == len(aside):
                    continue
                updated, _ = _rewritten(prepared, item, keys, without=wanted)
                updated = replace(updated, quarantined=len({row["row"] for row in left}))
                _prepare(prepared, updated, left)
                removed.append(Removed(item.file, item.sha256, rows, len(aside) - len(left)))
            reconciled = Reconciliations(store).rewrite(
                prepared,
                lambda space: (partial(_without, wanted), space) if key or space == keys.space else None,
            )
            receipt = Erasure(
                files=tuple(removed),
                reconciled=reconciled,
                foreign=_foreign(store, searched),
                at=now or dt.datetime.now(dt.UTC),
                by=by or lock.user(),
            )
            _record(store, prepared, "erasure", receipt)
        store.sweep()
    return receipt


def _last_rotation(store: Store) -> Rotation | None:
    """The rotation that the newest receipt is about, if it is about one."""
    path = max((store.root / _RECEIPTS).glob("[0-9]*.json"), default=None)
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path else {}
    if record.pop("kind", "") != "rotation":
        return None
    lists = {name: tuple(record[name]) for name in ("files", "foreign")}
    at = dt.datetime.fromisoformat(record["at"])
    # Receipts of before reconciliations were kept say nothing of them.
    return Rotation(**{"reconciled": 0} | record | lists | {"at": at, "finished": True})


def _people(store: Store) -> tuple[Delivery, ...]:
    """Everything about people; what lies in a cluster cannot be changed from here, as what others keyed."""
    return tuple(item for item in store.recorded() if item.about_people)


def _foreign(store: Store, treated: Iterable[Delivery]) -> tuple[str, ...]:
    names = {item.sha256 for item in treated}
    return tuple(sorted({item.key_space or "" for item in _people(store) if item.sha256 not in names}))


@contextmanager
def _change(store: Store) -> Iterator[Path]:
    """A folder for files that take their places together when the block ends well."""
    prepared = durable.temporary(store.root / durable.CHANGE)
    prepared.mkdir()
    try:
        yield prepared
        _drop_cached_people(store)
        durable.decide(prepared, store.root)
    finally:
        shutil.rmtree(prepared, ignore_errors=True)


def _drop_cached_people(store: Store) -> None:
    """Folded people hold keys; they are made again from the people files."""
    for path in (store.root / "parts").glob("people-*"):
        path.unlink(missing_ok=True)
    # So do people folded from a cluster, where its work was left in the store.
    shutil.rmtree(store.root / "elsewhere", ignore_errors=True)


def _rewritten(
    prepared: Path, item: Delivery, keys: Keys, without: bytes | None = None
) -> tuple[Delivery, people.PeopleFile]:
    """A delivery's people file written anew below `prepared`, and the delivery as it then is."""
    if item.month is None or item.key_space is None:
        raise ValueError(f"{item.sha256} is not about people")
    file = people.rewrite(
        item.path,
        prepared / "snapshots" / "people.parquet",
        kind=item.kind,
        month=item.month,
        keys=keys,
        key_space=item.key_space,
        without=without,
    )
    # A name of its own, so that the old file stays whole until the sidecar names the new one.
    name = f"{item.sha256}.{file.sha256[:_NAME]}.parquet"
    file.path.rename(file.path.with_name(name))
    counts = {source: (rows, simulated) for source, rows, simulated in file.contents}
    updated = replace(
        item,
        content_sha256=file.sha256,
        rows_digest=file.rows_digest,
        key_space=file.key_space,
        path=item.path.with_name(name),
        contents=tuple(
            replace(content, cells=rows, active=rows)
            for content in item.contents
            for rows, _ in [counts.get(content.source, (0, False))]
        ),
    )
    return updated, file


def _prepare(prepared: Path, item: Delivery, aside: list[dict[str, Any]]) -> None:
    durable.write_json(prepared / "snapshots" / f"{item.sha256}.json", record_of(item))
    if aside:
        durable.write_json(prepared / "quarantine" / f"{item.sha256}.json", aside)


def _wrapped(keys: Keys, key: str, key_space: str | None) -> str:
    return keys.wrap(bytes.fromhex(key), keys.length_of(key_space or "") or len(keys.chain)).hex()


def _rewrapping(keys: Keys, space: str) -> tuple[Rekey, str] | None:
    """How the keys of a space are carried over to the whole chain; None where they are somebody else's."""
    length = keys.length_of(space)
    return None if length is None else (partial(_all_wrapped, keys, length), keys.space)


def _all_wrapped(keys: Keys, length: int, column: pa.Array) -> pa.Array:
    wrapped = [None if key is None else keys.wrap(key, length) for key in column.to_pylist()]
    return pa.array(wrapped, column.type)


def _without(person: bytes, column: pa.Array) -> pa.Array:
    return pa.array([None if key == person else key for key in column.to_pylist()], column.type)


def _record(store: Store, prepared: Path, kind: str, receipt: Rotation | Erasure) -> None:
    """Keep the receipt, together with what it says."""
    folder = store.root / _RECEIPTS
    number = max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0) + 1
    content = {"kind": kind} | asdict(receipt) | {"at": receipt.at.astimezone(dt.UTC).isoformat()}
    durable.write_json(prepared / _RECEIPTS / f"{number:06d}.json", content)
