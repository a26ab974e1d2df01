"""Reading a delivery of any form and kind: from a file to accepted rows, faults and notes."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO

import pyarrow as pa

from enrollment.contract import columnar, columns, disguise, spreadsheet, text, totals
from enrollment.contract.batches import Batch, Record, has_content, of_records
from enrollment.contract.columns import PEOPLE, SCHEMA
from enrollment.contract.faults import MOST_SET_ASIDE, Fault, Findings, Note, Refused, shown
from enrollment.contract.judged_column import DATES
from enrollment.contract.people import PeopleFile, PeopleWriter
from enrollment.contract.roster import RosterRows
from enrollment.contract.rows import EARLIEST_YEAR, PeopleRows, Rows, TotalsRows
from enrollment.contract.values import Codes, Problem
from enrollment.keys import Keys
from enrollment.months import month_end, month_text

_MONTH_IN_NAME = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])(?:-?[0-3]\d)?(?!\d)")
_EXTENSIONS = {disguise.GZIP: "csv.gz", disguise.SPREADSHEET: "xlsx", disguise.COLUMNAR: "parquet"}
_IDENTITY = re.compile(rb"\d{12}")
_BLOCK = 1 << 20

QUARANTINED = pa.schema(
    [
        ("row", pa.int64()),
        ("column", pa.string()),
        ("rule", pa.string()),
        ("value", pa.string()),
        ("details", pa.string()),
        ("key", pa.string()),
    ]
)
"""One line for each fault of a faulty row; values masked, details as JSON, the key in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the contract says of one delivery.

    `kind` is totals, members, roster or reference, `form` the form of the delivered bytes. `accepted`
    holds the rows of totals: the month as date32 (month end), texts (null: not reported), counts as
    int64 (null: not known), `simulated` as bool, `row` as int32, the row in the delivered file, and
    `mends_row` where they mend rows; it is empty where a fault concerns the whole file and for other
    kinds. Accepted rows about people are in the file `people`. `rows_in` counts data rows, neither
    header nor blank rows, and is approximate for a file refused before its rows could be read. Without
    a fault of the whole file, `rows_in` = accepted rows + `faulty_rows`. `faults` are at most 1,000,
    `fault_counts` count all. `quarantined` has the schema QUARANTINED, or is None where rows are not
    set aside.

    `sha256` names the file: the hash of its bytes, for a file about people the keyed hash under the
    newest key, empty where neither may be told; `names` are the keyed hashes under every key, newest
    first. `key_space` is the space of the keys, `keyed_here` says that they were made from identity
    numbers now. `name_month` is a month in the file's name that is not the file's month. `mends` is
    the beginning of the name of the delivery whose rows are mended, `reference` the reference table.
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
    form: str = "csv"
    provinces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    people: PeopleFile | None = None
    quarantined: pa.Table | None = None
    key_space: str | None = None
    keyed_here: bool = False
    mends: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class JudgedRoster:
    """A roster judged row by row: what `reading` says, and the good rows, in memory only.

    `rows` has the columns of ROSTER_ROWS, by row. `masked` is the identity of each faulty row as it may be
    shown, where there is one. `key_space` is that of the keys; None without a good row.
    """

    reading: Reading
    rows: pa.Table
    masked: Mapping[int, str]
    first_faults: Mapping[int, Fault]
    key_space: str | None


