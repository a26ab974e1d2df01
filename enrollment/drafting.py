"""What an accepted reading becomes once it is kept: a delivery, with what it holds of each source."""

import datetime as dt
import hashlib
from pathlib import Path

import pyarrow as pa

from enrollment.contract import Reading
from enrollment.delivery import Delivery, SourceContent


def draft(
    reading: Reading,
    *,
    number: int,
    received_at: dt.datetime,
    received_by: str,
    folder: Path,
    scope: str = "full",
    stated_month: bool = False,
    stated_source: str | None = None,
) -> Delivery:
    """The delivery that an accepted reading becomes once it is kept under `folder`."""
    people = reading.people
    form = "parquet" if people else reading.form
    return Delivery(
        number=number,
        sha256=reading.sha256,
        content_sha256=people.sha256 if people else reading.sha256,
        file=reading.file,
        kind=reading.kind,
        month=reading.months[0] if reading.months else None,
        contents=_contents(reading),
        provinces=reading.provinces,
        scope=scope,
        rows_digest=people.rows_digest if people else rows_digest(reading.accepted),
        quarantined=reading.faulty_rows,
        mends=reading.mends,
        key_space=reading.key_space,
        keyed_here=reading.keyed_here,
        reference=reading.reference,
        received_at=received_at,
        received_by=received_by,
        stated_month=stated_month,
        stated_source=stated_source,
        withdrawn=None,
        path=folder / f"{reading.sha256}.{form}",
        notes=reading.notes,
    )


def _contents(reading: Reading) -> tuple[SourceContent, ...]:
    if reading.reference:
        return ()
    if reading.people is None:
        return contents_of(reading.accepted)
    return tuple(
        SourceContent(source, rows, rows, simulated) for source, rows, simulated in reading.people.contents
    )


def rows_digest(rows: pa.Table) -> str:
    """SHA-256 over the accepted rows in a fixed order, whatever order and spelling they came in."""
    columns = [name for name in rows.column_names if name != "row"]
    lines = sorted(
        "\x1f".join("\\N" if value is None else str(value) for value in row)
        for row in zip(*(rows[name].to_pylist() for name in columns), strict=True)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def contents_of(rows: pa.Table) -> tuple[SourceContent, ...]:
    """What accepted rows hold of each source."""
    grouped = rows.group_by("source").aggregate(
        [("active", "sum"), ("source", "count"), ("simulated", "max")]
    )
    return tuple(
        SourceContent(row["source"], row["source_count"], row["active_sum"], bool(row["simulated_max"]))
        for row in sorted(grouped.to_pylist(), key=lambda row: row["source"])
    )
