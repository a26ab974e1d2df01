"""A figure as a workbook: its chart to go on editing, its table, its rows for machines, and what it is.

Nothing in it runs: every text is written as text, and one that looks like a formula, here or where the
sheet is pasted to, gets a quote mark before it, as in a CSV.
"""

import datetime as dt
import io
import math
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from enrollment.drawing.lettering import visible
from enrollment.drawing.native import Chart, Series, charts
from enrollment.drawing.office_charts import native_chart, series_column, words
from enrollment.export import cell, is_of_days
from enrollment.figures.description import Cell, Cells, Figure, plain
from enrollment.figures.placing import number
from enrollment.figures.style import colour, shade_colour, shade_tone
from enrollment.language import Language

_LONGEST_TEXT = 32_767
_EXACT = 10**15
"""Beyond this many a sheet rounds whole numbers; such a number is none to reckon with, so it stays text."""
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CHART_WIDTH, _CHART_HEIGHT, _PANEL_HEIGHT, _ROW, _AROUND_ROWS = 960, 420, 260, 20, 160


def workbook(
    figure: Figure,
    *,
    about: Sequence[tuple[str, str]],
    language: Language,
    created: dt.datetime = _MADE,
) -> bytes:
    """The workbook of one figure; `about` says line by line what it is. The same input, the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **_PLAIN})
    book.set_properties({"title": words(figure.title), "comments": words(figure.alt), "created": created})
    say = language.say
    sheets = _Sheets(book, language)
    sheets.chart(say("workbook.chart"), figure, _unit(figure, language))
    sheets.table(say("workbook.table"), figure)
    sheets.data(say("workbook.data"), figure)
    sheets.about(say("workbook.about"), about)
    book.close()
    return target.getvalue()


def _unit(figure: Figure, language: Language) -> str:
    """What the numbers count: a sheet has them in full, where the figure writes them in millions."""
    counted = [language.say(f"figures.unit.{name}") for name in ("people", "thousands", "millions")]
    return counted[0] if figure.unit in counted else figure.unit


def letters(text: str) -> str:
    """Text that a sheet shows to the letter: nothing to run, no sign that its file may not hold."""
    safe = "".join(sign if sign in "\t\r\n" else visible(sign) for sign in str(cell(text)))
    return safe if len(safe) <= _LONGEST_TEXT else safe[: _LONGEST_TEXT - 1] + "…"


class _Sheets:
    """The sheets of one workbook, and the forms their cells share."""

    def __init__(self, book: Any, language: Language) -> None:
        self.book = book
        self.language = language
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.muted = book.add_format({"font_color": colour("muted", "light")})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.right = book.add_format({"align": "right"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "valign": "top"})

    def _sheet(self, name: str) -> Any:
        """A sheet that prints on A4, as wide as a page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def put(self, sheet: Any, row: int, column: int, value: Any, form: Any = None) -> None:
        """Write a value as what it is: a number, a day, a yes or no, nothing, or text."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, form)
        elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < _EXACT:
            whole = isinstance(value, int) or value.is_integer()
            sheet.write_number(row, column, value, form or (self.whole if whole else None))
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, self.day)
        else:
            sheet.write_string(row, column, letters(str(value)), form)

    # Rows

    def data(self, name: str, figure: Figure) -> None:
        """The rows of the CSV under its columns; where all of a column are days, as days."""
        sheet = self._sheet(name)
        table = figure.table
        days = {
            place
            for place in range(len(table.machine_columns))
            if is_of_days(row[place] for row in table.machine_rows)
        }
        for place, column in enumerate(table.machine_columns):
            self.put(sheet, 0, place, column, self.head)
        for down, row in enumerate(table.machine_rows, 1):
            for place, value in enumerate(row):
                is_day = place in days and isinstance(value, str)
                self.put(sheet, down, place, dt.date.fromisoformat(str(value)) if is_day else value)
        self._set_out(sheet, len(table.machine_columns), len(table.machine_rows))
        if any(isinstance(mark, Cells) for mark in figure.marks) and table.machine_rows:
            scale = {
                "type": "2_color_scale",
                "min_color": shade_colour(0, "light"),
                "max_color": shade_colour(0.5, "light"),
            }
            for place in range(len(table.machine_columns)):
                if any(isinstance(row[place], int | float) for row in table.machine_rows):
                    sheet.conditional_format(1, place, len(table.machine_rows), place, scale)

    def table(self, name: str, figure: Figure) -> None:
        """The table as it stands under the chart: finished words under finished headers."""
        sheet = self._sheet(name)
        for place, column in enumerate(figure.table.columns):
            self.put(sheet, 0, place, column.header, self.head)
            form = self.right if column.align == "right" else None
            for down, row in enumerate(figure.table.rows, 1):
                self.put(sheet, down, place, row[place], form)
        self._set_out(sheet, len(figure.table.columns), len(figure.table.rows))

    def _set_out(self, sheet: Any, columns: int, rows: int) -> None:
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(columns - 1, 0), 20)
        if rows and columns:
            sheet.autofilter(0, 0, rows, columns - 1)

    def about(self, name: str, about: Sequence[tuple[str, str]]) -> None:
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110)
        for down, (what, said) in enumerate(about):
            self.put(sheet, down, 0, what, self.bold)
            self.put(sheet, down, 1, said, self.wrapped)

    # Charts

    def chart(self, name: str, figure: Figure, unit: str) -> None:
        """Title and subtitle, the charts, and under them the numbers that they are drawn from."""
        sheet = self._sheet(name)
        sheet.hide_gridlines(2)
        self.put(sheet, 0, 0, figure.title, self.title)
        self.put(sheet, 1, 0, figure.subtitle, self.muted)
        found = charts(figure)
        if not found:
            self._grid(sheet, figure)
            return
        # An office program takes no chart without a series: where no number is known there is none.
        found = tuple((title, chart) for title, chart in found if chart.series)
        several = len(found) > 1
        rows = max((len(chart.categories) for _, chart in found if chart.kind == "rows"), default=0)
        height = max(_PANEL_HEIGHT if several else _CHART_HEIGHT, rows * _ROW + _AROUND_ROWS)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 60, 15)
        per_chart = height // _ROW + 2
        down = 3 + per_chart * -(-len(found) // (2 if several else 1))
        for place, (title, chart) in enumerate(found):
            self._numbers(sheet, down, chart)
            drawn = native_chart(self.book, name, down, chart, title, unit)
            drawn.set_size({"width": _CHART_WIDTH // (2 if several else 1), "height": height})
            row, beside = divmod(place, 2) if several else (place, 0)
            corner = {"x_offset": beside * (_CHART_WIDTH // 2), "description": words(figure.alt)}
            sheet.insert_chart(3 + per_chart * row, 0, drawn, corner | {"object_position": 3})
            longest = max((len(series.values) for series in chart.series), default=0)
            down += longest + 3

    def _numbers(self, sheet: Any, top: int, chart: Chart) -> None:
        """Categories in the first column and a column for each series; a scatter has two for each."""
        for down, category in enumerate(chart.categories, top + 1):
            self.put(sheet, down, 0, category)
        sheet.set_row(top, 45)
        for place, series in enumerate(chart.series):
            column = series_column(chart, place)
            self.put(sheet, top, column, self._named(series), self.head)
            for down, value in enumerate(series.values, top + 1):
                self.put(sheet, down, column, value)
            for down, where in enumerate(series.places, top + 1):
                self.put(sheet, down, column - 1, where)

    def _named(self, series: Series) -> str:
        """The name of a series; of a range it says which edge stands there."""
        if series.edge is None:
            return series.name
        return self.language.say(f"workbook.{series.edge}", name=series.name)

    def _grid(self, sheet: Any, figure: Figure) -> None:
        """The squares of a heat map as cells: the words that they carry, in the colours that they have."""
        top, left = 4, 1
        sheet.set_column(0, 0, 24)
        for tick in figure.wide.x_ticks:
            self.put(sheet, top - 1, left + round(number(tick.at)), plain(tick.text), self.head)
        names = dict(enumerate(figure.y.categories))
        names |= {round(number(tick.at)): plain(tick.text) for tick in figure.wide.y_ticks}
        for row, named in names.items():
            self.put(sheet, top + row, 0, named)
        for mark in figure.marks:
            if not isinstance(mark, Cells):
                continue
            for square in mark.cells:
                hollow = square.shade is None or mark.role == "lost"
                self.put(
                    sheet,
                    top + round(square.row),
                    left + round(square.column),
                    plain(square.label),
                    self._look(square, hollow),
                )

    def _look(self, square: Cell, hollow: bool) -> Any:
        look = {"align": "center", "border": 1, "border_color": colour("axis", "light")}
        if square.chosen:
            look |= {"border": 2, "border_color": colour("ink", "light")}
        if square.shade is not None and not hollow:
            look["bg_color"] = shade_colour(square.shade, "light")
            look["font_color"] = colour(shade_tone(square.shade), "light")
        return self.book.add_format(look)
