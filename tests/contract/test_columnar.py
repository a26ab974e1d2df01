"""Parquet: columns by name, values as they are, and no row that is silently missing."""

import datetime as dt
import io
import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from enrollment.contract import columnar
from enrollment.contract.faults import Findings, Refused
from tests.contract.bad_input import BOMBS
from tests.contract.tables import KINDS, TOTALS, Rows, parquet, parquet_of


def read(content: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]], Findings]:
    """Names, rows as texts, and notes."""
    findings = Findings()
    table = columnar.open_table(io.BytesIO(content), findings)
    rows: list[tuple[str, ...]] = []
    for batch in table.batches:
        assert batch.rows.to_pylist() == list(range(len(rows) + 1, len(rows) + len(batch) + 1))
        assert not any(column.null_count for column in batch.columns)
        rows += zip(*(column.to_pylist() for column in batch.columns), strict=True)
    return tuple(table.header[1]), rows, findings


def column(values: Any, name: str = "aktif") -> list[str]:
    return [row[0] for row in read(parquet(pa.table({name: values})))[1]]


def faults_of(content: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        read(content)
    return [(fault.rule, fault.row, fault.column) for fault in refused.value.faults]


@pytest.mark.parametrize("table", KINDS, ids=[table.kind for table in KINDS])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zstd", "row_group_size": 2},
        {"compression": "gzip", "data_page_version": "2.0"},
        {"compression": "lz4", "use_dictionary": False},
        {"compression": "none", "data_page_size": 1, "write_batch_size": 1},
        {"store_schema": False, "write_statistics": False},
        {"use_dictionary": False, "column_encoding": {"sumber": "DELTA_LENGTH_BYTE_ARRAY"}},
    ],
    ids=str,
)
def test_a_file_gives_the_texts_that_stand_in_it(table: Rows, options: dict[str, Any]) -> None:
    names, rows, findings = read(parquet_of(table, **options))
    assert (names, rows) == (table.header, list(table.rows))
    assert findings.notes == []


def test_numbers_become_digits_days_become_dates_and_null_becomes_empty() -> None:
    assert column(pa.array([0, 30214, None, -5], pa.int64())) == ["0", "30214", "", "-5"]
    assert column(pa.array([2**64 - 1], pa.uint64())) == [str(2**64 - 1)]
    assert column(pa.array(["a", None, ""])) == ["a", "", ""]
    assert column(pa.array(["a", None, "a"]).dictionary_encode()) == ["a", "", "a"]
    assert column(pa.array(["é", None], pa.large_string())) == ["é", ""]
    assert column(pa.nulls(3)) == ["", "", ""]
    assert column(pa.array([1, 2], pa.int8()).dictionary_encode()) == ["1", "2"]
    assert column([dt.date(1979, 1, 31), None], "tgl_lahir") == ["1979-01-31", ""]


@pytest.mark.parametrize(
    ("name", "values", "rule"),
    [
        ("nik", [3171010101900001], "nik_not_text"),
        ("NIK", [3171010101900001.0], "nik_not_text"),
        ("nik", [b"3171010101900001"], "nik_not_text"),
        ("npp", [12], "column_type"),
        ("aktif", [1.0], "column_type"),
        ("aktif", [True], "column_type"),
        ("periode", [dt.date(2021, 8, 31)], "column_type"),
        ("tgl_lahir", [dt.datetime(1979, 1, 31)], "column_type"),  # noqa: DTZ001
        ("aktif", [{"a": 1}], "column_type"),
        ("aktif", [[1, 2]], "column_type"),
    ],
)
def test_a_column_of_a_type_that_may_change_values_is_a_fault(
    name: str, values: list[Any], rule: str
) -> None:
    assert faults_of(parquet(pa.table({"x": ["a"], name: values}))) == [(rule, None, name)]


def test_text_that_is_not_utf8_names_its_row() -> None:
    raw = pa.array([b"Siti"] * 70_000 + [b"Bud\xed"], pa.binary()).view(pa.string())
    assert faults_of(parquet(pa.table({"nama": raw}))) == [("not_utf8", 70_001, "nama")]
    assert faults_of(parquet(pa.table({"jabatan": raw}))) == [("not_utf8", 70_001, "jabatan")]


