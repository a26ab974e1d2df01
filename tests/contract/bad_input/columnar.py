"""What a Parquet file alone can have."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from tests.contract.bad_input.case import Case, Found, bad, good
from tests.contract.tables import MEMBERS, ROSTER, TOTALS, Rows, parquet, parquet_of


def columnar() -> Iterator[Case]:
    name = "kiriman.parquet"

    def refused(title: str, content: bytes, *found: Found, **more: Any) -> Case:
        return bad(f"Parquet: {title}", content, *found, name=name, **more)

    def table(rows: Rows, **columns: pa.Array) -> pa.Table:
        texts = dict(zip(rows.header, map(list, zip(*rows.rows, strict=True)), strict=True))
        return pa.table(
            {name: columns.get(name, pa.array(values, pa.string())) for name, values in texts.items()}
        )

    counts = [120, 95, 30214, 0, 17]
    whole = table(TOTALS, aktif=pa.array(counts, pa.int64()), baru=pa.array([7, None, 0, 0, 1], pa.int32()))
    yield good("Parquet: counts as numbers", parquet(whole), TOTALS, name)
    words = table(TOTALS, sumber=pa.array([row[1] for row in TOTALS.rows]).dictionary_encode())
    yield good("Parquet: dictionary", parquet(words, compression="zstd"), TOTALS, name)
    large = table(TOTALS, provinsi=pa.array([row[3] for row in TOTALS.rows], pa.large_string()))
    yield good("Parquet: large text, many row groups", parquet(large, row_group_size=2), TOTALS, name)
    days = pa.array([dt.date.fromisoformat(row[8]) if row[8] else None for row in MEMBERS.rows], pa.date32())
    yield good("Parquet: birth dates as days", parquet(table(MEMBERS, tgl_lahir=days)), MEMBERS, name)
    yield good(
        "Parquet: no checksums", parquet_of(TOTALS, write_page_checksum=False), TOTALS, name, "no_checksums"
    )
    numbers = pa.array([int(row[0]) for row in MEMBERS.rows], pa.int64())
    yield refused("NIK as a number", parquet(table(MEMBERS, nik=numbers)), ("nik_not_text", None))
    yield refused(
        "NIK as a float", parquet(table(MEMBERS, nik=numbers.cast(pa.float64()))), ("nik_not_text", None)
    )
    yield refused("KPJ as a number", parquet(table(MEMBERS, kpj=numbers)), ("column_type", None))
    floats = pa.array(counts, pa.float64())
    yield refused("counts as floats", parquet(table(TOTALS, aktif=floats)), ("column_type", None))
    moments = pa.array([dt.datetime(1979, 1, 30, 17, tzinfo=dt.UTC)] * 6, pa.timestamp("us", "UTC"))
    yield refused("birth dates as moments", parquet(table(MEMBERS, tgl_lahir=moments)), ("column_type", None))
    decimals = pa.array(counts, pa.int64()).cast(pa.decimal128(24, 2))
    yield refused("counts as decimals", parquet(table(TOTALS, aktif=decimals)), ("column_type", None))
    nested = pa.array([[1]] * 5)
    yield refused("lists", parquet(table(TOTALS, aktif=nested)), ("column_type", None))
    yield refused("Brotli", parquet_of(TOTALS, compression="brotli"), ("compression_not_supported", None))
    latin = pa.array([b"Budi", b"Bud\xed", b"c", b"d", b"e"], pa.binary()).view(pa.string())
    yield refused("text that is not UTF-8", parquet(table(ROSTER, nama=latin)), ("not_utf8", 2))
    content = parquet_of(TOTALS)
    yield refused("cut off", content[:-30], ("broken_parquet", None))
    yield refused("beginning only", content[:60], ("broken_parquet", None))
    yield refused("footer of nothing", content[:-8] + b"\xff\xff\xff\x7f" + b"PAR1", ("broken_parquet", None))
    flipped = bytearray(content)
    flipped[content.index(b"BUMDES")] ^= 1
    yield refused("one bit flipped", bytes(flipped), ("broken_parquet", None))
    yield refused("encrypted", b"PARE" + content[4:-4] + b"PARE", ("password", None))
    wide = pa.table({f"k{n}": ["x"] for n in range(10_000)})
    yield refused("ten thousand columns", parquet(wide), ("too_many_columns", None))
    yield refused("no rows", parquet(whole.slice(0, 0)), ("no_rows", None), rows=0)
    negative = table(TOTALS, aktif=pa.array([-5, *counts[1:]], pa.int64()))
    yield refused("a negative number", parquet(negative), ("count_sign", 1), rows=5)
