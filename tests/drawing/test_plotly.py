"""What Plotly is given: the numbers and roles of the description, and no markup from data."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest

from enrollment.drawing.plotly import config, draw, escaped, spec
from enrollment.drawing.plotly.outlines import OUTLINES, outlines
from enrollment.figures.breakdown.map import OUTLINED
from enrollment.figures.description import (
    Areas,
    Axis,
    Band,
    Bars,
    Cells,
    Dots,
    Figure,
    Layout,
    Note,
    Panel,
    Path,
    Point,
    Room,
    Span,
    Tick,
    text,
)
from enrollment.figures.style import Theme, colour, shade_colour
from enrollment.language import CODES, Language
from tests.drawing.marks import outlook
from tests.figures.every import every_figure
from tests.figures.rows import HOSTILE

ID = Language("id")
THEMES: tuple[Theme, ...] = ("light", "dark")
OUR_TAGS = re.compile(r'<br>|</?b>|</span>|<span style="color:#[0-9A-F]{6}">|</?extra>')


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for inner in value.values() for word in strings(inner)]
    if isinstance(value, list | tuple):
        return [word for inner in value for word in strings(inner)]
    return [value] if isinstance(value, str) else []


def own(traces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The traces of marks but ranges, without the line of paper along chosen outlines."""
    return [trace for trace in traces if "name" in trace and "hoveron" not in trace]


def traced(figure: Figure) -> list[Path | Dots | Bars | Cells | Areas]:
    """The marks but ranges that become traces, those of small charts too."""
    marks = (*figure.marks, *(mark for panel in figure.panels for mark in panel.marks))
    return [mark for mark in marks if isinstance(mark, Path | Dots | Bars | Cells | Areas)]


def drawn(name: str, theme: Theme = "light", *, narrow: bool = False) -> dict[str, Any]:
    figure = next(figure for figure in every_figure(ID) if figure.name == name)
    return spec(figure, theme=theme, language=ID, narrow=narrow)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_every_figure(theme: Theme, narrow: bool) -> None:
    for figure in (*every_figure(ID), outlook()):
        drawn = spec(figure, theme=theme, language=ID, narrow=narrow)
        go.Figure(drawn)
        assert json.loads(json.dumps(drawn)) == drawn


def test_a_drawing_is_the_same_as_its_specification() -> None:
    for figure in every_figure(ID):
        drawn = draw(figure, theme="light", language=ID, narrow=False)
        assert json.loads(drawn.to_json()) == spec(figure, theme="light", language=ID, narrow=False)


def test_traces_hold_the_numbers_of_the_marks() -> None:
    for figure in every_figure(ID):
        traces = spec(figure, theme="light", language=ID)["data"]
        for mark, trace in zip(traced(figure), own(traces), strict=True):
            if isinstance(mark, Areas):
                assert sorted(trace["locations"]) == sorted(area.code for area in mark.areas)
            elif isinstance(mark, Cells):
                tops = [base + high / 2 for base, high in zip(trace["base"], trace["y"], strict=True)]
                assert tops == pytest.approx([cell.row for cell in mark.cells])
                assert trace["x"] == [cell.column for cell in mark.cells]
            elif isinstance(mark, Bars):
                across = trace["x" if mark.horizontal else "y"]
                ends = [start + length for start, length in zip(trace["base"], across, strict=True)]
                assert ends == pytest.approx([bar.end for bar in mark.bars])
            elif not isinstance(mark, Band):
                assert trace["y"] == [point.y for point in mark.points]


@pytest.mark.parametrize("theme", THEMES)
def test_roles_look_the_same_everywhere(theme: Theme) -> None:
    paper, ink, accent = (colour(name, theme) for name in ("paper", "ink", "accent"))
    for figure in every_figure(ID):
        traces = spec(figure, theme=theme, language=ID)["data"]
        for mark, trace in zip(traced(figure), own(traces), strict=True):
            if isinstance(mark, Band | Cells | Areas):
                continue
            if mark.role in ("plan", "published", "lost", "carried") and "marker" in trace:
                assert trace["marker"]["color"] == paper
                assert trace["marker"]["line"]["width"] > 0
            if mark.role == "actual" and not mark.colour:
                shown = trace["marker"] if "marker" in trace else trace["line"]
                assert shown["color"] == ink
            if mark.role == "actual" and isinstance(mark, Path):
                assert trace["line"]["dash"] == "solid"
            if mark.role == "forecast" and isinstance(mark, Path):
                assert (trace["line"]["color"], trace["line"]["dash"]) == (accent, "7px,4px")


@pytest.mark.parametrize("theme", THEMES)
def test_a_range_is_pale_ground_behind_its_edges_and_all_lines(theme: Theme) -> None:
    ground, *others = spec(outlook(), theme=theme, language=ID)["data"]
    assert ground["name"] == "rentang 80%"
    assert (ground["fill"], ground["line"]["width"]) == ("toself", 0)
    assert ground["fillcolor"] == colour("accent@13,24", theme)
    edges, assumed, *lines = others
    assert (edges["name"], assumed["name"]) == ("rentang 95%", "rentang skenario")
    for trace, tone, dash in ((edges, "accent", "solid"), (assumed, "ink", "2px,3px")):
        assert "fill" not in trace
        assert trace["line"] == {"color": colour(tone, theme), "width": 0.8, "dash": dash}
    assert [trace["name"] for trace in lines] == ["peserta aktif", "proyeksi", "skenario", "skenario"]


