"""The numbers of a chart, in the workbook that an office program opens to edit them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter

from enrollment.drawing.lettering import visible
from enrollment.drawing.native import Chart
from enrollment.drawing.office import letters


class _Timeless:
    """For a writer of the workbook behind a chart: it tells the time that it is given, and no other."""

    def __init__(self, data: Any, made: dt.datetime) -> None:
        super().__init__(data)  # type: ignore[call-arg]
        self._made = made

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[Any]:
        with super()._open_worksheet(xlsx_file) as (book, sheet):  # type: ignore[misc]
            book.set_properties({"created": self._made})
            yield book, sheet


class _Sheet(_Timeless, CategoryWorkbookWriter):
    """Categories and a column for each series, in which every text is text."""

    def _write_cat_column(self, worksheet: Any, col: int, level: Any, num_format: Any) -> None:
        worksheet.set_column(col, col, 24)
        for off, name in level:
            if isinstance(name, dt.date):
                worksheet.write_datetime(off + 1, col, name, num_format)
            else:
                worksheet.write_string(off + 1, col, name)

    def _write_series(self, workbook: Any, worksheet: Any) -> None:
        for place, series in enumerate(self._chart_data, 1):
            worksheet.write_string(0, place, series.name)
            for down, value in enumerate(series.values, 1):
                if value is not None:
                    worksheet.write_number(down, place, value)


class _PairsSheet(_Timeless, XyWorkbookWriter):
    """The same for pairs of numbers, a block of rows for each series."""

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        for series in self._chart_data:
            top = self.series_table_row_offset(series)  # type: ignore[no-untyped-call]
            worksheet.write_string(top, 1, series.name)
            for column, values in enumerate((series.x_values, series.y_values)):
                for down, value in enumerate(values, top + 1):
                    worksheet.write_number(down, column, value)


class _Numbers(CategoryChartData):
    made: dt.datetime

    @property
    def _workbook_writer(self) -> _Sheet:
        return _Sheet(self, self.made)


class _Pairs(XyChartData):
    made: dt.datetime

    @property
    def _workbook_writer(self) -> _PairsSheet:
        return _PairsSheet(self, self.made)


def named(text: str) -> str:
    """The name of a series or a category, which no program runs when its cell is opened."""
    return letters(visible(text))


def numbers_of(chart: Chart, made: dt.datetime) -> Any:
    made_of: Any = _Pairs if chart.kind == "scatter" else _Numbers
    data = made_of()
    data.made = made
    if chart.kind == "scatter":
        for series in chart.series:
            row = data.add_series(named(series.name))
            for x, y in zip(series.places, series.values, strict=True):
                row.add_data_point(x, y)
        return data
    data.categories = [name if isinstance(name, dt.date) else named(name) for name in chart.categories]
    for series in chart.series:
        data.add_series(named(series.name), series.values)
    return data
