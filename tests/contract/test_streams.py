"""A delivery is read in pieces, and means the same however it is cut, spelt, packed or quoted."""

import gzip
import hmac
import io
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.contract import Reading, read, text
from enrollment.language import CODES, Language
from tests.contract import deliveries
from tests.contract.deliveries import (
    GOOD,
    HEADER,
    KEYS,
    MEMBERS,
    MEMBERS_HEADER,
    ROSTER,
    ROSTER_HEADER,
    ROWS,
    TODAY,
    deliver,
    lines,
    people,
    with_cell,
    with_member,
)

SCRAPS = ("", " ", "TPP", "tpp", "PU", "X", "ID-AC", "91", "1101", "JKK+JKM", "L", "1990-08-17", "17/08/1990")
BAD_NIKS = ("317101170890000", "3.17E+15", "3171011708900001 ", "'3171011708900001", "0000000000000000")
scraps = st.sampled_from((*SCRAPS, *BAD_NIKS, "#", "TOTAL", "-1", "é", "\u200b", '"a"', '"', "2021-07"))
good_members = st.sampled_from(MEMBERS) | st.integers(1, 9999).map(
    lambda serial: with_member("nik", f"317101170890{serial:04}")
)
one_off = st.builds(with_member, st.sampled_from(MEMBERS_HEADER.split(",")), scraps, good_members)
any_members = (
    good_members
    | one_off
    | st.lists(scraps, max_size=12).map(",".join)
    | st.just(MEMBERS_HEADER)
    | st.just("")
)
any_totals = st.sampled_from(ROWS) | st.builds(with_cell, st.sampled_from(HEADER.split(",")), scraps)
ends = st.sampled_from(["\n", "\r\n", "\r"])
sizes = st.sampled_from([1, 7, 64, 300, 1 << 20])


Kept = list[dict[str, Any]]


