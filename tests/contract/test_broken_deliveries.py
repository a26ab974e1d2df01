"""Every kind of broken delivery gets its own answer, at its own row and column."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from enrollment.contract import RULES
from enrollment.contract.text import LARGEST_FILE
from enrollment.language import Language
from tests.contract.deliveries import (
    BROKEN,
    CELLS,
    GOOD,
    HEADER,
    LINES,
    MEMBER_CELLS,
    ROWS,
    Broken,
    deliver,
    lines,
    reading_of,
    with_cell,
)

EACH = pytest.mark.parametrize("broken", BROKEN, ids=[broken.title for broken in BROKEN])


@EACH
def test_a_broken_delivery_gets_exactly_the_faults_it_has(broken: Broken, tmp_path: Path) -> None:
    reading = deliver(tmp_path, broken.content, broken.name, **broken.said)
    found = [(fault.rule, fault.row, fault.column) for fault in reading.faults]
    assert sorted(found, key=str) == sorted(broken.expected, key=str)
    assert sum(reading.fault_counts.values()) == len(found)


@EACH
def test_every_message_names_file_row_column_and_value_in_both_languages(
    broken: Broken, tmp_path: Path
) -> None:
    reading = deliver(tmp_path, broken.content, broken.name, **broken.said)
    for fault in reading.faults:
        for code, row in (("id", "baris"), ("en", "row")):
            sentence = fault.message(Language(code), reading.file)
            assert sentence.startswith(reading.file)
            assert fault.row is None or f"{row} {fault.row}" in sentence
            assert fault.column is None or fault.column in sentence
            assert not fault.value or fault.value in sentence or fault.column == fault.value
            assert sentence.endswith(".")


@pytest.mark.parametrize("broken", CELLS + LINES, ids=[broken.title for broken in CELLS + LINES])
def test_a_bad_row_is_set_apart_and_all_others_are_accepted(broken: Broken, tmp_path: Path) -> None:
    reading = deliver(tmp_path, broken.content)
    faulty = {row for _, row, _ in broken.expected}
    assert not reading.whole_file
    assert reading.faulty_rows == len(faulty)
    assert reading.rows_in == reading.accepted.num_rows + reading.faulty_rows
    assert faulty.isdisjoint(reading.accepted["row"].to_pylist())


@pytest.mark.parametrize("broken", MEMBER_CELLS, ids=[broken.title for broken in MEMBER_CELLS])
def test_a_bad_row_about_people_is_set_apart_and_all_others_are_kept(broken: Broken, tmp_path: Path) -> None:
    reading = deliver(tmp_path, broken.content, quarantine=True)
    faulty = {row for _, row, _ in broken.expected}
    assert reading.people is not None
    assert reading.quarantined is not None
    kept = pq.read_table(reading.people.path)
    assert kept.num_rows == reading.people.rows == reading.rows_in - len(faulty)
    assert faulty.isdisjoint(kept["row"].to_pylist())
    found = [
        tuple(line[name] for name in ("rule", "row", "column")) for line in reading.quarantined.to_pylist()
    ]
    assert sorted(found, key=str) == sorted(broken.expected, key=str)


def test_a_fault_of_the_whole_file_accepts_nothing(tmp_path: Path) -> None:
    apart = {broken.title for broken in CELLS + LINES + MEMBER_CELLS}
    for number, broken in enumerate(broken for broken in BROKEN if broken.title not in apart):
        (tmp_path / str(number)).mkdir()
        reading = deliver(tmp_path / str(number), broken.content, broken.name, **broken.said)
        assert reading.whole_file, broken.title
        assert reading.accepted.num_rows == 0


def test_every_rule_has_a_broken_delivery() -> None:
    broken = {rule for case in BROKEN for rule, _, _ in case.expected}
    elsewhere = {
        *("file_too_large", "too_many_faults", "not_a_roster"),
        *("mends_unknown_delivery", "mends_unknown_row", "mends_kept_row", "reference_value"),
        *("event_kind", "event_of_nobody", "event_not_above_zero", "event_not_below_zero"),
        *("stated_after_due", "duplicate_entry"),
        *("password", "sheet_markup", "sheet_macros", "several_sheets", "merged_cells", "too_many_rows"),
        *("cell_too_long", "compression_not_supported", "column_type", "nik_not_text"),
        *("cell_error", "formula_without_value"),
    }
    assert set(RULES) - broken == elsewhere


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "besar.csv"
    path.touch()
    with path.open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)
    reading = reading_of(path)
    assert [fault.rule for fault in reading.faults] == ["file_too_large"]
    assert reading.sha256 == ""


def test_at_most_a_thousand_faults_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    rows = [with_cell("aktif", f"{number}x") for number in range(2_500)]
    reading = deliver(tmp_path, lines(*rows))
    assert len(reading.faults) == 1_000
    assert reading.fault_counts == {"count_not_digits": 2_500, "duplicate_cell": 2_499}
    assert reading.faulty_rows == 2_500


def test_a_fault_of_the_whole_file_is_kept_behind_thousands_of_faulty_rows(tmp_path: Path) -> None:
    rows = [with_cell("aktif", f"{number}x") for number in range(1_500)]
    reading = deliver(tmp_path, lines(*rows, with_cell("periode", "2021-07")))
    assert reading.faults[0].rule == "mixed_months"
    assert len(reading.faults) == 1_000


@pytest.mark.parametrize(
    ("column", "value", "help_in_it"),
    [
        ("aktif", "30.214", "30214"),
        ("aktif", "1.030.214", "1030214"),
        ("aktif", "007", " 7."),
        ("program", "JHT+JKM+JKK", "JKK+JKM+JHT"),
        ("provinsi", "Aceh", "ID-AC"),
        ("provinsi", "92", "91, 92, 94"),
        ("sumber", "BUMDE", "BUMDES"),
        ("sumber", "ＴＰＰ", "TPP"),
        ("sumber", "T\N{CYRILLIC CAPITAL LETTER ER}P", "TPP"),
        ("sumber", "TPP\u200b", "U+200B ZERO WIDTH SPACE"),
        ("segmen", "PNS", "PU, BPU, JAKON, PMI"),
    ],
)
def test_a_message_says_what_to_write_instead(
    column: str, value: str, help_in_it: str, tmp_path: Path
) -> None:
    reading = deliver(tmp_path, lines(with_cell(column, value)))
    for code in ("id", "en"):
        assert help_in_it in reading.faults[0].message(Language(code), reading.file)


def test_a_renamed_column_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    reading = deliver(tmp_path, lines(*ROWS, header=HEADER.replace("aktif", "aktiv")))
    assert "aktif" in reading.faults[0].message(Language("en"), reading.file)


def test_a_later_row_of_the_same_cell_names_the_earlier_one(tmp_path: Path) -> None:
    reading = deliver(tmp_path, GOOD + ROWS[1] + "\n")
    assert reading.faults[0].row == 6
    assert reading.faults[0].details == {"earlier": "3"}


def test_a_path_that_cannot_be_read_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reading_of(tmp_path / "tidak-ada.csv")
