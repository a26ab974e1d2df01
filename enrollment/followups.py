"""Follow-up lists of a reconciliation: who has to be followed up, why, and what is to be done.

A list for each class that asks for something, one of near misses, and one of members who are not on the
roster; each as CSV, all together as a workbook. A NIK stands masked in them. Whoever supplied the roster
may be given it in full: `niks` holds it by row number, in memory only.
"""

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from enrollment.contract.faults import shown
from enrollment.drawing.office import letters
from enrollment.export import csv_text
from enrollment.language import Language
from enrollment.reconciliation.result import CLASSES, Result
from enrollment.reference import Reference

CLASS_LISTS = ("not_found", "lapsed", "active_part", "other_source", "invalid", "duplicate", "out_of_scope")
"""The classes that ask for something, most urgent first."""
LISTS = (*CLASS_LISTS, "near_misses", "reverse")
"""All lists, in the order of the sheets."""

_LEDGER = ("row", "class", "nik", "rule", "earlier_row", "missing", "elsewhere", "lapsed_since")
_OF_CLASS = ("row", "nik", "class", "reason", "action", "province", "regency")
_OF_NEAR_MISS = (
    *("row", "nik", "candidate", "slip", "same_birth", "same_sex", "same_province"),
    *("source", "programmes", "action"),
)
_OF_REVERSE = ("kpj", "province", "programmes", "action")
_NAMED = (("partner_sources", "source"), ("provinces", "province"), ("regencies", "regency"))
_WIDTHS = {"row": 9, "nik": 19, "class": 26, "reason": 44, "action": 52, "candidate": 20, "slip": 30}
_WIDTH = 20
_MOST_ROWS = 1_048_575
"""Rows of a sheet under its header."""
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BATCH = 10_000


def csv(
    name: str,
    result: Result,
    found: pa.Table,
    reference: Reference,
    language: Language,
    *,
    niks: Mapping[int, str] | None = None,
) -> bytes:
    """One list of LISTS as CSV in UTF-8, for programs; a spreadsheet keeps a NIK whole in the workbook only.

    `found` is the table that the list is taken from: ROWS for a class, NEAR_MISSES, REVERSE. Raises KeyError
    for a name that is no list.
    """
    made = _Lists(result, reference, language, niks or {})
    return csv_text(made.headers(name), made.lines(name, found)).encode()


def ledger(rows: pa.Table) -> bytes:
    """Every row of the roster with its class and reason as CSV, for programs."""
    named = rows.rename_columns(["nik" if name == "masked" else name for name in rows.column_names])
    return csv_text(_LEDGER, list(zip(*(named[name].to_pylist() for name in _LEDGER), strict=True))).encode()


