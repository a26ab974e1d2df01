"""What Plotly is given: the numbers and roles of the description, and no markup from data."""

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from enrollment.drawing.plotly import config, draw, escaped, spec
from enrollment.figures.description import Bars, Dots, Path
from enrollment.figures.style import Theme, colour
from enrollment.language import CODES, Language
from tests.figures.rows import HOSTILE, every_figure

ID = Language("id")
THEMES: tuple[Theme, ...] = ("light", "dark")
OUR_TAGS = re.compile(r'<br>|</?b>|</span>|<span style="color:#[0-9A-F]{6}">|</?extra>')


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for inner in value.values() for word in strings(inner)]
    if isinstance(value, list | tuple):
        return [word for inner in value for word in strings(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_every_figure(theme: Theme, narrow: bool) -> None:
    for figure in every_figure(ID):
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
        marks = [mark for mark in figure.marks if isinstance(mark, Path | Dots | Bars)]
        for mark, trace in zip(marks, traces, strict=True):
            if isinstance(mark, Bars):
                across = trace["x" if mark.horizontal else "y"]
                ends = [start + length for start, length in zip(trace["base"], across, strict=True)]
                assert ends == pytest.approx([bar.end for bar in mark.bars])
            else:
                assert trace["y"] == [point.y for point in mark.points]


@pytest.mark.parametrize("theme", THEMES)
def test_roles_look_the_same_everywhere(theme: Theme) -> None:
    paper, ink, accent = (colour(name, theme) for name in ("paper", "ink", "accent"))
    for figure in every_figure(ID):
        traces = spec(figure, theme=theme, language=ID)["data"]
        marks = [mark for mark in figure.marks if isinstance(mark, Path | Dots | Bars)]
        for mark, trace in zip(marks, traces, strict=True):
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


@pytest.mark.parametrize("narrow", [False, True])
def test_names_from_data_are_text_and_not_markup(narrow: bool) -> None:
    for figure in every_figure(ID, HOSTILE):
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
