"""Whatever the bytes, the contract answers, loses no row and shows no identity number."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrollment.contract import NOTES, RULES, Fault, Note, Reading, template
from enrollment.contract.faults import shown
from enrollment.language import CODES, Language, catalogue
from tests.contract.deliveries import BROKEN, GOOD, HEADER, ROWS, deliver, lines, with_cell

NIK = "3171234567890123"


def read_bytes(content: str | bytes, name: str = "kiriman.csv") -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        return deliver(Path(folder), content, name)


def assert_accounted(reading: Reading) -> None:
    if reading.whole_file:
        assert reading.accepted.num_rows == 0
    else:
        assert reading.rows_in == reading.accepted.num_rows + reading.faulty_rows
    assert (reading.faulty_rows > 0 or reading.whole_file) == bool(reading.faults)
    assert len(reading.faults) == min(sum(reading.fault_counts.values()), 1_000)
    assert set(reading.fault_counts) <= set(RULES)
    sayings: list[Fault | Note] = [*reading.faults, *reading.notes]
    for code in CODES:
        for saying in sayings:
            assert saying.message(Language(code), reading.file)


SCRAPS = (
    *("", " ", "TPP", "tpp", "BUMDES", "PU", "X", "ID-AC", "91", "1101", "JKK+JKM", "JHT", "L", "20-29"),
    *("0", "7", "007", "1.000", "-1", "2021-08", "2021-07", "#", "TOTAL", '"', '"a"', "\u200b", "é", "\n"),
)
cells = st.sampled_from(SCRAPS)
good_rows = st.sampled_from(ROWS) | st.builds(with_cell, st.just("aktif"), st.integers(0, 9999).map(str))
any_rows = good_rows | st.lists(cells, min_size=0, max_size=12).map(",".join) | st.just(HEADER)


@given(
    st.lists(any_rows, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([",", ";", "\t"])
)
def test_rows_delivered_are_rows_accepted_and_rows_with_a_fault(
    rows: list[str], end: str, delimiter: str
) -> None:
    assert_accounted(read_bytes(lines(*rows, end=end).replace(",", delimiter)))


@given(st.lists(st.integers(0, 300_000_000), min_size=1, max_size=30), st.randoms())
def test_random_good_rows_are_accepted_exactly(counts: list[int], chance: random.Random) -> None:
    rows = [with_cell("aktif", str(n), with_cell("kab_kota", str(1101 + i))) for i, n in enumerate(counts)]
    order = list(range(10))
    chance.shuffle(order)
    shuffled = [",".join(row.split(",")[i] for i in order) for row in (HEADER, *rows)]
    reading = read_bytes("\n".join(shuffled) + "\n")
    assert reading.faults == ()
    assert reading.accepted["active"].to_pylist() == counts


@example(b"\x0b")
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    assert_accounted(read_bytes(content))
    assert_accounted(read_bytes(GOOD.encode() + content))


def test_random_byte_edits_are_refused_or_change_only_what_they_touch() -> None:
    chance = random.Random(20210831)
    original = read_bytes(GOOD)
    for _ in range(300):
        content = bytearray(GOOD.encode())
        position = chance.randrange(len(content))
        edit = chance.choice(("change", "remove", "insert"))
        if edit == "insert":
            content.insert(position, chance.randrange(256))
        elif edit == "remove":
            del content[position]
        else:
            content[position] = chance.randrange(256)
        reading = read_bytes(bytes(content))
        assert_accounted(reading)
        if not reading.whole_file:
            touched = GOOD.encode()[:position].count(b"\n") + 1
            untouched = {row["row"]: row for row in original.accepted.to_pylist() if row["row"] < touched}
            found = {row["row"]: row for row in reading.accepted.to_pylist()}
            if touched > 1:
                assert untouched.items() <= found.items()


def places_for_a_nik(nik: str) -> list[str]:
    """Files with an identity number in every column, as a column, a row, a footer, without a header."""
    in_cells = [lines(with_cell(column, nik), *ROWS[1:]) for column in HEADER.split(",")]
    with_words = [lines(with_cell("sumber", f"NIK {nik} a.n. Siti"), *ROWS[1:])]
    return [
        *in_cells,
        *with_words,
        lines(*ROWS, header=HEADER.replace("baru", nik)),
        lines(*ROWS, header=f"{nik},{HEADER}"),
        f"{nik},Siti\n{nik},Budi\n",
        lines(*ROWS, nik),
        lines(*ROWS, f"# {nik}"),
        lines(*ROWS, f"Total {nik},,,,,,,,,"),
        lines(*ROWS, f"Petugas {nik},,,,,,,,,"),
    ]


@pytest.mark.parametrize(
    "nik",
    [
        NIK,
        "3171 2345 6789 0123",
        "3171.2345.6789.0123",
        "3171-2345-6789-0123",
        "３１７１２３４５６７８９０１２３",
        "3171\u200b234567890123",
        "'3171234567890123",
    ],
)
def test_an_identity_number_is_shown_nowhere(nik: str) -> None:
    rest = NIK[4:]
    for content in places_for_a_nik(nik):
        reading = read_bytes(content, f"kiriman {NIK}.csv")
        assert reading.faults
        said = [repr(reading.faults), repr(reading.notes), reading.file]
        for code in CODES:
            said += [each.message(Language(code), reading.file) for each in reading.faults + reading.notes]
        for text in said:
            digits = "".join(character for character in text if character.isdigit())
            assert rest not in digits
            assert rest[:8] not in digits


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (NIK, "3171************"),
        ("31712345678", "31712345678"),
        ("123456789012", "1234********"),
        ("x" * 90, "x" * 79 + "…"),
        ("a\x00b\u202ec\nd", "abcd"),
        (f"{'x' * 70} {NIK}", "x" * 70 + " 3171****…"),
    ],
)
def test_what_is_shown_is_masked_cut_and_free_of_hidden_characters(text: str, safe: str) -> None:
    assert shown(text) == safe


@pytest.mark.parametrize("code", CODES)
def test_the_catalogue_has_a_sentence_for_each_rule_note_and_column(code: str) -> None:
    keys = {key.removeprefix("faults.") for key in catalogue(code) if key.startswith("faults.")}
    assert {key for key in keys if "." not in key} == set(RULES)
    assert {f"note.{rule}" for rule in NOTES} <= keys
    assert {key for key in keys if key.startswith("column.")} == {
        f"column.{column.field}" for kind in ("totals", "members", "roster") for column in template(kind)
    }


def test_no_rule_is_listed_twice() -> None:
    assert len(set(RULES)) == len(RULES)
    assert len({broken.title for broken in BROKEN}) == len(BROKEN)
