"""Good deliveries are accepted exactly, in every form the contract allows, with a note where it says so."""

import csv
import datetime as dt
import hashlib
from pathlib import Path

import pytest

from enrollment.contract import Codes, Reading, template
from enrollment.language import Language
from tests.contract.deliveries import COLUMNS, GOOD, HEADER, ROWS, deliver, lines, reading_of, with_cell

DATA = Path(__file__).parents[2] / "data"
AUGUST = dt.date(2021, 8, 31)
ENGLISH = {
    "periode": "month",
    "sumber": "source",
    "segmen": "segment",
    "provinsi": "province",
    "kab_kota": "regency",
    "program": "programmes",
    "jenis_kelamin": "sex",
    "kelompok_umur": "age_band",
    "aktif": "active",
    "baru": "new",
    "aktif_kembali": "reactivated",
    "berhenti": "lapsed",
    "pindah_masuk": "moved_in",
    "pindah_keluar": "moved_out",
    "simulasi": "simulated",
}


def expected_rows() -> list[tuple[object, ...]]:
    """The good rows as they must be accepted, written out by hand."""
    unknown = (None, None, None, None, False)
    return [
        (AUGUST, "TPP", "BPU", "ID-AC", "1101", "JKK+JKM", "L", "20-29", 120, 7, *unknown),
        (AUGUST, "TPP", "BPU", "ID-AC", "1101", "JKK+JKM", "P", "20-29", 95, None, *unknown),
        (AUGUST, "BUMDES", "PU", "ID-JB", None, "JKK+JKM+JHT", None, None, 30214, 0, *unknown),
        (AUGUST, "LAINNYA", "JAKON", "ID-PB", "9201", "JKK+JKM+JHT+JP+JKP", "P", "60+", 0, 0, *unknown),
    ]


def rows_of(reading: Reading) -> list[tuple[object, ...]]:
    """Accepted rows without their row numbers."""
    return [tuple(row.values())[:-1] for row in reading.accepted.to_pylist()]


def assert_good(reading: Reading, *notes: str) -> None:
    assert reading.faults == ()
    assert rows_of(reading) == expected_rows()
    assert sorted(note.rule for note in reading.notes) == sorted(notes)
    assert (reading.rows_in, reading.faulty_rows, reading.whole_file) == (4, 0, False)


def test_a_plain_delivery_is_accepted_to_the_unit(tmp_path: Path) -> None:
    reading = deliver(tmp_path, GOOD, "2021-08-nasional.csv")
    assert_good(reading)
    assert reading.accepted["row"].to_pylist() == [2, 3, 4, 5]
    assert reading.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert (reading.file, reading.kind) == ("2021-08-nasional.csv", "totals")
    assert (reading.months, reading.sources) == ((AUGUST,), ("BUMDES", "LAINNYA", "TPP"))
    assert reading.name_month is None


def test_columns_have_the_types_the_store_builds_on(tmp_path: Path) -> None:
    types = {field.name: str(field.type) for field in deliver(tmp_path, GOOD).accepted.schema}
    texts = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")
    counts = ("active", "new", "reactivated", "lapsed", "moved_in", "moved_out")
    assert types == {
        "month": "date32[day]",
        **dict.fromkeys(texts, "string"),
        **dict.fromkeys(counts, "int64"),
        "simulated": "bool",
        "row": "int32",
    }


def test_a_refused_delivery_has_an_empty_table_of_the_same_columns(tmp_path: Path) -> None:
    assert deliver(tmp_path, b"").accepted.schema == deliver(tmp_path, GOOD).accepted.schema


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "notes"), [("utf-8", ()), ("utf-8-sig", ("utf8_bom",)), ("utf-16", ("utf16",))]
)
def test_delimiter_line_ends_and_encoding_change_no_value(
    delimiter: str, end: str, encoding: str, notes: tuple[str, ...], tmp_path: Path
) -> None:
    content = lines(*ROWS, end=end).replace(",", delimiter).encode(encoding)
    assert_good(deliver(tmp_path, content), *notes)


