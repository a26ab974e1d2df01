"""Totals snapshots: from the bytes of a delivery to accepted rows, faults and notes."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath

import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract import columns, text
from enrollment.contract.columns import KEY, SCHEMA
from enrollment.contract.faults import KEPT_FAULTS, Fault, Findings, Note, Refused, shown
from enrollment.contract.rows import Rows
from enrollment.contract.values import Codes, Problem
from enrollment.months import month_end, month_text

EARLIEST_YEAR = 2000
_MONTH_IN_NAME = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])(?:-?[0-3]\d)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the contract says of one delivery.

    `accepted` holds the month as date32 (month end), texts (null: not reported), counts as int64
    (null: not known), `simulated` as bool and `row` as int32, the row in the delivered file; it is
    empty where a fault concerns the whole file. `rows_in` counts data rows, neither header nor blank
    rows, and is approximate for a file refused before its rows could be read. Without a fault of the
    whole file, `rows_in` = accepted rows + `faulty_rows`. `faults` are at most 1,000, `fault_counts`
    count all. `sha256` is empty for a file over the size limit. `name_month` is a month in the file's
    name that is not the file's month.
    """

    file: str
    sha256: str
    kind: str
    rows_in: int
    accepted: pa.Table
    faults: tuple[Fault, ...]
    fault_counts: Mapping[str, int]
    faulty_rows: int
    notes: tuple[Note, ...]
    months: tuple[dt.date, ...]
    sources: tuple[str, ...]
    whole_file: bool
    name_month: dt.date | None


