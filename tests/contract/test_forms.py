"""The same rows as CSV, compressed CSV, spreadsheet and Parquet: the same answer."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from enrollment.contract import Reading, disguise, read
from tests.contract.deliveries import CODES, TODAY
from tests.contract.tables import FORMS, SUFFIX, TOTALS, Rows, bytes_of, row_of

_SCRAPS = (
    *("", " ", "TPP", "tpp", " BUMDES", "PU", "X", "ID-AC", "91", "1101", "0012", "JKK+JKM", "JHT", "L"),
    *("20-29", "0", "7", "007", "1.000", "-1", "1E+4", "2021-08", "2021-07", "#", "TOTAL", "é", "TPP\u200b"),
    *("=1+1", "3171234567890123", '"', "TRUE", "#REF!"),
)
_WIDTH = len(TOTALS.header)


def _answer(table: Rows, form: str) -> tuple[Any, ...]:
    """Accepted rows and faults, rows counted from 0 whatever the form."""
    name = f"kiriman{SUFFIX[form]}"
    reading: Reading = read(io.BytesIO(bytes_of(table, form)), CODES, today=TODAY, name=name)
    first = row_of(0, form)
    accepted = [{**row, "row": row["row"] - first} for row in reading.accepted.to_pylist()]
    faults = [
        (fault.rule, fault.row and fault.row - first, fault.column, fault.value) for fault in reading.faults
    ]
    return accepted, faults, reading.rows_in, reading.faulty_rows, reading.months, reading.sources


_good = st.sampled_from(TOTALS.rows)
_changed = st.builds(
    lambda row, place, text: (*row[:place], text, *row[place + 1 :]),
    _good,
    st.integers(0, _WIDTH - 1),
    st.sampled_from(_SCRAPS),
)
_any = st.lists(st.sampled_from(_SCRAPS), min_size=_WIDTH, max_size=_WIDTH).map(tuple)


@given(st.lists(_good | _changed | _any, min_size=1, max_size=8))
def test_every_form_of_the_same_rows_gets_the_same_answer(rows: Sequence[tuple[str, ...]]) -> None:
    table = replace(TOTALS, rows=tuple(rows))
    answers = [_answer(table, form) for form in FORMS]
    assert answers == answers[:1] * len(FORMS)


def test_the_form_is_told_from_the_content_and_a_text_is_never_taken_for_another() -> None:
    def form_of(content: bytes) -> str:
        return disguise.form_of(content[: disguise.SAMPLE], content[-disguise.SAMPLE :])

    forms = ("CSV", "gzip", "XLSX", "Parquet")
    assert tuple(form_of(bytes_of(TOTALS, form)) for form in FORMS) == forms
    for text in (
        "MZ,aktif\n1,2\n",
        "PAR1,aktif\nx,1\n",
        "ORC;sumber\n",
        "BZh,x\n",
        "PARE|x\n",
        "ARROW1\ta\n",
    ):
        assert form_of(text.encode()) == "CSV"
    assert form_of(b"\xef\xbb\xbf" + b"periode,sumber\n") == "CSV"
    assert form_of("periode".encode("utf-16")) == "CSV"
    assert form_of(b"") == "CSV"