def test_big_endian_utf_16_is_read_by_its_mark(tmp_path: Path) -> None:
    assert_good(deliver(tmp_path, b"\xfe\xff" + GOOD.encode("utf-16-be")), "utf16")


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (GOOD.replace("\n", "\r"), "line_ends_cr"),
        (GOOD.replace("\n", "\r\n", 2), "line_ends_mixed"),
        (GOOD.removesuffix("\n"), "no_final_line_break"),
        (GOOD.replace("\n", "\n\n"), "blank_rows"),
        ("\n \n" + GOOD, "blank_rows"),
        (GOOD + ",,,,,,,,,\n , ,,,,,,,,\n", "blank_rows"),
        (lines(*ROWS, header=HEADER.upper()), "header_spelling"),
        (lines(*ROWS, header=HEADER.replace(",", " ,")), "header_spelling"),
        (GOOD.replace("TPP", "tpp"), "value_spelling"),
        (GOOD.replace(",BUMDES,", ", BUMDES ,"), "value_spelling"),
        (GOOD.replace("2021-08", "2021-08 "), "value_spelling"),
    ],
)
def test_what_differs_without_meaning_is_accepted_with_a_note(
    content: str, note: str, tmp_path: Path
) -> None:
    assert_good(deliver(tmp_path, content), note)


def test_the_note_on_spelling_says_column_number_of_rows_and_an_example(tmp_path: Path) -> None:
    (note,) = deliver(tmp_path, GOOD.replace("TPP", " tpp")).notes
    assert note.message(Language("en"), "a.csv") == (
        "a.csv, column sumber: 2 cells read regardless of case and outer blanks, for example “ tpp” as “TPP”."
    )


def test_quotes_are_taken_off(tmp_path: Path) -> None:
    content = "".join(",".join(f'"{cell}"' for cell in row.split(",")) + "\n" for row in GOOD.splitlines())
    assert_good(deliver(tmp_path, content))


def test_columns_are_matched_by_name_in_any_order(tmp_path: Path) -> None:
    content = "".join(",".join(reversed(row.split(","))) + "\n" for row in GOOD.splitlines())
    assert_good(deliver(tmp_path, content))


def test_english_names_may_be_used_for_columns(tmp_path: Path) -> None:
    header = ",".join(ENGLISH[column] for column in COLUMNS)
    assert_good(deliver(tmp_path, lines(*ROWS, header=header)))


def test_all_columns_are_read_under_either_name(tmp_path: Path) -> None:
    row = "2021-08,TPP,PMI,ID-JB,8201,JKK+JKM,L,0-19,300000000,1,2,3,4,5,ya"
    month, *rest = row.split(",")
    values = (AUGUST, *rest[:7], 300_000_000, 1, 2, 3, 4, 5, True)
    for header in (ENGLISH.keys(), ENGLISH.values()):
        assert rows_of(deliver(tmp_path, lines(row, header=",".join(header)))) == [values]
    assert month == "2021-08"


def test_row_numbers_are_those_an_editor_shows(tmp_path: Path) -> None:
    content = "\n" + lines(ROWS[0], "", ",,,,,,,,,", ROWS[1], '"TPP\nDESA"' + ROWS[2][7:], ROWS[3])
    reading = deliver(tmp_path, content)
    assert reading.accepted["row"].to_pylist() == [3, 6, 9]
    assert reading.faults[0].row == 7


def test_rows_are_numbered_and_judged_across_batches(tmp_path: Path) -> None:
    rows = [with_cell("aktif", str(n), with_cell("kab_kota", str(1101 + n))) for n in range(5_000)]
    reading = deliver(tmp_path, lines(*rows))
    assert reading.accepted["row"].to_pylist() == list(range(2, 5_002))
    assert reading.accepted["active"].to_pylist() == list(range(5_000))


def test_a_month_or_source_without_a_column_may_be_stated(tmp_path: Path) -> None:
    rows = [row for row in ROWS if ",TPP," in row]
    content = "".join(",".join(row.split(",")[2:]) + "\n" for row in (HEADER, *rows))
    reading = deliver(tmp_path, content, month=dt.date(2021, 8, 31), source="tpp")
    assert rows_of(reading) == expected_rows()[:2]
    assert {note.rule for note in reading.notes} == {"month_supplied", "source_supplied"}
    assert [fault.column for fault in deliver(tmp_path, content).faults] == ["periode", "sumber"]


