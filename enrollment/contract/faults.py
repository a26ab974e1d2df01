"""Faults and notes: what the contract has to say about a delivery, safe to show to anybody.

Everything that comes out of a delivery passes `shown` on its way into a fault or a note, so identity
numbers, control characters and endless values never reach a message, a log or a page.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from enrollment.language import Language

KEPT_FAULTS = 1_000
"""Faults kept in full; those beyond are counted only."""
MOST_SET_ASIDE = 100_000
"""Faulty rows of a delivery that may be set aside, and of one about people that are looked for."""

RULES = (
    # the file as a whole
    "file_too_large",
    "empty_file",
    "form_not_supported",
    "disguise",
    "not_utf8",
    "not_utf16",
    "utf16_without_bom",
    "utf32",
    "line_too_long",
    "too_many_lines",
    "open_quote",
    "broken_quote",
    "header_missing",
    "title_above_header",
    "header_in_two_rows",
    "too_many_columns",
    "unknown_column",
    "unnamed_column",
    "missing_column",
    "duplicate_column",
    "no_rows",
    "truncated",
    "mixed_months",
    "month_too_early",
    "future_month",
    "other_month",
    "other_source",
    "password",
    "bomb",
    "broken_archive",
    "sheet_markup",
    "sheet_macros",
    "several_sheets",
    "merged_cells",
    "too_many_rows",
    "cell_too_long",
    "broken_parquet",
    "compression_not_supported",
    "column_type",
    "nik_not_text",
    "broken_gzip",
    "either_column",
    "too_many_faults",
    "no_good_row",
    "nik_all_end_in_zero",
    "mixed_key_spaces",
    "mixed_mends",
    "mixed_dates",
    "ambiguous_dates",
    "reference_form",
    "not_a_roster",
    # a row
    "short_row",
    "long_row",
    "total_row",
    "comment_row",
    "text_row",
    "repeated_header",
    "duplicate_cell",
    "duplicate_person",
    "nik_birth_date",
    "nik_birth_year",
    "nik_sex",
    # a cell
    "empty_required",
    "line_break_in_cell",
    "control_character",
    "invisible_character",
    "full_width_character",
    "look_alike_character",
    "month_format",
    "unknown_source",
    "unknown_segment",
    "unknown_province",
    "province_number",
    "province_not_in_year",
    "regency_format",
    "unknown_regency",
    "regency_elsewhere",
    "unknown_programme",
    "programmes_order",
    "programmes_incomplete",
    "unknown_sex",
    "unknown_age_band",
    "not_ya",
    "count_space",
    "count_sign",
    "count_leading_zero",
    "count_separator",
    "count_decimal",
    "count_exponent",
    "count_too_large",
    "count_not_digits",
    "nik_too_short",
    "nik_too_long",
    "nik_exponent",
    "nik_decimal",
    "nik_apostrophe",
    "nik_space",
    "nik_separator",
    "nik_letters",
    "nik_not_digits",
    "nik_same_digit",
    "nik_region",
    "nik_day",
    "nik_month",
    "nik_serial",
    "kpj_too_short",
    "kpj_too_long",
    "kpj_exponent",
    "kpj_decimal",
    "kpj_apostrophe",
    "kpj_space",
    "kpj_separator",
    "kpj_letters",
    "kpj_not_digits",
    "key_format",
    "key_is_nik",
    "key_space_format",
    "npp_format",
    "npp_long_number",
    "text_too_long",
    "text_long_number",
    "wage_too_large",
    "date_format",
    "date_impossible",
    "birth_too_early",
    "birth_in_future",
    "year_format",
    "mends_format",
    "mends_row_format",
    "cell_error",
    "formula_without_value",
    # what the store knows
    "reference_value",
    "event_kind",
    "event_of_nobody",
    "event_not_above_zero",
    "event_not_below_zero",
    "stated_after_due",
    "duplicate_entry",
    "mends_unknown_delivery",
    "mends_unknown_row",
    "mends_kept_row",
)

NOTES = (
    "utf8_bom",
    "utf16",
    "line_ends_cr",
    "line_ends_mixed",
    "no_final_line_break",
    "blank_rows",
    "header_spelling",
    "value_spelling",
    "month_supplied",
    "source_supplied",
    "dates_day_first",
    "hidden_rows",
    "hidden_columns",
    "hidden_sheet",
    "empty_sheets",
    "formula_values",
    "date_cells",
    "number_cells",
    "no_checksums",
)

_LONGEST = 80
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Identity numbers are also written with a dot, a dash or a blank between groups.
_LONG_NUMBER = re.compile(r"\d(?:[\s.,'/_-]?\d){11,}")
# Details that are numbers of things; they are formatted in the reader's language.
_AMOUNTS = frozenset({"rows", "fields", "limit", "offset", "old", "new"})


def _mask(match: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in match[0])
    return match[0][:4] + "*" * (digits - 4) if match[0][:4].isdigit() else "*" * digits


def shown(text: str) -> str:
    """Text of a delivery as it may be shown.

    Characters that cannot be seen are left out, twelve or more digits are masked as
    `3171************`, and what is longer than 80 characters is cut.
    """
    text = "".join(c for c in text[:1_000] if unicodedata.category(c) not in _HIDDEN_CATEGORIES)
    text = _LONG_NUMBER.sub(_mask, text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _details(language: Language, details: Mapping[str, str]) -> dict[str, str]:
    def spelt(name: str, value: str) -> str:
        if name in _AMOUNTS:
            return language.number(int(value))
        return language.number(float(value), 2) if name == "ratio" else value

    return {name: spelt(name, value) for name, value in details.items()}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a delivery that the contract does not allow; made by `Fault.of`.

    `row` is the row as a person sees it in an editor or a spreadsheet (the header is row 1), None for
    a fault of the whole file. `value` and `details` hold only what `shown` lets through.
    """

    row: int | None
    column: str | None
    value: str | None
    rule: str
    details: Mapping[str, str]

    @classmethod
    def of(
        cls,
        rule: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Self:
        """A fault from raw text of the delivery, which is made safe to show here.

        Row 0 is the header of a form that has no row for it.
        """
        return cls(
            row=row or None,
            column=None if column is None else shown(column),
            value=shown(value) if value and value.strip() else None,
            rule=rule,
            details={name: shown(text) for name, text in (details or {}).items()},
        )

    def message(self, language: Language, file: str) -> str:
        """The sentence for a reader: file, row, column, value, what was expected, what to do."""
        place = self._place(language, shown(file))
        words = _details(language, self.details)
        sentence = language.say(f"faults.{self.rule}", place=place, value=self.value or "", **words)
        if words.get("nearest"):
            sentence += " " + language.say("faults.hint.nearest", nearest=words["nearest"])
        return sentence

    def _place(self, language: Language, file: str) -> str:
        row, column = str(self.row), self.column or ""
        if self.row is None:
            return language.say("faults.place.column", file=file, column=column) if column else file
        if not column:
            return language.say("faults.place.row", file=file, row=row)
        return language.say("faults.place.cell", file=file, row=row, column=column)


@dataclass(frozen=True, slots=True)
class Note:
    """Something the contract accepted but that the sender and the steward should know."""

    rule: str
    details: Mapping[str, str]

    @classmethod
    def of(cls, rule: str, **details: str) -> Self:
        """A note from raw text of the delivery, which is made safe to show here."""
        return cls(rule, {name: shown(text) for name, text in details.items()})

    def message(self, language: Language, file: str) -> str:
        """The sentence for a reader; it names the file."""
        return language.say(f"faults.note.{self.rule}", file=shown(file), **_details(language, self.details))


class Refused(Exception):
    """The delivery cannot be read any further; carries the faults of the whole file."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.rule for fault in faults))
        self.faults = faults


class Findings:
    """Faults and notes as they are gathered while one delivery is read."""

    def __init__(self, *, sets_aside: bool = False) -> None:
        self.sets_aside = sets_aside
        """Whether every fault of a row is kept in full, for the quarantine."""
        self.aside: list[Fault] = []
        self.most_faulty: int | None = MOST_SET_ASIDE if sets_aside else None
        """Faulty rows beyond which the whole file is refused."""
        self.notes: list[Note] = []
        self.counts: Counter[str] = Counter()
        self.faulty_rows: set[int] = set()
        self._of_file: list[Fault] = []
        self._of_rows: list[Fault] = []

    @property
    def whole_file(self) -> bool:
        """Whether a fault concerns the whole file."""
        return bool(self._of_file)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults of the whole file first, then by row; at most `KEPT_FAULTS`."""
        by_row = sorted(self._of_rows, key=lambda fault: fault.row or 0)
        return tuple((self._of_file + by_row)[:KEPT_FAULTS])

    @property
    def keeps_more(self) -> bool:
        """Whether a further fault of a row is kept in full, so that explaining it is worth the time."""
        return self.sets_aside or len(self._of_rows) < KEPT_FAULTS

    def refuse(self, *faults: Fault) -> None:
        """Add faults that concern the whole file."""
        self.counts.update(fault.rule for fault in faults)
        self._of_file.extend(faults)

    def forget_rows(self) -> None:
        """Drop the faults of rows, where the file as a whole says more than they do."""
        self.aside.clear()
        self.counts.clear()
        self.faulty_rows.clear()
        self._of_rows.clear()

    def fault(
        self,
        rule: str,
        row: int,
        column: str | None = None,
        value: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add a fault of one row; beyond `KEPT_FAULTS` it is only counted.

        Raises Refused where there are more faulty rows than anybody would mend.
        """
        self.counts[rule] += 1
        self.faulty_rows.add(row)
        if self.most_faulty is not None and len(self.faulty_rows) > self.most_faulty:
            raise Refused(Fault.of("too_many_faults", details={"limit": str(self.most_faulty)}))
        if self.keeps_more:
            fault = Fault.of(rule, row=row, column=column, value=value, details=details)
            if self.sets_aside:
                self.aside.append(fault)
            if len(self._of_rows) < KEPT_FAULTS:
                self._of_rows.append(fault)

    def note(self, rule: str, **details: str) -> None:
        """Add a note."""
        self.notes.append(Note.of(rule, **details))