def read(
    path: Path,
    codes: Codes,
    *,
    today: dt.date,
    month: dt.date | None = None,
    source: str | None = None,
    name: str | None = None,
) -> Reading:
    """Read a totals snapshot in CSV. Bad content gives faults; only an unreadable path raises OSError.

    `today` decides what a future month is. `month` and `source` are what the person who loads says of
    the file: they supply a column that is absent, and contradict one that says otherwise. `name` is
    the name the file had with its sender.
    """
    with path.open("rb") as file:
        data = file.read(text.LARGEST_FILE + 1)
    name = PurePath((name or path.name).replace("\\", "/")).name
    findings = Findings()
    rows = Rows(codes, findings)
    too_large = len(data) > text.LARGEST_FILE
    try:
        if too_large:
            raise Refused(Fault.of("file_too_large", details={"limit": str(text.LARGEST_FILE // 2**20)}))
        text.check_form(data, name)
        try:
            supplied = _supplied(month, source, codes)
            _read_rows(data, rows, supplied)
            _judge_month(rows, today, month)
            _judge_sources(rows, supplied.get("source"))
            _judge_provinces(rows)
            _judge_duplicates(rows)
        except Refused:
            rows.rows_in = rows.rows_in or text.count_rows(data)
            raise
    except Refused as refusal:
        findings.refuse(*refusal.faults)
    return Reading(
        file=shown(name),
        sha256="" if too_large else hashlib.sha256(data).hexdigest(),
        kind="totals",
        rows_in=rows.rows_in,
        accepted=SCHEMA.empty_table() if findings.whole_file else rows.accepted(),
        faults=findings.faults,
        fault_counts=dict(findings.counts),
        faulty_rows=len(findings.faulty_rows),
        notes=tuple(findings.notes),
        months=tuple(sorted(rows.months)),
        sources=_sources(rows),
        whole_file=findings.whole_file,
        name_month=_month_in_name(name, rows.months),
    )


def _supplied(month: dt.date | None, source: str | None, codes: Codes) -> dict[str, str]:
    """What the person who loads says, as text for a column that may be absent."""
    said: dict[str, str] = {}
    if month is not None:
        said["month"] = month_text(month)
    if source is not None:
        said["source"] = source.strip().upper()
        if said["source"] not in codes.sources:
            details = Problem("unknown_source", known=codes.sources).explained(source)
            raise Refused(Fault.of("unknown_source", column="sumber", value=source, details=details))
    return said


def _read_rows(data: bytes, rows: Rows, supplied: Mapping[str, str]) -> None:
    findings = rows.findings
    encoding = text.encoding_of(data, findings)
    header_line = next((line for line in text.Lines(data, encoding) if not text.is_blank(line)), None)
    if header_line is None:
        raise Refused(Fault.of("empty_file"))
    delimiter = text.delimiter_of(header_line, columns.known)
    lines = text.Lines(data, encoding)
    records = text.records(lines, delimiter, header_line.count(delimiter) + 1)
    header = next(record for record in records if rows.has_content(record))
    if not any(map(columns.known, header[1])):
        raise Refused(columns.missing(header, list(islice(records, columns.HEADER_SEARCH))))
    rows.take(columns.match(*header, frozenset(supplied), findings), records, supplied)
    if rows.cut_row is not None and not lines.ended:
        raise Refused(Fault.of("truncated", row=rows.cut_row))
    if not rows.rows_in:
        raise Refused(Fault.of("no_rows"))
    _note_lines(lines, findings)
    _note_rows(rows, supplied)


def _note_lines(lines: text.Lines, findings: Findings) -> None:
    if lines.line_ends == {"\r"}:
        findings.note("line_ends_cr")
    elif len(lines.line_ends) > 1:
        findings.note("line_ends_mixed")
    if not lines.ended:
        findings.note("no_final_line_break")


def _note_rows(rows: Rows, supplied: Mapping[str, str]) -> None:
    note = rows.findings.note
    if rows.blank:
        note("blank_rows", rows=str(rows.blank))
    for judged in rows.judged:
        if judged.respelt:
            value, spelling = min(judged.respelt.items())
            column, count = judged.column.header, str(judged.respelt_rows)
            note("value_spelling", column=column, rows=count, value=value, spelling=spelling)
    delivered = {judged.column.field for judged in rows.judged}
    for field in supplied.keys() - delivered:
        note(f"{field}_supplied", **{field: supplied[field]})


def _judge_month(rows: Rows, today: dt.date, expected: dt.date | None) -> None:
    """A delivery covers one month, which has ended, and is the one it is said to be."""
    months = sorted(rows.months)
    if not months:
        return
    if len(months) > 1:
        names = ", ".join(map(month_text, months[:12])) + (", …" if len(months) > 12 else "")
        second = sorted(rows.months.values())[1]
        raise Refused(Fault.of("mixed_months", row=second, column="periode", details={"months": names}))
    (month,) = months
    if month.year < EARLIEST_YEAR:
        raise Refused(_of_month("month_too_early", rows, month, earliest=f"{EARLIEST_YEAR}-01"))
    if month > today:
        raise Refused(_of_month("future_month", rows, month, today=today.isoformat()))
    if expected is not None and month_text(month) != month_text(expected):
        raise Refused(_of_month("other_month", rows, month, expected=month_text(expected)))


def _of_month(rule: str, rows: Rows, month: dt.date, **details: str) -> Fault:
    return Fault.of(rule, row=rows.months[month], column="periode", value=month_text(month), details=details)


def _sources(rows: Rows) -> tuple[str, ...]:
    return tuple(sorted(rows.placed["source"].unique().to_pylist()))


def _judge_sources(rows: Rows, expected: str | None) -> None:
    if expected is None:
        return
    placed = rows.placed
    for source in _sources(rows):
        if source != expected:
            row = placed["row"][placed["source"].index(source).as_py()].as_py()
            details = {"expected": expected}
            raise Refused(Fault.of("other_source", row=row, column="sumber", value=source, details=details))


def _judge_provinces(rows: Rows) -> None:
    """A province must exist in the year of the file's month."""
    placed = rows.placed
    absent: dict[str, Mapping[str, str]] = {}
    for year in {month.year for month in rows.months}:
        for province in placed["province"].unique().to_pylist():
            first, last = rows.codes.provinces[province]
            if not first <= year <= (last or year):
                absent[province] = {"year": str(year), "years": f"{first}–{last or ''}"}
    if not absent:
        return
    chosen = placed.filter(pc.is_in(placed["province"], value_set=pa.array(absent, pa.string())))
    for row, province in zip(chosen["row"].to_pylist(), chosen["province"].to_pylist(), strict=True):
        rows.findings.fault("province_not_in_year", row, "provinsi", province, absent[province])


def _judge_duplicates(rows: Rows) -> None:
    """No two rows may share a cell. Rows with faulty counts take part: it is not known which is meant."""
    placed = rows.placed
    firsts = placed.group_by(list(KEY)).aggregate([("row", "min")])
    if firsts.num_rows == placed.num_rows:
        return
    later = placed.filter(pc.invert(pc.is_in(placed["row"], value_set=firsts["row_min"])))
    explained = set(islice(_cells(later), KEPT_FAULTS))
    pairs = zip(_cells(firsts), firsts["row_min"].to_pylist(), strict=True)
    earlier = {cell: str(row) for cell, row in pairs if cell in explained}
    for row, cell in zip(later["row"].to_pylist(), _cells(later), strict=True):
        value = " ".join(str(part) for part in cell[1:] if part is not None)
        rows.findings.fault("duplicate_cell", row, value=value, details={"earlier": earlier.get(cell, "")})


def _cells(table: pa.Table) -> Iterator[tuple[object, ...]]:
    """What names the cell of each row, without holding all of them at once."""
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(*(batch[field].to_pylist() for field in KEY), strict=True)


def _month_in_name(name: str, months: Iterable[dt.date]) -> dt.date | None:
    found = [month_end(int(match[1]), int(match[2])) for match in _MONTH_IN_NAME.finditer(name)]
    return found[0] if found and not set(found) & set(months) else None