def workbook(
    result: Result,
    rows: pa.Table,
    near_misses: pa.Table,
    reverse: pa.Table,
    reference: Reference,
    language: Language,
    *,
    edition: str | None = None,
    niks: Mapping[int, str] | None = None,
) -> bytes:
    """All lists, a sheet each, and what they are taken from. The same input gives the same bytes."""
    made = _Lists(result, reference, language, niks or {})
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **_PLAIN})
    title = language.say("followups.about_line.title")
    book.set_properties({"title": title, "created": _MADE})
    head = book.add_format({"bold": True, "bottom": 1})
    about = made.about(edition)
    for name in LISTS:
        found = {"near_misses": near_misses, "reverse": reverse}.get(name, rows)
        sheet = _sheet(book, language.say(f"followups.part.{name}"))
        written = 0
        for column, header in enumerate(made.headers(name)):
            sheet.write_string(0, column, header, head)
            sheet.set_column(column, column, _WIDTHS.get(made.columns(name)[column], _WIDTH))
        for line in made.lines(name, found):
            written += 1
            if written <= _MOST_ROWS:
                _write(sheet, written, line)
        sheet.freeze_panes(1, 0)
        if written:
            sheet.autofilter(0, 0, min(written, _MOST_ROWS), len(made.headers(name)) - 1)
        if written > _MOST_ROWS:
            about.append(made.cut(name, _MOST_ROWS, written))
    sheet = _sheet(book, language.say("followups.about"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for down, line in enumerate(about, 2):
        _write(sheet, down, line)
    book.close()
    return target.getvalue()


def _sheet(book: Any, name: str) -> Any:
    """A sheet that prints on A4 in landscape, as wide as a page, with its header on each."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _write(sheet: Any, row: int, values: Sequence[Any]) -> None:
    """Whole numbers as numbers, all else as text that nothing runs."""
    for column, value in enumerate(values):
        if isinstance(value, int):
            sheet.write_number(row, column, value)
        elif value:
            # A NIK stays text, whatever a program makes of long numbers.
            sheet.write_string(row, column, _letters(value))


# Reasons, actions and places come again in row after row.
_letters = lru_cache(maxsize=10_000)(letters)


class _Lists:
    """The lists of one result in one language."""

    def __init__(
        self, result: Result, reference: Reference, language: Language, niks: Mapping[int, str]
    ) -> None:
        self.result, self.language, self.say, self.niks = result, language, language.say, niks
        self.sources, self.provinces, self.regencies = (
            {
                row[code]: language.pick(row["name"] or "", row["name_en"] or "")
                for row in reference.rows(name)
            }
            for name, code in _NAMED
        )

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a list. Raises KeyError for a name that is none."""
        special = {"near_misses": _OF_NEAR_MISS, "reverse": _OF_REVERSE}
        return special[name] if name in special else dict.fromkeys(CLASS_LISTS, _OF_CLASS)[name]

    def headers(self, name: str) -> list[str]:
        return [self.say(f"followups.column.{column}") for column in self.columns(name)]

    def lines(self, name: str, found: pa.Table) -> Iterator[tuple[Any, ...]]:
        """The lines of a list, in the order of its table; nothing of a key is in them."""
        to_do = self.say(f"followups.action.{name}")
        if name == "near_misses":
            # What was decided is nothing to follow up.
            found = found.filter(pc.is_null(found["decision"]))
        elif name in CLASS_LISTS:
            found = found.filter(pc.equal(found["class"], name))
        for row in _rows(found):
            if name == "near_misses":
                yield self._near_miss(row, to_do)
            elif name == "reverse":
                place = self._place(self.provinces, row["province"])
                yield row["kpj"] or "", place, row["programmes"] or "", to_do
            else:
                yield self._followed(row, name, to_do)

    def _followed(self, row: Mapping[str, Any], name: str, to_do: str) -> tuple[Any, ...]:
        reason = self._reason(row, name)
        if row["confirmed"]:
            reason = self.say("followups.reason.confirmed", reason=reason)
        return (
            row["row"],
            self._nik(row),
            self.say(f"minutes.class.{name}"),
            reason,
            to_do,
            self._place(self.provinces, row["province"]),
            self._place(self.regencies, row["regency"]),
        )

    def _near_miss(self, row: Mapping[str, Any], to_do: str) -> tuple[Any, ...]:
        position = row["position"]
        slip = (
            self.say("followups.slip.swap", position=str(position), next=str(position + 1))
            if row["slip"] == "swap"
            else self.say("followups.slip.digit", position=str(position))
        )
        return (
            row["row"],
            self._nik(row),
            shown(row["masked_candidate"] or ""),
            slip,
            *(self._answer(row[name]) for name in ("same_birth", "same_sex", "same_province")),
            self._place(self.sources, row["source"]),
            row["programmes"] or "",
            to_do,
        )

    def _nik(self, row: Mapping[str, Any]) -> str:
        return self.niks.get(row["row"]) or shown(row["masked"] or "")

    def _answer(self, value: bool | None) -> str:
        if value is None:
            return self.say("format.not_reported")
        return self.say("followups.answer.true") if value else self.say("followups.answer.false")

    def _reason(self, row: Mapping[str, Any], name: str) -> str:
        say = self.say
        if name == "invalid":
            return self._broken(row["rule"] or "")
        if name == "duplicate":
            return say("followups.reason.duplicate", row=str(row["earlier_row"]))
        if name == "out_of_scope":
            source = self._place(self.sources, row["source"]) or say("format.unknown")
            month = self.language.month(row["month"]) if row["month"] else say("format.unknown")
            return say("followups.reason.out_of_scope", source=source, month=month)
        if name == "active_part":
            missing = self.language.join((row["missing"] or "").split("+"))
            return say("followups.reason.active_part", programmes=missing)
        if name == "other_source":
            sources = [self._place(self.sources, code) for code in (row["elsewhere"] or "").split("+")]
            return say("followups.reason.other_source", sources=self.language.join(sources))
        if name == "lapsed":
            since = row["lapsed_since"]
            month = self.language.month(since) if since else say("format.unknown")
            return say("followups.reason.lapsed", month=month)
        months = row["months_not_found"] or 1
        if months == 1:
            return say("followups.reason.not_found")
        return say("followups.reason.not_found_again", months=str(months))

    def _broken(self, rule: str) -> str:
        """A broken rule in a few words: by its name, else by that of its family."""
        for name in (rule, rule.partition("_")[0]):
            if name and self.language.has(f"followups.rule.{name}"):
                return self.say(f"followups.rule.{name}", rule=rule)
        return self.say("followups.rule.contract", rule=rule)

    def _place(self, names: Mapping[str, str], code: str | None) -> str:
        return "" if code is None else names.get(code) or code

    def about(self, edition: str | None) -> list[tuple[str, Any]]:
        """What the lists are taken from, line by line."""
        say, result = self.say, self.result
        said: dict[str, Any] = {
            "source": self._place(self.sources, result.source),
            "month": self.language.month(result.month),
            "file": shown(result.file),
            "hash": f"{result.sha256[:8]}…{result.sha256[-6:]}",
            "edition": edition,
            "rules": result.rule_version,
            "result": result.name[:10],
            "identity": say("followups.about_line.clear" if self.niks else "followups.about_line.masked"),
            "simulated": say("format.simulated") if result.simulated else None,
        }
        counts = {
            "rows": result.rows,
            "people": result.people,
            "near_misses": result.near_misses,
            "reverse": result.reverse,
        }
        return [
            *((say(f"followups.about_line.{name}"), value) for name, value in said.items() if value),
            *((say(f"minutes.class.{name}"), result.classes[name]) for name in CLASSES),
            *((say(f"followups.about_line.{name}"), count) for name, count in counts.items()),
        ]

    def cut(self, name: str, shown_rows: int, rows: int) -> tuple[str, str]:
        """That a sheet does not hold all rows of its list."""
        number = self.language.number
        said = self.say(
            "followups.about_line.cut_value",
            sheet=self.say(f"followups.part.{name}"),
            shown=number(shown_rows),
            all=number(rows),
        )
        return self.say("followups.about_line.cut"), said


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, so many at a time that a long one takes no more memory than a short one."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield from batch.to_pylist()
