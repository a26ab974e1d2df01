"""The people file: what is written of the rows that were judged, and what never is."""

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment import durable
from enrollment.contract import people
from enrollment.contract.people import PeopleFile, PeopleWriter, SourcePeople
from enrollment.keys import Keys

AUGUST = dt.date(2021, 8, 31)
KEYS = Keys((b"first".ljust(32), b"second".ljust(32)), Path("key"))
OLD_KEYS = Keys(KEYS.chain[:1], Path("key"))

MEMBERS = pa.schema(
    [
        ("row", pa.int64()),
        ("identity", pa.string()),
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("segment", pa.string()),
        ("province", pa.dictionary(pa.int32(), pa.string())),
        ("regency", pa.string()),
        ("programmes", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("birth_year", pa.int64()),
        ("kpj", pa.string()),
        ("npp", pa.string()),
        ("simulated", pa.bool_()),
    ]
)
WRITTEN = [
    *("key", "key_range", "row", "month", "source", "segment", "province", "regency", "programmes"),
    *("sex", "birth_date", "birth_year", "kpj", "npp", "simulated"),
]
ROSTER = [
    *("key", "key_range", "row", "month", "source", "province", "regency", "programmes", "sex"),
    *("birth_date", "birth_year", "kpj", "position", "registered_on", "simulated"),
]


def member(row: int, identity: str, source: str = "TPP", **others: Any) -> dict[str, Any]:
    first = {"row": row, "identity": identity, "source": source, "segment": "PU", "province": "ID-JK"}
    return dict.fromkeys(MEMBERS.names) | first | {"programmes": "JKK+JKM", "simulated": False} | others


def nik(number: int) -> str:
    return f"317101010190{number:04}"


def write(
    into: Path,
    rows: Iterable[dict[str, Any]],
    *,
    schema: pa.Schema = MEMBERS,
    kind: str = "members",
    per_batch: int = 7,
    keys: Keys = KEYS,
    key_space: str | None = None,
) -> PeopleFile:
    rows = list(rows)
    with PeopleWriter(into, kind, keys, key_space) as writer:
        for start in range(0, len(rows), per_batch):
            writer.add(pa.RecordBatch.from_pylist(rows[start : start + per_batch], schema))
        return writer.finish(AUGUST)


def read(path: Path) -> list[dict[str, Any]]:
    return [row | {"key": row["key"].bytes} for row in pq.read_table(path).to_pylist()]


def expected(rows: list[dict[str, Any]], keys: Keys = KEYS) -> list[dict[str, Any]]:
    """What a file of these rows holds, found the slow way."""
    first: dict[tuple[bytes, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["row"]):
        key = keys.key_of(row["identity"])
        written = {name: value for name, value in row.items() if name != "identity"}
        found = written | {"key": key, "key_range": key[0] >> 4, "month": AUGUST}
        first.setdefault((key, row["source"]), found | {"simulated": bool(row["simulated"])})
    return [first[place] for place in sorted(first)]


rows_of_people = st.lists(
    st.tuples(
        st.integers(1, 25),
        st.sampled_from(["TPP", "BUMDES", "LAINNYA"]),
        st.sampled_from(["PU", "BPU"]),
        st.sampled_from(["ID-JK", "ID-AC"]),
        st.sampled_from(["3171", None]),
        st.sampled_from(["L", "P", None]),
        st.dates(dt.date(1900, 1, 1), dt.date(2021, 1, 1)) | st.none(),
        st.integers(1900, 2021) | st.none(),
        st.from_regex("[0-9]{11}", fullmatch=True) | st.none(),
        st.text("JN01", min_size=1, max_size=4) | st.none(),
        st.sampled_from([True, False, None]),
    ),
    max_size=40,
).map(
    lambda drawn: [
        member(row, nik(number), source, segment=segment, province=province, regency=regency, sex=sex)
        | {"birth_date": born, "birth_year": year, "kpj": kpj, "npp": npp, "simulated": simulated}
        for row, (number, source, segment, province, regency, sex, born, year, kpj, npp, simulated) in (
            enumerate(drawn, start=2)
        )
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(rows=rows_of_people, per_batch=st.integers(1, 50))
def test_the_file_holds_each_person_once_per_source(
    rows: list[dict[str, Any]], per_batch: int, tmp_path: Path
) -> None:
    written = write(tmp_path / "people.parquet", rows, per_batch=per_batch)
    wanted = expected(rows)
    assert read(written.path) == wanted
    assert written.rows == len(wanted)
    counts = Counter(row["source"] for row in wanted)
    simulated = {row["source"] for row in wanted if row["simulated"]}
    assert written.contents == tuple(SourcePeople(s, counts[s], s in simulated) for s in sorted(counts))
    assert written.provinces == tuple(sorted({row["province"] for row in wanted}))
    assert written.sha256 == durable.sha256(written.path)
    kept = {(row["key"], row["source"]): row["row"] for row in wanted}
    assert written.duplicates.to_pylist() == [
        {"row": row["row"], "earlier_row": earlier, "source": row["source"], "key": key}
        for row in rows
        for key in [KEYS.key_of(row["identity"])]
        if (earlier := kept[key, row["source"]]) != row["row"]
    ]


def test_row_groups_stay_within_a_key_range_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "ROW_GROUP", 5)
    rows = [member(row, nik(row)) for row in range(2, 300)]
    written = write(tmp_path / "people.parquet", rows)
    assert read(written.path) == expected(rows)
    file = pq.ParquetFile(written.path)
    assert file.schema_arrow.names == WRITTEN
    ranges = []
    for number in range(file.num_row_groups):
        column = file.metadata.row_group(number).column(WRITTEN.index("key_range"))
        assert column.statistics.min == column.statistics.max
        ranges.append(column.statistics.min)
    assert ranges == sorted(ranges)
    assert set(ranges) == set(range(16))


def test_duckdb_reads_the_key_as_a_uuid_and_skips_other_ranges(tmp_path: Path) -> None:
    rows = [member(row, nik(row), birth_date=dt.date(1990, 1, 1)) for row in range(2, 200)]
    path = write(tmp_path / "people.parquet", rows).path
    with duckdb.connect() as connection:
        source = connection.read_parquet(str(path))
        types = dict(zip(source.columns, map(str, source.types), strict=True))
        assert (types["key"], types["key_range"], types["birth_date"]) == ("UUID", "UTINYINT", "DATE")
        assert {types[name] for name in ("source", "segment", "kpj", "npp")} == {"VARCHAR"}
        found = source.filter("key_range = 7").project("key, row").fetchall()
    wanted = [row for row in expected(rows) if row["key_range"] == 7]
    assert found == [(uuid.UUID(bytes=row["key"]), row["row"]) for row in wanted]


def test_columns_that_are_not_reported_are_null(tmp_path: Path) -> None:
    fields = [
        MEMBERS.field(name) for name in ("row", "identity", "source", "segment", "province", "programmes")
    ]
    rows = [member(row, nik(row)) for row in range(2, 20)]
    bare = [{field.name: row[field.name] for field in fields} for row in rows]
    written = write(tmp_path / "people.parquet", bare, schema=pa.schema(fields))
    assert read(written.path) == expected(rows)
    assert written.rows_digest == write(tmp_path / "other.parquet", rows).rows_digest


def test_a_roster_has_columns_of_its_own(tmp_path: Path) -> None:
    roster = pa.schema(
        [
            *(("row", pa.int64()), ("identity", pa.string()), ("source", pa.string())),
            *(("province", pa.string()), ("position", pa.string()), ("registered_on", pa.date32())),
            ("name", pa.string()),
        ]
    )
    person = {"row": 2, "identity": nik(1), "source": "TPP", "province": "ID-JK", "name": "Siti"}
    rows = [person | {"position": "Ketua =1+1", "registered_on": dt.date(2021, 4, 9)}]
    written = write(tmp_path / "people.parquet", rows, schema=roster, kind="roster")
    (found,) = read(written.path)
    assert list(found) == ROSTER
    assert (found["position"], found["registered_on"]) == ("Ketua =1+1", dt.date(2021, 4, 9))
    assert b"Siti" not in written.path.read_bytes()


def test_rows_that_mend_others_say_which(tmp_path: Path) -> None:
    schema = MEMBERS.append(pa.field("mends_row", pa.int32()))
    rows = [member(row, nik(row), mends_row=row + 100) for row in range(2, 20)]
    written = write(tmp_path / "people.parquet", rows, schema=schema)
    assert [row["mends_row"] for row in read(written.path)] == [row["mends_row"] for row in expected(rows)]


def test_a_delivery_without_people_is_an_empty_file(tmp_path: Path) -> None:
    written = write(tmp_path / "people.parquet", [])
    assert (written.rows, written.contents, written.provinces) == (0, (), ())
    assert pq.read_schema(written.path).names == WRITTEN
    assert not len(written.duplicates)


@pytest.mark.parametrize("spelling", ["hex", "upper", "uuid", "bytes", "fixed", "extension"])
def test_keys_of_a_foreign_space_stay_as_they_are(tmp_path: Path, spelling: str) -> None:
    made = [uuid.UUID(int=random.Random(number).getrandbits(128)) for number in range(50)]
    column = {
        "hex": pa.array([key.hex for key in made]),
        "upper": pa.array([key.hex.upper() for key in made]).dictionary_encode(),
        "uuid": pa.array([str(key) for key in made]),
        "bytes": pa.array([key.bytes for key in made]),
        "fixed": pa.array([key.bytes for key in made], pa.binary(16)),
        "extension": pa.array([key.bytes for key in made], pa.uuid()),
    }[spelling]
    sources = pa.array(["TPP"] * len(made))
    with PeopleWriter(tmp_path / "people.parquet", "members", KEYS, "dukcapil") as writer:
        writer.add(pa.record_batch({"row": pa.array(range(50)), "key": column, "source": sources}))
        written = writer.finish(AUGUST)
    assert written.key_space == "dukcapil"
    assert [row["key"] for row in read(written.path)] == sorted(key.bytes for key in made)


@pytest.mark.parametrize("made_with", [OLD_KEYS, KEYS])
def test_keys_made_with_an_earlier_chain_are_carried_over(tmp_path: Path, made_with: Keys) -> None:
    keys = pa.array([made_with.key_of(nik(number)) for number in range(40)])
    sources = pa.array(["TPP"] * 40)
    with PeopleWriter(tmp_path / "people.parquet", "members", KEYS, made_with.space) as writer:
        writer.add(pa.record_batch({"row": pa.array(range(40)), "key": keys, "source": sources}))
        written = writer.finish(AUGUST)
    assert written.key_space == KEYS.space
    found = [row["key"] for row in read(written.path)]
    assert found == sorted(KEYS.key_of(nik(number)) for number in range(40))


def test_keys_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    made = [bytes([7] * 8 + [number % 5] * 8) for number in range(20)]
    rows = {"row": pa.array(range(20)), "key": pa.array(made), "source": pa.array(["A", "B"] * 10)}
    with PeopleWriter(tmp_path / "people.parquet", "members", KEYS, "dukcapil") as writer:
        writer.add(pa.record_batch(rows))
        written = writer.finish(AUGUST)
    places = [(row["key"], row["source"], row["row"]) for row in read(written.path)]
    assert places == sorted((key, source, row) for row, (key, source) in enumerate(zip(made[:10], "AB" * 5)))  # noqa: B905
    assert written.duplicates["row"].to_pylist() == list(range(10, 20))
    assert written.duplicates["earlier_row"].to_pylist() == list(range(10))


def test_the_digest_knows_content_and_not_order(tmp_path: Path) -> None:
    rows = [member(row, nik(row // 2), "AB"[row % 2]) for row in range(2, 60)]
    digest = write(tmp_path / "people.parquet", rows).rows_digest
    shuffled = rows.copy()
    random.Random(1).shuffle(shuffled)
    shuffled = [row | {"row": number} for number, row in enumerate(shuffled, start=2)]
    assert write(tmp_path / "other.parquet", shuffled, per_batch=3).rows_digest == digest
    for change in ({"sex": "L"}, {"province": "ID-AC"}, {"birth_year": 1990}, {"identity": nik(999)}):
        changed = [rows[0] | change, *rows[1:]]
        assert write(tmp_path / "other.parquet", changed).rows_digest != digest


def test_no_nik_is_ever_written(tmp_path: Path) -> None:
    rows = [member(row, nik(row), kpj=f"{row:011}") for row in range(2, 100)]
    seen = 0
    with PeopleWriter(tmp_path / "people.parquet", "members", KEYS) as writer:
        writer.add(pa.RecordBatch.from_pylist(rows, MEMBERS))
        for file in writer._files:
            file.flush()
        for path in list(tmp_path.rglob("*/*")):
            assert nik(0)[:12].encode() not in path.read_bytes()
            assert path.parent.name.startswith(durable.PREFIX)
            seen += 1
        written = writer.finish(AUGUST)
    assert seen == 16
    assert nik(0)[:12].encode() not in written.path.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["people.parquet"]


def test_what_is_discarded_or_interrupted_leaves_nothing(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pylist([member(2, nik(1))], MEMBERS)
    writer = PeopleWriter(tmp_path / "people.parquet", "members", KEYS)
    writer.add(batch)
    writer.discard()
    assert list(tmp_path.iterdir()) == []
    writer = PeopleWriter(tmp_path / "people.parquet", "members", KEYS)
    writer.add(batch)
    with pytest.raises(KeyboardInterrupt), writer:
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_killed_load_leaves_only_what_is_swept(tmp_path: Path) -> None:
    writer = PeopleWriter(tmp_path / "people.parquet", "members", KEYS)
    writer.add(pa.RecordBatch.from_pylist([member(2, nik(1))], MEMBERS))
    durable.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
    writer.discard()


def test_a_person_without_an_identity_is_no_person(tmp_path: Path) -> None:
    rows = pa.record_batch({"row": [2], "key": ["no key"], "source": ["TPP"]})
    with PeopleWriter(tmp_path / "people.parquet", "members", KEYS, "dukcapil") as writer:
        with pytest.raises(ValueError, match=r"^a person without a NIK or a key$"):
            writer.add(rows)
        with pytest.raises(ValueError, match=r"^a person without a NIK or a key$"):
            writer.add(pa.record_batch({"row": [2], "key": pa.array([None], pa.string()), "source": ["TPP"]}))