def test_a_stated_month_and_source_that_agree_change_nothing(tmp_path: Path) -> None:
    content = lines(*ROWS[:2])
    assert rows_of(deliver(tmp_path, content, month=AUGUST, source="TPP")) == expected_rows()[:2]


def test_a_stated_month_to_come_is_a_fault(tmp_path: Path) -> None:
    content = "".join(row.split(",", 1)[1] + "\n" for row in (HEADER, *ROWS))
    reading = deliver(tmp_path, content, month=dt.date(2021, 9, 30))
    assert reading.fault_counts == {"future_month": 1}


def test_a_month_is_taken_on_its_last_day(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD.replace("2021-08", "2021-09"))
    assert reading_of(path, today=dt.date(2021, 9, 30)).faults == ()
    assert reading_of(path, today=dt.date(2021, 9, 29)).whole_file


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("kiriman.csv", None),
        ("2021-08-nasional.csv", None),
        ("kemendes_202108.csv", None),
        ("2021-07-nasional.csv", dt.date(2021, 7, 31)),
        ("kemendes_202107.csv", dt.date(2021, 7, 31)),
        ("ekspor 20210905.csv", dt.date(2021, 9, 30)),
        ("2021-07 sampai 2021-08.csv", None),
        ("3171202107890123.csv", None),
        ("2021-13.csv", None),
    ],
)
def test_another_month_in_the_name_is_shown_for_confirmation(
    name: str, month: dt.date | None, tmp_path: Path
) -> None:
    reading = deliver(tmp_path, GOOD, name)
    assert reading.faults == ()
    assert reading.name_month == month


def test_the_name_with_the_sender_counts_not_the_path(tmp_path: Path) -> None:
    reading = deliver(tmp_path, GOOD, "2021-08.csv", name="C:\\kirim\\snap_[0-9]\u202e\x07 2021-07.csv")
    assert reading.file == "snap_[0-9] 2021-07.csv"
    assert reading.name_month == dt.date(2021, 7, 31)


def test_a_name_that_is_a_pattern_reads_only_itself(tmp_path: Path) -> None:
    for number in range(3):
        deliver(tmp_path, "bukan kiriman", f"snap_{number}.csv")
    assert_good(deliver(tmp_path, GOOD, "snap_[0-9].csv"))


def test_the_template_filled_in_is_a_good_delivery(tmp_path: Path) -> None:
    header = ",".join(column.header for column in template("totals"))
    row = "2021-08,TPP,PU,ID-AC,1101,JKK+JKM,L,20-29,1,,,,,,"
    assert deliver(tmp_path, lines(row, header=header)).faults == ()
    with pytest.raises(ValueError, match="kind"):
        template("gaji")


def shipped_codes() -> Codes:
    """The codes of the shipped reference files, read by this test itself."""
    with (DATA / "reference/partner_sources.csv").open(encoding="utf-8", newline="") as file:
        sources = frozenset(row["source"] for row in csv.DictReader(file))
    with (DATA / "reference/provinces.csv").open(encoding="utf-8", newline="") as file:
        provinces = {
            row["province"]: (int(row["from_year"]), int(row["until_year"]) if row["until_year"] else None)
            for row in csv.DictReader(file)
        }
    return Codes(sources, provinces, {})


def test_every_shipped_snapshot_keeps_the_contract() -> None:
    codes = shipped_codes()
    shipped = sorted((DATA / "snapshots").glob("*.csv"))
    assert shipped
    for path in shipped:
        reading = reading_of(path, codes)
        assert (reading.faults, reading.notes) == ((), ()), path.name
        with path.open(encoding="utf-8", newline="") as file:
            delivered = list(csv.DictReader(file))
        assert reading.accepted["active"].to_pylist() == [int(row["aktif"]) for row in delivered]
        assert reading.accepted["source"].to_pylist() == [row["sumber"] for row in delivered]
        assert reading.name_month is None