def test_the_outline_of_a_range_runs_through_its_highs_and_back_through_its_lows() -> None:
    figure = outlook()
    traces = {trace["name"]: trace for trace in spec(figure, theme="light", language=ID)["data"]}
    for mark in figure.marks:
        if not isinstance(mark, Band):
            continue
        trace = traces[mark.name]
        days, highs = ([getattr(point, name) for point in mark.points] for name in ("x", "high"))
        lows = [point.low for point in reversed(mark.points)]
        broken = "fill" not in trace
        assert trace["y"] == [*highs, *([None] if broken else []), *lows]
        assert trace["x"][: len(days)] == [day.isoformat() for day in days]
        assert trace["x"][-len(days) :] == [day.isoformat() for day in reversed(days)]
        assert len(trace["x"]) == len(trace["y"]) == len(trace["hovertext"])
        assert trace["hoveron"] == "points"


def test_a_range_without_words_lets_the_pointer_through() -> None:
    (mute,) = (
        trace
        for trace in spec(small_range(), theme="light", language=ID)["data"]
        if trace["name"] == "rentang"
    )
    assert mute["hoverinfo"] == "skip"
    assert "hovertext" not in mute


def small_range() -> Figure:
    spans = (Span(0, 1, 2), Span(1, 1, 3))
    return replace(panels(1, 1), marks=(Band("forecast", "rentang", spans),), panels=())


@pytest.mark.parametrize("theme", THEMES)
def test_what_would_come_is_dashed_and_what_is_assumed_is_dotted_and_hollow(theme: Theme) -> None:
    _, _, _, _, median, assumed, end = spec(outlook(), theme=theme, language=ID)["data"]
    assert (median["line"]["color"], median["line"]["dash"]) == (colour("accent", theme), "7px,4px")
    assert (assumed["line"]["color"], assumed["line"]["dash"]) == (colour("ink", theme), "2px,3px")
    assert end["marker"]["color"] == colour("paper", theme)
    assert end["marker"]["line"]["color"] == colour("ink", theme)


@pytest.mark.parametrize("narrow", [False, True])
def test_names_from_data_are_text_and_not_markup(narrow: bool) -> None:
    for figure in (*every_figure(ID, HOSTILE), outlook(HOSTILE)):
        for said in strings(spec(figure, theme="light", language=ID, narrow=narrow)):
            assert all(OUR_TAGS.fullmatch(tag) for tag in re.findall(r"<[^>]*>", said)), said
            assert "<b>x" not in said
            assert "$" not in said
            assert "\n" not in said


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;", "&amp;lt;"),
        ("$x$", "&#36;x&#36;"),
        ("a\nb\u202ec", "a b c"),
        ("29,20 juta", "29,20 juta"),
    ],
)
def test_words_are_shown_to_the_letter(words: str, shown: str) -> None:
    assert escaped(words) == shown


def test_a_click_gives_back_the_key_of_a_part() -> None:
    figure = next(figure for figure in every_figure(ID) if figure.name == "breakdown")
    keys = [key for trace in spec(figure, theme="light", language=ID)["data"] for key in trace["customdata"]]
    assert sorted(keys) == [["BA"], ["JB"]]


def test_nothing_jumps_and_nothing_is_dragged() -> None:
    for figure in every_figure(ID):
        for narrow in (False, True):
            layout = spec(figure, theme="light", language=ID, narrow=narrow)["layout"]
            assert layout["height"] == (figure.narrow if narrow else figure.wide).height
            assert layout["dragmode"] is False
            for axis in ("xaxis", "yaxis"):
                assert layout[axis]["fixedrange"] is True
                assert layout[axis]["automargin"] is False


@pytest.mark.parametrize("code", CODES)
def test_plotly_is_given_the_words_of_the_language(code: str) -> None:
    language = Language(code)
    told = config(language)
    assert told["displayModeBar"] is False
    assert told["scrollZoom"] is False
    form = told["locales"][code]["format"]
    assert (form["decimal"], form["thousands"]) == tuple(language.separators)
    assert form["months"][7] == {"id": "Agustus", "en": "August"}[code]
    assert form["days"][0] == {"id": "Minggu", "en": "Sunday"}[code]


@pytest.mark.parametrize("theme", THEMES)
def test_cells_are_shaded_and_decreases_hollow(theme: Theme) -> None:
    figure = next(figure for figure in every_figure(ID) if figure.name == "breakdown_tiles")
    traces = spec(figure, theme=theme, language=ID)["data"]
    for mark, trace in zip(figure.marks, traces, strict=True):
        assert isinstance(mark, Cells)
        assert trace["constraintext"] == "none"
        for cell, fill in zip(mark.cells, trace["marker"]["color"], strict=True):
            hollow = mark.role == "lost" or cell.shade is None
            assert fill == (colour("paper", theme) if hollow else shade_colour(cell.shade or 0, theme))
        if mark.role == "lost":
            assert min(trace["marker"]["line"]["width"]) > 0


