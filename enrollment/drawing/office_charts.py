"""Native charts of a workbook, to go on editing: series that point to cells, looking as their roles do."""

import math
import re
from typing import Any

from enrollment.drawing.lettering import visible
from enrollment.drawing.native import Chart, Series
from enrollment.figures.description import Role
from enrollment.figures.style import LOOKS, Look, band_edges, colour, paler
from enrollment.figures.units import nice_step

_KINDS = {
    "rows": {"type": "bar"},
    "columns": {"type": "column"},
    "days": {"type": "line"},
    "scatter": {"type": "scatter", "subtype": "straight"},
}
_DASHES = {"5px,4px": "dash", "3px,3px": "square_dot", "7px,4px": "dash", "2px,3px": "round_dot"}
# Points and percent of the colour: the edges of a range with a ground are broad and pale in its place.
_BROAD, _PALE = 2.5, 40
_FONT = {"size": 9, "color": colour("muted", "light")}
# Between "!" and the name of a cell, a sign of no width that keeps them apart.
_REFERENCE, _JOINER = re.compile(r"!(?=\$?[A-Z]+\$?\d)"), "\N{WORD JOINER}"
_FEW = 15
_FEW_NAMES = 3
_SHORT = 0.08


def words(text: str) -> str:
    """Words of a chart. No program runs them, but XlsxWriter takes what reads like a reference for one."""
    shown = _REFERENCE.sub("!" + _JOINER, visible(text))
    return f"'{shown}" if shown.startswith("=") else shown


def native_chart(book: Any, sheet: str, top: int, chart: Chart, title: str, unit: str) -> Any:
    """A chart of the numbers that stand on a sheet from row `top` on."""
    kind = _KINDS[chart.kind]
    if chart.stacked:
        kind = kind | {"subtype": "stacked"}
    drawn = book.add_chart(kind)
    lines: Any = book.add_chart({"type": "line"}) if _has_lines(chart) else None
    unnamed = []
    # Grey lines are there to compare with; more than a few names of them would bury the others.
    crowded = sum(series.role == "context" for series in chart.series) > _FEW_NAMES
    for place, series in enumerate(chart.series):
        over = lines is not None and series.shape == "line"
        (lines if over else drawn).add_series(_series(sheet, top, chart, place, series))
        if series.again or series.role is None or (crowded and series.role == "context"):
            unnamed.append(place)
    if lines is not None:
        drawn.combine(lines)
    drawn.set_title(
        {"name": words(title), "name_font": {"size": 12, "color": colour("ink", "light")}, "overlay": False}
    )
    drawn.set_legend({"position": "bottom", "font": _FONT, "delete_series": unnamed})
    if len(chart.series) - len(unnamed) < 2 or _tells_itself(chart):
        drawn.set_legend({"none": True})
    drawn.show_blanks_as("span" if chart.kind == "days" else "gap")
    _axes(drawn, chart, unit)
    return drawn


def _tells_itself(chart: Chart) -> bool:
    """Whether no two bars are of one series, so that the categories name them."""
    return chart.stacked and all(
        sum(value is not None for value in series.values) <= 1 for series in chart.series if series.role
    )


def _round_ends(one: float, other: float) -> tuple[float, float]:
    """The ends of an axis of numbers, moved outwards to where a line of the grid stands."""
    low, high = sorted((one, other))
    step = nice_step(high - low, 6)
    return math.floor(low / step) * step, math.ceil(high / step) * step


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
        "name": words(unit),
        "name_font": _FONT | {"bold": False},
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": colour("grid", "light")}},
    }
    if chart.kind != "scatter":
        numbers["min"], numbers["max"] = _round_ends(chart.low, chart.high)
    names: dict[str, Any] = {
        "num_font": _FONT,
        "line": line,
        "label_position": "low",
        "major_tick_mark": "none",
    }
    if chart.kind == "rows":
        # Here x is what lies flat: the numbers. The first row stands on top, as it does in the figure.
        drawn.set_y_axis(names | {"reverse": True, "interval_unit": 1})
        drawn.set_x_axis(numbers | {"label_position": "high"})
    elif chart.kind == "scatter":
        places = [where for series in chart.series for where in series.places]
        low, high = _round_ends(min(places, default=0), max(places, default=1))
        ends = {"min": low, "max": high}
        drawn.set_x_axis(numbers | ends | {"label_position": "high"})
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
    if series.edge:
        return found | {"line": _edge(series, series.role), "marker": {"type": "none"}}
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
    if chart.kind == "scatter":
        found["data_labels"] = {"series_name": True, "value": False, "position": "right", "font": {"size": 9}}
    return found | {"line": {"none": True}, "marker": marker}


def _edge(series: Series, role: Role) -> dict[str, Any]:
    look = band_edges(role)
    name = series.colour or look.line
    if series.pale:
        return {"color": colour(paler(name, _PALE), "light"), "width": _BROAD}
    dash = _DASHES.get(look.dash, "solid")
    return {"color": colour(name, "light"), "width": look.width * 0.75, "dash_type": dash}


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
        custom = [
            {"value": words(label), "font": _on(chart, look, value)} if label else {"delete": True}
            for label, value in zip(series.labels, series.values, strict=True)
        ]
        found["data_labels"] = {"value": True, "custom": custom, "font": {"size": 9}}
    elif len(series.values) <= _FEW:
        found["data_labels"] = {"value": True, "num_format": "#,##0", "font": {"size": 9}}
    return found


def _on(chart: Chart, look: Look, value: float | None) -> dict[str, Any]:
    """Letters that read on their bar, and beside it where it is too short for them."""
    inside = abs(value or 0) > abs(chart.high - chart.low) * _SHORT
    dark = look.fill not in ("paper", "unassigned_pale")
    return {"size": 9, "color": colour("paper" if inside and dark else "ink", "light")}