def reading_of_bytes(content: str | bytes, name: str = "kiriman.csv", **said: object) -> tuple[Reading, Kept]:
    """What the contract says of some bytes, and the rows it accepts; nothing else is left on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        reading = deliver(Path(folder), content, name, **said)
        left = {path.name for path in Path(folder).iterdir()} - {name}
        assert left == ({"orang.parquet"} if reading.people else set())
        rows = pq.read_table(reading.people.path) if reading.people else reading.accepted
        return reading, rows.to_pylist()


def told(content: str | bytes, name: str = "kiriman.csv", **said: object) -> dict[str, object]:
    """Everything that is said of a delivery but the names of its bytes."""
    reading, kept = reading_of_bytes(content, name, **said)
    return {
        "faults": reading.faults,
        "counts": reading.fault_counts,
        "rows": (reading.rows_in, reading.faulty_rows, kept),
        "notes": sorted(map(repr, reading.notes)),
        "about": (reading.kind, reading.months, reading.sources, reading.provinces, reading.whole_file),
        "quarantined": reading.quarantined and reading.quarantined.to_pylist(),
    }


def quoted(content: str, delimiter: str = ",") -> str:
    """The same delivery with quotes around every cell."""
    return "".join(
        delimiter.join(f'"{cell}"' for cell in line.split(delimiter)) + "\n" if line else "\n"
        for line in content.split("\n")[:-1]
    )


@given(st.lists(any_members, max_size=12), ends, sizes, st.booleans())
def test_members_are_the_same_however_the_file_is_cut(
    rows: list[str], end: str, size: int, quarantine: bool
) -> None:
    content = lines(*rows, header=MEMBERS_HEADER, end=end)
    whole = told(content, quarantine=quarantine)
    with patch.object(text, "PIECE", size):
        assert told(content, quarantine=quarantine) == whole
        zipped = gzip.compress(content.encode())
        assert told(zipped, "kiriman.csv.gz", quarantine=quarantine) == whole


@given(st.lists(any_totals, max_size=12), ends, sizes)
def test_totals_are_the_same_however_the_file_is_cut(rows: list[str], end: str, size: int) -> None:
    content = lines(*rows, end=end)
    whole = told(content)
    with patch.object(text, "PIECE", size):
        assert told(content) == whole
        assert told(content.encode("utf-16"))["rows"] == whole["rows"]


@given(st.lists(any_members.filter(lambda row: '"' not in row), max_size=12), sizes)
def test_rows_split_fast_and_rows_split_with_care_are_the_same(rows: list[str], size: int) -> None:
    content = people(*rows)
    fast = told(content, quarantine=True)
    with patch.object(text, "PIECE", size):
        assert told(quoted(content), quarantine=True) == fast


@given(
    st.lists(any_members | st.sampled_from(ROSTER), max_size=12),
    st.sampled_from([MEMBERS_HEADER, ROSTER_HEADER]),
)
def test_rows_in_are_rows_kept_set_aside_and_refused(rows: list[str], header: str) -> None:
    content = lines(*rows, header=header)
    for quarantine in (False, True):
        reading, kept = reading_of_bytes(content, quarantine=quarantine)
        if reading.whole_file:
            assert not kept
            assert reading.quarantined is None
        else:
            assert reading.rows_in == len(kept) + reading.faulty_rows
            faulty = (
                {line["row"] for line in reading.quarantined.to_pylist()} if reading.quarantined else None
            )
            assert faulty is None or len(faulty) == reading.faulty_rows
            assert not faulty or faulty.isdisjoint(row["row"] for row in kept)
        assert len(reading.faults) == min(sum(reading.fault_counts.values()), 1_000)


@pytest.mark.parametrize("size", [1, 50, 400, 1 << 20])
def test_a_cell_over_two_lines_may_lie_across_a_cut(size: int, tmp_path: Path) -> None:
    rows = [ROSTER[0], ROSTER[1].replace("Ni Wayan D'É", '"Ni Wayan\nD\'É"'), ROSTER[2]]
    with patch.object(text, "PIECE", size):
        reading = deliver(tmp_path, people(*rows, header=ROSTER_HEADER))
    assert reading.faults == ()
    assert reading.people is not None
    assert sorted(pq.read_table(reading.people.path)["row"].to_pylist()) == [2, 3, 5]


@pytest.mark.parametrize("size", [1, 50, 1 << 20])
def test_an_open_quote_swallows_nobody_whatever_the_cut(size: int, tmp_path: Path) -> None:
    content = people(*MEMBERS[:2], '"' + MEMBERS[2], *MEMBERS[3:])
    with patch.object(text, "PIECE", size):
        reading = deliver(tmp_path, content)
    assert [(fault.rule, fault.row) for fault in reading.faults] == [("open_quote", 4)]
    assert not (tmp_path / "orang.parquet").exists()


@pytest.mark.parametrize(("blank", "each"), [("\n", 1), ("\r\n", 1), (" \t\n", 1), ("\n \n", 2)])
def test_millions_of_blank_lines_are_counted_fast(blank: str, each: int, tmp_path: Path) -> None:
    count = 3_000_000
    rows = [blank * count, MEMBERS[0], "\n", blank * count, "3171", "\n", MEMBERS[1], "\n", blank]
    content = MEMBERS_HEADER + "\n" + "".join(rows)
    started = time.process_time()
    reading = deliver(tmp_path, content, quarantine=True)
    # One by one they take ten times as long.
    assert time.process_time() - started < 3
    (fault,) = reading.faults
    (note,) = (note for note in reading.notes if note.rule == "blank_rows")
    first = each * count + 2
    assert (fault.rule, fault.row) == ("short_row", first + each * count + 1)
    assert note.details["rows"] == str(each * (2 * count + 1))
    assert reading.people
    kept = pq.read_table(reading.people.path, columns=["row"])["row"].to_pylist()
    assert sorted(kept) == [first, first + each * count + 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("size", [1, 3, 50, 1 << 20])
def test_letters_may_lie_across_a_cut(encoding: str, size: int, tmp_path: Path) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    content = mark + people(*ROSTER, header=ROSTER_HEADER).encode(encoding)
    with patch.object(text, "PIECE", size):
        reading = deliver(tmp_path, content)
    assert reading.faults == ()
    assert reading.people is not None
    assert reading.people.rows == 3


@pytest.mark.parametrize("size", [1, 50, 1 << 20])
def test_a_byte_that_is_no_text_is_placed_whatever_the_cut(size: int, tmp_path: Path) -> None:
    content = people(*MEMBERS).encode()
    place = content.index(b"BUMDES")
    broken = content[:place] + b"\xff" + content[place + 1 :]
    with patch.object(text, "PIECE", size):
        fault = deliver(tmp_path, broken).faults[0]
    assert (fault.rule, fault.row, fault.details) == ("not_utf8", 4, {"offset": str(place), "byte": "0xFF"})


def test_several_members_of_a_gzip_are_one_text(tmp_path: Path) -> None:
    content = people(*MEMBERS).encode()
    packed = gzip.compress(content[:100]) + gzip.compress(content[100:]) + bytes(512)
    reading = deliver(tmp_path, packed, "kiriman.csv.gz")
    assert (reading.faults, reading.rows_in, reading.form) == ((), 4, "csv.gz")


def test_a_file_about_people_is_named_by_its_keyed_hash(tmp_path: Path) -> None:
    content = people(*MEMBERS).encode()
    reading = deliver(tmp_path, content)
    assert reading.sha256 == hmac.digest(KEYS.chain[-1], content, "sha256").hex()
    assert reading.names == (reading.sha256,)
    assert (reading.key_space, reading.keyed_here) == (KEYS.space, True)


def test_an_upload_is_read_from_memory_and_says_how_far_it_is(tmp_path: Path) -> None:
    content = people(*MEMBERS).encode()
    steps: list[tuple[int, int]] = []
    reading = read(
        io.BytesIO(content),
        deliveries.CODES,
        today=TODAY,
        name="C:\\kirim\\anggota.csv",
        keys=lambda: KEYS,
        into=tmp_path / "orang.parquet",
        progress=lambda done, total: steps.append((done, total)),
    )
    assert (reading.file, reading.rows_in, reading.faults) == ("anggota.csv", 4, ())
    assert steps[-1] == (len(content), len(content))


def test_whoever_stops_the_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    class Stopped(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done > 500:
            raise Stopped

    with patch.object(text, "PIECE", 200), pytest.raises(Stopped):
        deliver(tmp_path, people(*MEMBERS * 10), progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["kiriman.csv"]


def test_dates_written_day_first_are_taken_where_nothing_else_fits(tmp_path: Path) -> None:
    rows = [row.replace("1990-08-17", "17/08/1990").replace("2001-01-01", "01/01/2001") for row in MEMBERS]
    reading = deliver(tmp_path, people(*rows))
    assert [note.rule for note in reading.notes] == ["dates_day_first"]
    assert reading.people is not None
    plain = deliver(tmp_path, people(*MEMBERS))
    assert plain.people is not None
    assert plain.people.rows_digest == reading.people.rows_digest


def test_rows_that_mend_others_say_which(tmp_path: Path) -> None:
    mended = lines(
        *(f"{row},ABCDEF0123,{number}" for number, row in enumerate(ROWS, 7)),
        header=HEADER + ",kiriman,baris",
    )
    reading = deliver(tmp_path, mended)
    assert (reading.faults, reading.mends) == ((), "abcdef0123")
    assert reading.accepted["mends_row"].to_pylist() == [7, 8, 9, 10]
    listed = people(f"{MEMBERS[0]},abcdef0123,7", header=f"{MEMBERS_HEADER},mends,mends_row")
    reading = deliver(tmp_path, listed)
    assert (reading.faults, reading.mends) == ((), "abcdef0123")
    assert reading.people is not None
    assert pq.read_table(reading.people.path)["mends_row"].to_pylist() == [7]


def test_people_may_be_named_by_keys_of_another_house(tmp_path: Path) -> None:
    header = "kunci,kunci_ruang,periode,sumber,segmen,provinsi,program"
    rows = [f"{pair * 16},ruang-1,2021-08,TPP,BPU,ID-AC,JKK+JKM" for pair in ("aB", "CD")]
    reading = deliver(tmp_path, people(*rows, header=header))
    assert reading.faults == ()
    assert reading.people is not None
    assert (reading.key_space, reading.keyed_here) == ("ruang-1", False)
    keys = {str(key) for key in pq.read_table(reading.people.path)["key"].to_pylist()}
    assert {key.replace("-", "") for key in keys} == {"ab" * 16, "cd" * 16}


def test_too_many_faulty_rows_refuse_the_file(tmp_path: Path) -> None:
    with patch("enrollment.contract.reading.MOST_SET_ASIDE", 20):
        reading = deliver(tmp_path, people(*[with_member("sumber", "X")] * 30))
    assert reading.faults[0].rule == "too_many_faults"
    assert reading.whole_file


def test_a_reference_file_is_known_by_its_columns(tmp_path: Path) -> None:
    for path in sorted((Path(__file__).parents[2] / "data/reference").glob("*.csv")):
        reading = deliver(tmp_path, path.read_bytes(), path.name)
        known = path.stem in (
            "targets",
            "partner_sources",
            "agreements",
            "plans",
            "instructions",
            "events",
            "prognoses",
            "provinces",
            "published_figures",
        )
        if known:
            assert (reading.kind, reading.reference, reading.faults) == ("reference", path.stem, ())
            assert reading.rows_in > 0


def test_random_byte_edits_are_refused_or_change_only_what_they_touch(
    size: Callable[[int, int], int],
) -> None:
    chance = random.Random(20210831)
    originals = {}
    for original in (people(*MEMBERS), people(*ROSTER, header=ROSTER_HEADER), GOOD):
        originals[original] = {row["row"]: row for row in reading_of_bytes(original)[1]}
    for _ in range(size(120, 2_000)):
        original, rows = chance.choice(list(originals.items()))
        content = bytearray(original.encode())
        position = chance.randrange(len(content))
        edit = chance.choice(("change", "remove", "insert"))
        content[position : position + (edit != "insert")] = [chance.randrange(256)] * (edit != "remove")
        reading, kept = reading_of_bytes(bytes(content), quarantine=True)
        for code in CODES:
            for saying in (*reading.faults, *reading.notes):
                assert saying.message(Language(code), reading.file)
        if not reading.whole_file:
            assert reading.rows_in == len(kept) + reading.faulty_rows
            touched = original.encode()[:position].count(b"\n") + 1
            found = {row["row"]: row for row in kept}
            before = {number: row for number, row in rows.items() if number < touched}
            assert touched == 1 or before.items() <= found.items()
        else:
            assert reading.faults


@pytest.mark.parametrize("size", [1, 40, 1_000_000])
def test_a_quote_left_open_says_the_same_however_many_rows_stand_before_it(size: int) -> None:
    rows = ["2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,L,20-29,banyak,7"] * 3
    with patch.object(text, "PIECE", size):
        reading, kept = reading_of_bytes(lines(*rows, '2021-08,"TPP'))
    assert (reading.fault_counts, reading.faulty_rows, kept) == ({"open_quote": 1}, 0, [])
    assert (reading.months, reading.sources, reading.provinces) == ((), (), ())
