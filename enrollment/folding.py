"""Folding members that lie in a cluster: judged there, counted there, and kept here as parts and sidecars.

Nothing that is about a single person comes here. Each month of members becomes a delivery like any other,
whose file says where the members lie and what they amount to; `publish` takes its parts as it takes its own.
"""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from enrollment import building, durable, lock
from enrollment.contract import Note
from enrollment.delivery import ELSEWHERE, Delivery, counted, record_of
from enrollment.fold import Part, members
from enrollment.fold.elsewhere import FoldingElsewhere
from enrollment.fold.engines import Engine, duckdb_told
from enrollment.fold.members import Survey
from enrollment.plausibility import doubts
from enrollment.store import Store, codes_of

OWN_SPACE = "c" * 16
"""The key space of members of whose keys nothing is said: not to be compared with people who were loaded."""


class Implausible(Exception):
    """Members are well formed, and what they say needs a person's word. Nothing was kept."""

    def __init__(self, notes: Sequence[tuple[str, Note]]) -> None:
        super().__init__(", ".join(note.rule for _, note in notes))
        self.notes = tuple(notes)
        """What speaks against each of some files."""


@dataclass(frozen=True, slots=True)
class PartContent:
    """What a part holds: `sha256` is that of its rows as sorted lines, whatever the file's bytes."""

    month: dt.date
    part: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What came of folding: the deliveries of the months that were named, `new` those that were not known."""

    deliveries: tuple[Delivery, ...]
    new: frozenset[str]
    parts: tuple[PartContent, ...]


def fold_members(
    store: Store,
    engine: Engine,
    roots: Sequence[str],
    *,
    key_space: str = OWN_SPACE,
    confirmed: bool = False,
    now: dt.datetime | None = None,
    by: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Folded:
    """Fold the members under some paths, and what else is kept, on an engine; nothing is published.

    `progress` is told months folded and months in all. Raises MembersFault, EngineFailed, Implausible,
    StoreLocked, DeliveryDamaged, ReferenceFault; then nothing is kept but folded months, which `publish`
    takes where they are what it would fold.
    """
    with lock.writing(store.root):
        store.sweep()
        tables = store.reference()
        codes = codes_of(tables)
        known = [item for item in store.kept() if item.elsewhere and not item.withdrawn]
        months = [item.month for item in known if item.month]
        found = members.found(engine, roots, months) if roots else {}
        surveys = [members.survey(engine, month, paths, codes) for month, paths in found.items()]
        drafted, documents = _drafted(store, surveys, key_space, now, by)
        new = tuple(item for item in drafted if item.sha256 in documents)
        if not confirmed and (notes := tuple(_doubts(store.kept(), new))):
            raise Implausible(notes)
        kept = {item.sha256: item for item in (*store.kept(), *drafted)}
        deliveries = tuple(item for item in kept.values() if item.kind != "reference")
        where = {item.sha256: survey.paths for item, survey in zip(drafted, surveys, strict=True)}
        folding = FoldingElsewhere(store, building.priorities_of(tables), {}, engine, codes, where)
        with duckdb_told():
            parts = folding.parts(building.origins_of(deliveries, tables), progress)
            contents = tuple(_contents(parts))
        if new:
            _keep(store, new, documents)
        engine.forget_people_but([part.key for part in parts])
    return Folded(drafted, frozenset(documents), contents)


def _drafted(
    store: Store, surveys: Sequence[Survey], key_space: str, now: dt.datetime | None, by: str | None
) -> tuple[tuple[Delivery, ...], dict[str, bytes]]:
    """The delivery of each month, and the files of those that are not kept yet, by name."""
    kept = store.kept()
    known = {item.sha256: item for item in kept if not item.withdrawn}
    number = max((item.number for item in kept), default=0)
    drafted: list[Delivery] = []
    documents: dict[str, bytes] = {}
    for survey in surveys:
        name = hashlib.sha256(f"{key_space} {survey.name}".encode()).hexdigest()
        if name in known:
            drafted.append(known[name])
            continue
        number += 1
        documents[name] = (json.dumps(survey.document(), ensure_ascii=False, indent=2) + "\n").encode()
        drafted.append(
            Delivery(
                number=number,
                sha256=name,
                content_sha256=hashlib.sha256(documents[name]).hexdigest(),
                file=survey.paths[0].rstrip("/").rsplit("/", 1)[-1],
                kind="members",
                month=survey.month,
                contents=survey.contents,
                provinces=survey.provinces,
                scope="full",
                rows_digest=survey.digest,
                quarantined=0,
                mends=None,
                key_space=key_space,
                keyed_here=False,
                reference=None,
                received_at=now or dt.datetime.now(dt.UTC),
                received_by=by or lock.user(),
                stated_month=False,
                stated_source=None,
                withdrawn=None,
                path=_path(store, name),
            )
        )
    return tuple(drafted), documents


def _keep(store: Store, new: Sequence[Delivery], documents: Mapping[str, bytes]) -> None:
    """Let deliveries count, all of them at once: between two months one would seem to be missing."""
    prepared = durable.temporary(store.root / durable.CHANGE)
    prepared.mkdir()
    try:
        for item in new:
            folder = prepared / item.path.parent.relative_to(store.root)
            durable.write_bytes(folder / item.path.name, documents[item.sha256])
            durable.write_json(folder / f"{item.sha256}.json", record_of(item))
        durable.decide(prepared, store.root)
    finally:
        shutil.rmtree(prepared, ignore_errors=True)


def _path(store: Store, name: str) -> Path:
    return store.root / "snapshots" / f"{name}{ELSEWHERE}"


def _doubts(kept: Sequence[Delivery], new: Sequence[Delivery]) -> Iterator[tuple[str, Note]]:
    for place, item in enumerate(new):
        for note in doubts(item, None, counted((*kept, *new[:place]))):
            yield item.file, note


def _contents(parts: Sequence[Part]) -> Iterator[PartContent]:
    """What each part holds, so that two engines can be held against each other."""
    with duckdb.connect() as connection:
        for part in parts:
            files: dict[str, Any] = {"cells": part.path, "overlap": part.overlap, "cohorts": part.cohorts}
            for name, path in files.items():
                if path is None:
                    continue
                rows, text = connection.execute(
                    """
                    select count(*), coalesce(sha256(string_agg(line, chr(10) order by line)), '')
                    from (select to_json(row_of)::varchar as line from read_parquet($path) as row_of)
                    """,
                    {"path": str(path)},
                ).fetchall()[0]
                yield PartContent(part.month, name, rows, text)
