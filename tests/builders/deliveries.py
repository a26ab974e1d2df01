"""Rows of deliveries, the files made from them, and files about people as they are kept."""

import csv
import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from enrollment import durable
from enrollment.delivery import Delivery as KeptDelivery
from enrollment.delivery import SourceContent
from tests.builders.reference import STEWARD, written
from tests.oracle import Row

HEADERS = {
    "source": "sumber",
    "segment": "segmen",
    "province": "provinsi",
    "regency": "kab_kota",
    "programmes": "program",
    "sex": "jenis_kelamin",
    "age_band": "kelompok_umur",
    "active": "aktif",
    "new": "baru",
    "reactivated": "aktif_kembali",
    "lapsed": "berhenti",
    "moved_in": "pindah_masuk",
    "moved_out": "pindah_keluar",
    "simulated": "simulasi",
}
REQUIRED = ("source", "segment", "province", "programmes", "active")
CELL: Row = {
    **dict.fromkeys(HEADERS),
    "source": "TPP",
    "segment": "BPU",
    "province": "ID-AC",
    "programmes": "JKK+JKM",
    "simulated": False,
}
PERSON: Row = {
    **{name: CELL[name] for name in ("source", "segment", "province", "regency", "programmes", "sex")},
    "birth_year": None,
    "simulated": False,
}
KEY_SPACE = "0" * 16


def cell(active: int, **said: Any) -> Row:
    """A row of a delivery: village facilitators in Aceh, in two programmes, unless it says otherwise."""
    if unknown := said.keys() - HEADERS.keys():
        raise TypeError(f"not in a delivery: {sorted(unknown)}")
    return {**CELL, "active": active, **said}


def person(name: str, **said: Any) -> Row:
    """A row about one person: like a cell, in which a birth year takes the place of the age band."""
    if unknown := said.keys() - PERSON.keys():
        raise TypeError(f"not in a row about a person: {sorted(unknown)}")
    return {**PERSON, "person": name, **said}


def delivery_text(month: str, rows: Sequence[Row]) -> str:
    """A delivery as a CSV file; an optional column is there when a row needs it."""
    fields = [name for name in HEADERS if name in REQUIRED or any(written(row[name]) for row in rows)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["periode", *(HEADERS[name] for name in fields)])
    writer.writerows([month, *(written(row[name]) for name in fields)] for row in rows)
    return text.getvalue()


def key_of(name: str, key_space: str) -> uuid.UUID:
    """The key of a person, as far as a test goes."""
    return uuid.UUID(hashlib.md5(f"{key_space} {name}".encode(), usedforsecurity=False).hexdigest())


def write_people(path: Path, month: dt.date, rows: Sequence[Row], key_space: str) -> None:
    """A kept file about people: sorted by key, with a group of rows for each range of keys."""
    keyed = sorted(
        (key_of(row["person"], key_space).bytes, number, row) for number, row in enumerate(rows, 2)
    )
    texts = ("source", "segment", "province", "regency", "programmes", "sex")
    schema = pa.schema(
        [
            ("key", pa.uuid()),
            ("key_range", pa.uint8()),
            ("row", pa.int32()),
            ("month", pa.date32()),
            *((name, pa.string()) for name in texts),
            ("birth_date", pa.date32()),
            ("birth_year", pa.int16()),
            ("simulated", pa.bool_()),
        ]
    )
    with pq.ParquetWriter(path, schema) as writer:
        for key_range in range(16):
            group = [item for item in keyed if item[0][0] >> 4 == key_range]
            if not group:
                continue
            columns = [
                pa.ExtensionArray.from_storage(
                    pa.uuid(), pa.array([key for key, _, _ in group], pa.binary(16))
                ),
                pa.array([key_range] * len(group), pa.uint8()),
                pa.array([number for _, number, _ in group], pa.int32()),
                pa.array([month] * len(group), pa.date32()),
                *(pa.array([row[name] for _, _, row in group], pa.string()) for name in texts),
                pa.nulls(len(group), pa.date32()),
                pa.array([row["birth_year"] for _, _, row in group], pa.int16()),
                pa.array([row["simulated"] for _, _, row in group], pa.bool_()),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def people_delivery(
    path: Path, month: dt.date, rows: Sequence[Row], *, number: int, file: str, scope: str
) -> KeptDelivery:
    """The sidecar of a kept file about people."""
    sources = sorted({row["source"] for row in rows})
    lines = {source: [row for row in rows if row["source"] == source] for source in sources}
    return KeptDelivery(
        number=number,
        sha256=path.stem,
        content_sha256=durable.sha256(path),
        file=file,
        kind="members",
        month=month,
        contents=tuple(
            SourceContent(source, len(found), len(found), any(row["simulated"] for row in found))
            for source, found in lines.items()
        ),
        provinces=tuple(sorted({row["province"] for row in rows})),
        scope=scope,
        rows_digest=path.stem,
        quarantined=0,
        mends=None,
        key_space=KEY_SPACE,
        keyed_here=False,
        reference=None,
        received_at=dt.datetime(2021, 9, 1, 3, tzinfo=dt.UTC),
        received_by=STEWARD,
        stated_month=False,
        stated_source=None,
        withdrawn=None,
        path=path,
    )