def judge_roster(
    file: Path | BinaryIO,
    codes: Codes,
    *,
    today: dt.date,
    month: dt.date,
    source: str,
    keys: Callable[[], Keys],
    name: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> JudgedRoster:
    """Judge a roster for reconciliation: as `read` does, but no row is lost for what other rows say.

    Rows may name other months and sources than `month` and `source`, which fill columns that are absent;
    a person may come twice; all rows may be faulty. Only a fault of the whole file refuses it, and a file
    that is not a roster is one. Nothing is written.
    """
    with ExitStack() as stack:
        opened = stack.enter_context(file.open("rb")) if isinstance(file, Path) else file
        delivery = _Delivery(opened, _name_of(opened, name), codes, Findings(sets_aside=True), stack)
        delivery.today, delivery.month, delivery.source = today, month, source
        delivery.keys, delivery.into, delivery.progress = keys, None, progress
        delivery.roster = RosterRows(keys)
        reading = delivery.reading()
        first: dict[int, Fault] = {}
        for fault in delivery.findings.aside:
            first.setdefault(fault.row or 0, fault)
        masked = dict(delivery.rows.masked) if isinstance(delivery.rows, PeopleRows) else {}
        masked |= {
            row: fault.value or ""
            for row, fault in first.items()
            if fault.column in ("nik", "kunci") and row not in masked
        }
        return JudgedRoster(reading, delivery.roster.table(), masked, first, delivery.roster.key_space)


def read(
    file: Path | BinaryIO,
    codes: Codes,
    *,
    today: dt.date,
    month: dt.date | None = None,
    source: str | None = None,
    name: str | None = None,
    keys: Callable[[], Keys] | None = None,
    into: Path | None = None,
    quarantine: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Reading:
    """Read a delivery. Bad content gives faults; only an unreadable path raises OSError.

    `file` is a path or an open binary file that can be read again from its beginning. `today` decides
    what a future month is. `month` and `source` are what the person who loads says of the file: they
    supply a column that is absent, and contradict one that says otherwise. `name` is the name the file
    had with its sender. A file about people needs `keys`, asked for once, and `into`, where its
    accepted rows are written, keyed; its peak memory does not depend on its length. `quarantine` sets
    faulty rows aside. `progress` is told bytes done and bytes in all.
    """
    with ExitStack() as stack:
        opened = stack.enter_context(file.open("rb")) if isinstance(file, Path) else file
        delivery = _Delivery(opened, _name_of(opened, name), codes, Findings(sets_aside=quarantine), stack)
        delivery.today, delivery.month, delivery.source = today, month, source
        delivery.keys, delivery.into, delivery.progress = keys, into, progress
        return delivery.reading()


def _name_of(file: BinaryIO, name: str | None) -> str:
    """The name that the file had with its sender, without folders of any system."""
    said = name or str(getattr(file, "name", "")) or "kiriman"
    return PurePath(said.replace("\\", "/")).name


class _Delivery:
    """One delivery while it is read."""

    today: dt.date
    month: dt.date | None
    source: str | None
    keys: Callable[[], Keys] | None
    into: Path | None
    progress: Callable[[int, int], None] | None
    new_writer: Callable[[str | None], PeopleWriter]
    roster: RosterRows | None = None
    """Takes the rows of a roster that is judged row by row."""

    def __init__(self, file: BinaryIO, name: str, codes: Codes, findings: Findings, stack: ExitStack) -> None:
        self.file = file
        self.name = name
        self.codes = codes
        self.findings = findings
        self.stack = stack
        self.size = file.seek(0, 2)
        self.form = disguise.TEXT
        self.kind: str | None = None
        self.table: str | None = None
        self.rows: Rows = TotalsRows(codes, findings)
        self.text: text.Source | None = None
        self.lines: text.Text | None = None
        self.supplied: dict[str, str] = {}
        self.digests: tuple[text.Digest, ...] = ()
        self.people: PeopleFile | None = None
        self.writer: PeopleWriter | None = None
        self.complete = False
        """Whether all rows have been seen."""

    def reading(self) -> Reading:
        """Read it all."""
        findings, rows = self.findings, self.rows
        try:
            self._read()
        except Refused as refusal:
            too_large = self.kind is None and self.size > text.LARGEST_FILE
            whole_file = (self._too_large(),) if too_large else refusal.faults
            if not self.complete and whole_file[0].rule != "too_many_faults":
                # How many rows were judged before the end is chance, so nothing is said of them.
                findings.forget_rows()
            findings.refuse(*whole_file)
            self._discard()
        rows = self.rows
        seen = self.complete or not findings.whole_file
        if not seen:
            rows.rows_in = self._count_rows()
        accepted = None
        if isinstance(rows, TotalsRows) and not findings.whole_file:
            accepted = rows.accepted()
        named = self._names()
        mends = rows.constant("mends")
        key_space = self.people.key_space if self.people else None
        return Reading(
            file=shown(self.name),
            sha256=named[0] if named else "",
            kind=self.kind or "totals",
            rows_in=rows.rows_in,
            accepted=SCHEMA.empty_table() if accepted is None else accepted,
            faults=findings.faults,
            fault_counts=dict(findings.counts),
            faulty_rows=len(findings.faulty_rows),
            notes=tuple(findings.notes),
            months=tuple(sorted(rows.months)) if seen else (),
            sources=rows.sources_in() if seen else (),
            whole_file=findings.whole_file,
            name_month=_month_in_name(self.name, rows.months),
            form=_EXTENSIONS.get(self.form, "csv"),
            provinces=rows.provinces_in() if seen else (),
            names=named if self.kind in PEOPLE else (),
            people=self.people,
            quarantined=self._quarantined(),
            key_space=key_space,
            keyed_here=bool(self.people) and rows.judged_of("nik") is not None,
            mends=mends,
            reference=self.table,
        )

    def _read(self) -> None:
        head = self._at(0, disguise.SAMPLE)
        tail = self._at(max(0, self.size - disguise.SAMPLE), disguise.SAMPLE)
        self.form = disguise.form_of(head, tail)
        disguise.check(self.form, self.name)
        self.file.seek(0)
        if self.form == disguise.SPREADSHEET:
            records = spreadsheet.records(self.file, self.findings, progress=self._progressed)
            self._read_records(records)
        elif self.form == disguise.COLUMNAR:
            table = columnar.open_table(self.file, self.findings, progress=self._progressed)
            self._begin(table.header, iter(()))
            self._take(table.header, table.batches)
        else:
            self._read_text()

    def _read_text(self) -> None:
        gzip = self.form == disguise.GZIP
        source = text.Source(self.file, self.findings, gzip=gzip, progress=self._progressed)
        self.text = source
        if gzip:
            text.check_ratio(self.file)
            inner = disguise.form_of(source.head(), b"")
            if inner != disguise.TEXT:
                raise Refused(Fault.of("form_not_supported", details={"form": f"{inner} (gzip)"}))
        self.lines = lines = text.Text(source.pieces(), columns.known)
        header, self.rows.blank = lines.header()
        self._begin(header, lines.records())
        if self.kind in PEOPLE:
            lines.most_lines = text.MOST_PEOPLE
        source.hash_with(*self.digests)
        self._take(header, self._limited(lines.batches(self._hint(header[1]))))

    def _read_records(self, records: Iterator[Record]) -> None:
        for record in records:
            if has_content(record):
                break
            self.rows.blank += 1
        else:
            raise Refused(Fault.of("empty_file"))
        self._begin(record, records)
        width = len(record[1])
        batches = (
            of_records(taken, width) for taken in iter(lambda: list(islice(records, text.RECORDS)), [])
        )
        self._take(record, batches)

    def _begin(self, header: Record, following: Iterator[Record]) -> None:
        """Decide the kind of the delivery by its header, and what that calls for."""
        row, cells = header
        if not any(map(columns.known, cells)):
            raise Refused(columns.missing(header, list(islice(following, columns.HEADER_SEARCH))))
        columns.check_width(row, cells)
        kind, self.table = columns.kind_of(cells)
        if kind not in PEOPLE and self.size > text.LARGEST_FILE:
            raise Refused(self._too_large())
        self.kind = kind
        blank = self.rows.blank
        if self.roster and kind != "roster":
            raise Refused(Fault.of("not_a_roster", details={"kind": kind}))
        if kind in PEOPLE:
            if self.keys is None or (self.into is None and self.roster is None):
                raise ValueError("a file about people needs keys and a place")
            keys = self.keys()
            self.digests = keys.names_of()
            if self.into:
                self.new_writer = partial(PeopleWriter, self.into, kind, keys)
            self.findings.most_faulty = None if self.roster else MOST_SET_ASIDE
            self.rows = PeopleRows(kind, self.codes, self.findings, self._write, keys.key_of)
            if self.roster:
                self.rows.month = self.month
            self.rows.blank = blank
        else:
            self.digests = (hashlib.sha256(),)
        if kind != "reference":
            self.supplied = self._supplied()

    def _take(self, header: Record, batches: Iterator[Batch]) -> None:
        """Judge everything below the header."""
        if self.table:
            self._take_reference(header, batches)
        else:
            fields = frozenset(self.supplied)
            matched = columns.match(self.kind or "", *header, fields, self.findings)
            self.rows.take(matched, self._watched(batches), self.supplied)
        self.complete = True
        if self.rows.cut_row is not None and self.lines and not self.lines.ended:
            raise Refused(Fault.of("truncated", row=self.rows.cut_row))
        if not self.rows.rows_in:
            raise Refused(Fault.of("no_rows"))
        self._note_lines()
        self._note_rows()
        if self.table:
            return
        if not self.roster:
            _judge_month(self.rows, self.today, self.month)
        if isinstance(self.rows, TotalsRows):
            totals.judge(self.rows, self.supplied.get("source"))
        elif isinstance(self.rows, PeopleRows):
            self._finish_people(self.rows)
        self._judge_constants()
        if (
            self.findings.sets_aside
            and not self.roster
            and self.rows.rows_in == len(self.findings.faulty_rows)
        ):
            raise Refused(Fault.of("no_good_row"))

    def _watched(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """The batches; what makes the whole file worthless is said before the next is read."""
        most = text.MOST_PEOPLE if self.kind in PEOPLE else text.MOST_LINES
        for batch in batches:
            yield batch
            if isinstance(self.rows, PeopleRows) and len(self.rows.months) > 1 and not self.roster:
                _judge_month(self.rows, self.today, self.month)
            if self.rows.rows_in > most:
                raise Refused(Fault.of("too_many_lines", details={"limit": str(most)}))

    def _limited(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        for batch in batches:
            if self.kind not in PEOPLE and self.text and self.text.expanded > text.LARGEST_FILE:
                raise Refused(self._too_large())
            yield batch

    def _take_reference(self, header: Record, batches: Iterator[Batch]) -> None:
        """Hold a reference file against its table's columns; its cells are judged where they are used."""
        if self.form != disguise.TEXT or self.lines is None or self.lines.delimiter != ",":
            raise Refused(Fault.of("reference_form"))
        if any(note.rule == "utf16" for note in self.findings.notes):
            raise Refused(Fault.of("reference_form"))
        columns.match_reference(self.table or "", *header)
        width = {"expected": str(len(header[1]))}
        faults: list[Fault] = []
        for batch in batches:
            self.rows.rows_in += len(batch) + len(batch.misfits)
            self.rows.blank += batch.blank
            for row, cells in batch.misfits:
                rule = "short_row" if len(cells) < len(header[1]) else "long_row"
                faults.append(Fault.of(rule, row=row, details={"found": str(len(cells)), **width}))
        if faults:
            raise Refused(*faults)

    def _supplied(self) -> dict[str, str]:
        """What the person who loads says, as text for a column that may be absent."""
        said: dict[str, str] = {}
        if self.month is not None:
            said["month"] = month_text(self.month)
        if self.source is not None:
            said["source"] = self.source.strip().upper()
            if said["source"] not in self.codes.sources:
                details = Problem("unknown_source", known=self.codes.sources).explained(self.source)
                raise Refused(Fault.of("unknown_source", column="sumber", value=self.source, details=details))
        return said

    def _write(self, batch: pa.RecordBatch) -> None:
        """Hand good rows about people on to the disk, keyed, or to the roster that is judged."""
        self._judge_constants()
        if self.roster:
            self.roster.add(batch, self.rows.constant("key_space"))
            return
        self._judge_source(batch)
        if self.writer is None:
            self.writer = self.stack.enter_context(self.new_writer(self.rows.constant("key_space")))
        names = {"nik": "identity"}
        kept = [name for name in batch.schema.names if name not in ("key_space", "mends", "month")]
        self.writer.add(batch.select(kept).rename_columns([names.get(name, name) for name in kept]))

    def _judge_source(self, batch: pa.RecordBatch) -> None:
        expected = self.supplied.get("source")
        if expected is None or self.rows.judged_of("source") is None:
            return
        for source in batch["source"].unique().to_pylist():
            if source != expected:
                row = batch["row"][batch["source"].dictionary_decode().index(source).as_py()].as_py()
                details = {"expected": expected}
                raise Refused(
                    Fault.of("other_source", row=row, column="sumber", value=source, details=details)
                )

    def _finish_people(self, rows: PeopleRows) -> None:
        """Judge the file as a whole, then write it; whose key comes twice is known only now."""
        if rows.all_end_in_zero:
            raise Refused(Fault.of("nik_all_end_in_zero", column="nik"))
        for judged in rows.judged:
            if judged.day_first and not judged.proved_day_first:
                raise Refused(Fault.of("ambiguous_dates", column=judged.column.header))
        if self.writer is None or not rows.months:
            return
        self.people = self.writer.finish(next(iter(rows.months)))
        identity = "nik" if rows.judged_of("nik") else "kunci"
        for batch in self.people.duplicates.to_batches():
            for found in batch.to_pylist():
                details = {"earlier": str(found["earlier_row"]), "source": found["source"]}
                if found["key"] is not None:
                    rows.keys[found["row"]] = found["key"]
                self.findings.fault("duplicate_person", found["row"], identity, details=details)

    def _judge_constants(self) -> None:
        """The cells of some columns must agree all through the file."""
        for field, rule in (("key_space", "mixed_key_spaces"), ("mends", "mixed_mends")):
            judged = self.rows.judged_of(field)
            if judged and len(judged.seen) > 1:
                both = ", ".join(map(str, judged.seen))
                raise Refused(Fault.of(rule, column=judged.column.header, details={"values": both}))

    def _discard(self) -> None:
        if self.writer is not None:
            self.writer.discard()
        self.writer = self.people = None

    def _quarantined(self) -> pa.Table | None:
        if not self.findings.sets_aside or self.findings.whole_file:
            return None
        keys = self.rows.keys if isinstance(self.rows, PeopleRows) else {}
        lines = [
            {
                "row": fault.row,
                "column": fault.column,
                "rule": fault.rule,
                "value": fault.value,
                "details": json.dumps(dict(fault.details), ensure_ascii=False),
                "key": keys[fault.row].hex() if fault.row in keys else None,
            }
            for fault in sorted(self.findings.aside, key=lambda fault: fault.row or 0)
        ]
        return pa.Table.from_pylist(lines, QUARANTINED)

    def _names(self) -> tuple[str, ...]:
        """The names of the file: its hash, or its keyed hashes under every key."""
        digests = self.digests
        if self.text is not None and self.text.hashing:
            self.text.hash_rest()
        elif digests or (self.size <= text.LARGEST_FILE and not _IDENTITY.search(self._at(0, _BLOCK))):
            digests = digests or (hashlib.sha256(),)
            self.file.seek(0)
            while data := self.file.read(_BLOCK):
                for digest in digests:
                    digest.update(data)
        return tuple(digest.hexdigest() for digest in digests)

    def _count_rows(self) -> int:
        """About how many rows a file holds that was refused before they could be read."""
        if self.text is None:
            return self.rows.rows_in
        if self.kind is None and self.size > text.LARGEST_FILE:
            return 0
        self.file.seek(0)
        return text.count_rows(self.file, gzip=self.form == disguise.GZIP)

    def _note_lines(self) -> None:
        if self.lines is None:
            return
        if self.lines.line_ends == {"\r"}:
            self.findings.note("line_ends_cr")
        elif len(self.lines.line_ends) > 1:
            self.findings.note("line_ends_mixed")
        if not self.lines.ended:
            self.findings.note("no_final_line_break")

    def _note_rows(self) -> None:
        note, rows = self.findings.note, self.rows
        if rows.blank:
            note("blank_rows", rows=str(rows.blank))
        for judged in rows.judged:
            if judged.day_first:
                note("dates_day_first", column=judged.column.header)
            if judged.respelt:
                value, spelling = judged.respelt
                column, count = judged.column.header, str(judged.respelt_rows)
                note("value_spelling", column=column, rows=count, value=value, spelling=spelling)
        delivered = {judged.column.field for judged in rows.judged}
        for field in self.supplied.keys() - delivered:
            note(f"{field}_supplied", **{field: self.supplied[field]})

    def _hint(self, cells: list[str]) -> Callable[[int], bool]:
        """Which columns hardly ever repeat a text."""
        found = [columns.column_of(self.kind or "", cell) for cell in cells]
        rare = [
            self.table is not None
            or (column is not None and (column.valid is not None or column.field in DATES))
            for column in found
        ]
        return rare.__getitem__

    def _progressed(self, done: int) -> None:
        if self.progress is not None:
            self.progress(min(done, self.size), self.size)

    def _at(self, start: int, length: int) -> bytes:
        self.file.seek(start)
        return self.file.read(length)

    @staticmethod
    def _too_large() -> Fault:
        return Fault.of("file_too_large", details={"limit": str(text.LARGEST_FILE // 2**20)})


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


def _month_in_name(name: str, months: Iterable[dt.date]) -> dt.date | None:
    found = [month_end(int(match[1]), int(match[2])) for match in _MONTH_IN_NAME.finditer(name)]
    return found[0] if found and not set(found) & set(months) else None
