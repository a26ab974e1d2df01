"""Native charts of a workbook, to go on editing: series that point to cells, looking as their roles do."""

from typing import Any

from enrollment.drawing.native import Chart, Series
from enrollment.export import cell
from enrollment.figures.style import LOOKS, Look, colour

_KINDS = {
    "rows": {"type": "bar"},
    "columns": {"type": "column"},
    "days": {"type": "line"},
    "scatter": {"type": "scatter", "subtype": "straight"},
}
_DASHES = {"5px,4px": "dash", "3px,3px": "square_dot", "7px,4px": "dash"}
_FONT = {"size": 9, "color": colour("muted", "light")}
_FEW = 15


def native_chart(book: Any, sheet: str, top: int, chart: Chart, title: str, unit: str) -> Any:
    """A chart of the numbers that stand on a sheet from row `top` on."""
    kind = _KINDS[chart.kind]
    if chart.stacked:
        kind = kind | {"subtype": "stacked"}
    drawn = book.add_chart(kind)
    lines: Any = book.add_chart({"type": "line"}) if _has_lines(chart) else None
    unnamed = []
    for place, series in enumerate(chart.series):
        over = lines is not None and series.shape == "line"
        (lines if over else drawn).add_series(_series(sheet, top, chart, place, series))
        if series.again or series.role is None:
            unnamed.append(place)
    if lines is not None:
        drawn.combine(lines)
    drawn.set_title(
        {"name": title, "name_font": {"size": 12, "color": colour("ink", "light")}, "overlay": False}
    )
    drawn.set_legend({"position": "bottom", "font": _FONT, "delete_series": unnamed})
    if len(chart.series) - len(unnamed) < 2:
        drawn.set_legend({"none": True})
    drawn.show_blanks_as("span" if chart.kind == "days" else "gap")
    _axes(drawn, chart, unit)
    return drawn


def series_column(chart: Chart, place: int) -> int:
    """The column in which the numbers of a series stand; in a scatter its places stand left of it."""
    return 2 + 2 * place if chart.kind == "scatter" else 1 + place


def _has_lines(chart: Chart) -> bool:
    return chart.kind == "columns" and any(series.shape == "line" for series in chart.series)


def _axes(drawn: Any, chart: Chart, unit: str) -> None:
    line = {"color": colour("axis", "light")}
    numbers: dict[str, Any] = {
        "num_format": "#,##0",
        "num_font": _FONT,
        "name": unit,
        "name_font": _FONT | {"bold": False},
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": colour("grid", "light")}},
        "min": chart.low,
        "max": chart.high,
    }
    names: dict[str, Any] = {
        "num_font": _FONT,
        "line": line,
        "label_position": "low",
        "major_tick_mark": "none",
    }
    if chart.kind == "rows":
        # The first row stands on top, as it does in the figure.
        drawn.set_x_axis(names | {"reverse": True, "crossing": "max"})
        drawn.set_y_axis(numbers)
    elif chart.kind == "scatter":
        places = [where for series in chart.series for where in series.places]
        low, high = min(places, default=0), max(places, default=1)
        air = (high - low) * 0.05 or 1
        drawn.set_x_axis(numbers | {"min": low - air, "max": high + air})
        drawn.set_y_axis(
            {
                "visible": False,
                "reverse": True,
                "min": chart.low,
                "max": chart.high,
                "major_gridlines": {"visible": False},
            }
        )
    else:
        if chart.kind == "days":
            names |= {
                "date_axis": True,
                "num_format": "mmm yyyy",
                "major_unit_type": "months",
                "major_unit": 1,
            }
        drawn.set_x_axis(names)
        drawn.set_y_axis(numbers)


def _series(sheet: str, top: int, chart: Chart, place: int, series: Series) -> dict[str, Any]:
    column = series_column(chart, place)
    first, last = top + 1, top + max(len(series.values), 1)
    at = column - 1 if chart.kind == "scatter" else 0
    found: dict[str, Any] = {
        "name": [sheet, top, column],
        "categories": [sheet, first, at, last, at],
        "values": [sheet, first, column, last, column],
    }
    if series.role is None:
        return found | {"fill": {"none": True}, "border": {"none": True}}
    look = LOOKS[series.role]
    paint = colour(series.colour or look.line, "light")
    if series.shape == "bar":
        return found | _bar(chart, series, look, paint)
    if series.shape == "line":
        dash = _DASHES.get(look.dash, "solid")
        line = {"color": paint, "width": look.width * 0.75, "dash_type": dash}
        return found | {"line": line, "marker": {"type": "none"}}
    fill = {"color": colour("paper", "light") if look.fill == "paper" else paint}
    marker = {
        "type": "diamond" if series.role == "plan" else "circle",
        "size": 6,
        "fill": fill,
        "border": {"color": paint},
    }
    return found | {"line": {"none": True}, "marker": marker}


def _bar(chart: Chart, series: Series, look: Look, paint: str) -> dict[str, Any]:
    """Solid, hollow or hatched, with its number where there are few."""
    found: dict[str, Any] = {"gap": 60, "border": {"color": paint, "width": 1}}
    if not chart.stacked:
        found["overlap"] = 100
    if series.role == "carried":
        found["pattern"] = {
            "pattern": "wide_upward_diagonal",
            "fg_color": paint,
            "bg_color": colour("paper", "light"),
        }
    elif look.fill == "paper":
        found["fill"] = {"color": colour("paper", "light")}
    else:
        found["fill"] = {"color": colour(series.colour or look.fill, "light")}
    if any(series.labels):
        words = [{"value": cell(label)} if label else {"delete": True} for label in series.labels]
        found["data_labels"] = {"value": True, "custom": words, "font": {"size": 9}}
    elif len(series.values) <= _FEW:
        found["data_labels"] = {"value": True, "num_format": "#,##0", "font": {"size": 9}}
    return found
