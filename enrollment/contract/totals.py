"""Rules across the rows of a totals snapshot: places of the month, cells named twice."""

from collections.abc import Collection, Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract.columns import KEY
from enrollment.contract.faults import KEPT_FAULTS, Fault, Refused
from enrollment.contract.rows import TotalsRows, absent_provinces, misplaced


def judge(rows: TotalsRows, expected: str | None) -> None:
    """Judge the rows together. Raises Refused where a source is not the one `expected`."""
    _judge_sources(rows, expected)
    _judge_regencies(rows, _judge_provinces(rows))
    _judge_duplicates(rows)


def _judge_sources(rows: TotalsRows, expected: str | None) -> None:
    if expected is None:
        return
    placed = rows.placed
    for source in rows.sources_in():
        if source != expected:
            row = placed["row"][placed["source"].index(source).as_py()].as_py()
            details = {"expected": expected}
            raise Refused(Fault.of("other_source", row=row, column="sumber", value=source, details=details))


def _judge_provinces(rows: TotalsRows) -> Collection[str]:
    """A province must exist in the year of the file's month; those that do not."""
    placed = rows.placed
    provinces = placed["province"].unique().to_pylist()
    absent = {
        province: details
        for year in {month.year for month in rows.months}
        for province, details in absent_provinces(provinces, year, rows.codes).items()
    }
    if not absent:
        return ()
    chosen = placed.filter(pc.is_in(placed["province"], value_set=pa.array(absent, pa.string())))
    for row, province in zip(chosen["row"].to_pylist(), chosen["province"].to_pylist(), strict=True):
        rows.findings.fault("province_not_in_year", row, "provinsi", province, absent[province])
    return absent


def _judge_regencies(rows: TotalsRows, absent: Collection[str]) -> None:
    """A regency must lie in the row's province; nothing is said of a province that is `absent`."""
    placed = rows.placed.select(["province", "regency", "row"])
    placed = placed.filter(placed["regency"].is_valid())
    pairs = placed.group_by(["province", "regency"]).aggregate([]).to_pylist()
    wrong = {
        (pair["province"], pair["regency"]): details
        for pair in pairs
        if pair["province"] not in absent
        and (details := misplaced(pair["province"], pair["regency"], rows.codes)) is not None
    }
    if not wrong:
        return
    regencies = pa.array({regency for _, regency in wrong}, pa.string())
    for row in placed.filter(pc.is_in(placed["regency"], value_set=regencies)).to_pylist():
        if details := wrong.get((row["province"], row["regency"])):
            rows.findings.fault("regency_elsewhere", row["row"], "kab_kota", row["regency"], details)


def _judge_duplicates(rows: TotalsRows) -> None:
    """No two rows may share a cell. Rows with faulty counts take part: it is not known which is meant."""
    placed = rows.placed
    firsts = placed.group_by(list(KEY)).aggregate([("row", "min")])
    if firsts.num_rows == placed.num_rows:
        return
    later = placed.filter(pc.invert(pc.is_in(placed["row"], value_set=firsts["row_min"])))
    explained = set(islice(_cells(later), None if rows.findings.sets_aside else KEPT_FAULTS))
    pairs = zip(_cells(firsts), firsts["row_min"].to_pylist(), strict=True)
    earlier = {cell: str(row) for cell, row in pairs if cell in explained}
    for row, cell in zip(later["row"].to_pylist(), _cells(later), strict=True):
        value = " ".join(str(part) for part in cell[1:] if part is not None)
        rows.findings.fault("duplicate_cell", row, value=value, details={"earlier": earlier.get(cell, "")})


def _cells(table: pa.Table) -> Iterator[tuple[object, ...]]:
    """What names the cell of each row, without holding all of them at once."""
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(*(batch[field].to_pylist() for field in KEY), strict=True)