def test_a_chosen_cell_is_outlined() -> None:
    (ring,) = drawn("breakdown_tiles")["layout"]["shapes"]
    assert (ring["x0"] + ring["x1"], ring["y0"] + ring["y1"]) == pytest.approx((10, 10))
    assert ring["line"] == {"color": colour("ink", "light"), "width": 3}


def test_a_label_is_left_out_line_by_line_where_it_does_not_fit() -> None:
    wide, narrow = (drawn("breakdown_tiles", narrow=narrow)["data"][0]["text"][0] for narrow in (False, True))
    assert "JB" in wide
    assert "+4,4" in wide
    assert "JB" in narrow
    assert "+4,4" not in narrow


def test_rows_of_a_grid_run_downwards_under_the_names_of_columns() -> None:
    layout = drawn("crosstab")["layout"]
    assert layout["yaxis"]["range"][0] > layout["yaxis"]["range"][1]
    assert layout["xaxis"]["side"] == "top"
    assert not layout["xaxis"].get("showline")


def test_a_click_on_any_mark_of_a_place_gives_its_key() -> None:
    for name in ("breakdown_tiles", "breakdown_map"):
        keys = {key for trace in drawn(name)["data"] for (key,) in trace.get("customdata", [])}
        assert {"ID-JB", "ID-JT", "ID-BA"} <= keys
    keys = {key for trace in drawn("crosstab")["data"] for (key,) in trace["customdata"]}
    assert {"JB|PU", "JB|BPU"} <= keys


def test_nothing_fades_when_something_is_clicked() -> None:
    for figure in every_figure(ID):
        for trace in own(spec(figure, theme="light", language=ID)["data"]):
            if "customdata" in trace:
                assert trace["unselected"] == trace["selected"] == {"marker": {"opacity": 1}}


def test_a_map_is_light_and_asks_nothing_of_the_network() -> None:
    figure = drawn("breakdown_map")
    assert len(json.dumps(figure, separators=(",", ":"))) < 80_000
    assert figure["layout"]["geo"]["visible"] is False
    assert config(ID)["topojsonURL"].startswith("data:")
    assert "http" not in json.dumps(figure)


def test_the_map_has_an_outline_for_each_of_its_provinces() -> None:
    shipped = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    assert {feature["id"] for feature in shipped} == set(OUTLINED)
    light = outlines(OUTLINED)["features"]
    assert {feature["id"] for feature in light} == set(OUTLINED)
    for feature in light:
        rings = [ring for island in feature["geometry"]["coordinates"] for ring in island]
        assert rings
        assert all(len(ring) > 3 and ring[0] == ring[-1] for ring in rings)


def panels(count: int, columns: int) -> Figure:
    layout = Layout(
        400,
        Room(50, 40, 30, 40),
        x_ticks=(Tick(0, text("a")),),
        y_ticks=(Tick(0, text("b")),),
        columns=columns,
    )
    small = tuple(
        Panel(
            text(f"<b>{at}</b>"),
            (Path("actual", "line", (Point(0, at), Point(1, at + 1))),),
            (Note("end", at + 1, text("end"), dx=4),),
        )
        for at in range(count)
    )
    figure = next(figure for figure in every_figure(ID) if figure.name == "published_goals")
    return Figure(
        "small", "", "", "", "", Axis(0, 1), Axis(0, 9), (), layout, layout, figure.table, panels=small
    )


@pytest.mark.parametrize(("count", "columns"), [(6, 6), (6, 3), (5, 3), (1, 3)])
def test_small_charts_stand_side_by_side_on_one_range(count: int, columns: int) -> None:
    drawing = spec(panels(count, columns), theme="light", language=ID)
    go.Figure(drawing)
    layout = drawing["layout"]
    names = ["" if at == 0 else str(at + 1) for at in range(count)]
    assert [trace["xaxis"] for trace in drawing["data"]] == [f"x{name}" for name in names]
    assert {tuple(layout[f"yaxis{name}"]["range"]) for name in names} == {(0, 9)}
    for at, name in enumerate(names):
        assert layout[f"yaxis{name}"]["showticklabels"] is (at % columns == 0)
        assert layout[f"xaxis{name}"]["showticklabels"] is (at + columns >= count)
    spans = [layout[f"xaxis{name}"]["domain"] for name in names[:columns]]
    for before, after in pairwise(spans):
        assert after[0] - before[1] == pytest.approx(0.05)
    titles = [note["text"] for note in layout["annotations"] if "&lt;b&gt;" in note["text"]]
    assert len(titles) == count


def test_names_of_rows_leave_the_pointer_its_ground() -> None:
    for figure in every_figure(ID):
        layout = spec(figure, theme="light", language=ID)["layout"]
        assert "shift" not in layout["yaxis"]
        assert layout["yaxis"].get("anchor") != "free"
    names = [note for note in drawn("breakdown")["layout"]["annotations"] if note.get("xshift", 0) < 0]
    assert any("Jawa Barat" in note["text"] for note in names)