@pytest.mark.parametrize(("name", "row"), [("sumber", 1), ("nama", None)])
def test_a_very_long_text_is_a_fault_however_often_it_is_repeated(name: str, row: int | None) -> None:
    words = pa.array(["x" * 900_000])
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), words)
    content = parquet(pa.table({name: repeated}))
    assert len(content) < 200_000
    assert faults_of(content) == [("cell_too_long", row, name)]


def test_texts_that_share_beginnings_are_refused_because_any_length_fits_into_them() -> None:
    content = parquet_of(TOTALS, use_dictionary=False, column_encoding={"sumber": "DELTA_BYTE_ARRAY"})
    assert faults_of(content) == [("compression_not_supported", None, "sumber")]


@pytest.mark.parametrize("name", ["nama", "sumber"])
def test_a_dictionary_larger_than_a_slice_gives_the_same_texts(name: str) -> None:
    texts = [f"N{n * 7_919 % 150_000}" for n in range(200_000)]
    assert column(pa.array(texts), name) == texts


def test_a_giant_row_group_is_read_in_slices() -> None:
    count = 300_000
    content = parquet(
        pa.table({"nama": [f"N{n}" for n in range(count)], "aktif": range(count)}), row_group_size=count
    )
    table = columnar.open_table(io.BytesIO(content), Findings())
    sizes = [len(batch) for batch in table.batches]
    assert sum(sizes) == count
    assert max(sizes) <= 65_536


def test_checksums_that_are_missing_are_noted() -> None:
    _, _, findings = read(parquet_of(TOTALS, write_page_checksum=False))
    assert [note.rule for note in findings.notes] == ["no_checksums"]


def test_any_byte_changed_is_refused_or_changes_nothing(size: Callable[[int, int], int]) -> None:
    chance = random.Random(38)
    for options in ({"compression": "none"}, {"compression": "zstd", "row_group_size": 2}):
        content = parquet_of(TOTALS, **options)
        whole = set(read(content)[1])
        names = read(content)[0]
        for _ in range(size(200, 2_000)):
            changed = bytearray(content)
            place = chance.randrange(len(changed))
            changed[place] ^= 1 << chance.randrange(8)
            try:
                found = read(bytes(changed))
            except Refused:
                continue
            # A name in the footer has no checksum; a changed name is an unknown column.
            assert found[0] != names or set(found[1]) == whole


@pytest.mark.parametrize("kept", [0, 4, 11, 12, 60, -100, -8, -1])
def test_a_part_of_a_file_is_refused(kept: int) -> None:
    content = parquet_of(TOTALS)
    assert faults_of(content[:kept]) == [("broken_parquet", None, None)]


def test_brotli_is_refused_before_anything_is_unpacked() -> None:
    content = parquet_of(TOTALS, compression={"aktif": "brotli", "baru": "zstd"})
    assert faults_of(content) == [("compression_not_supported", None, "aktif")]


def test_a_file_without_rows_has_none() -> None:
    assert read(parquet(pa.table({"sumber": ["x"]}).slice(0, 0)))[:2] == (("sumber",), [])


def test_names_that_differ_by_nothing_are_left_to_the_header() -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["sumber", "sumber"])
    opened = columnar.open_table(io.BytesIO(parquet(table)), Findings())
    assert opened.header == (0, ["sumber", "sumber"])


@pytest.mark.parametrize("title", [title for title, bomb in BOMBS.items() if "parquet" in bomb[0]])
def test_rows_that_cannot_all_differ_are_refused(title: str) -> None:
    _, make, rule = BOMBS[title]
    assert faults_of(make()) == [(rule, None, None)]


def test_how_far_the_reading_is_ends_at_the_end() -> None:
    content = parquet_of(TOTALS, row_group_size=2)
    done: list[int] = []
    table = columnar.open_table(io.BytesIO(content), Findings(), progress=done.append)
    assert sum(map(len, table.batches)) == 5
    assert done == sorted(done)
    assert done[-1] == len(content)
