"""Pictures: the numbers and words of the description, whoever names the parts, and the same bytes again."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.drawing.lettering import visible, wrapped
from enrollment.drawing.print import NARROW_WIDTH, WIDTH, outlines_of, png, spec, svg
from enrollment.figures.description import (
    Areas,
    Band,
    Bars,
    Bracket,
    Cells,
    Cut,
    Dots,
    Figure,
    Mark,
    Note,
    Path,
    Text,
)
from enrollment.figures.placing import number, text_width
from enrollment.figures.style import Theme, band_ground, colour, shade_colour
from enrollment.language import CODES, Language
from tests.drawing.marks import SQUARES, chart_map, grid, other_figures, outlook, small_charts
from tests.figures.every import every_figure
from tests.figures.rows import HOSTILE

ID = Language("id")
THEMES: tuple[Theme, ...] = ("light", "dark")
OUTLINES = outlines_of(SQUARES)
SOURCE = "Per 31 Agu 2021 · edisi 7f3a2c · simulasi"
SVG = "{http://www.w3.org/2000/svg}"


def figures(language: Language, name: str = "Jawa Barat") -> tuple[Figure, ...]:
    return every_figure(language, name) + other_figures(name)


def drawn(figure: Figure, *, theme: Theme = "light", language: Language = ID, narrow: bool = False) -> str:
    return svg(figure, theme=theme, language=language, source=SOURCE, narrow=narrow, outlines=OUTLINES)


def layers(value: Any) -> Iterator[dict[str, Any]]:
    """Every layer of a specification that has data."""
    if isinstance(value, dict):
        if "data" in value:
            yield value
        for inner in value.values():
            yield from layers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from layers(inner)


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314 - drawn by the test itself


def said(document: str) -> list[str]:
    """The lines of text of a picture, each once."""
    texts = parsed(document).iter(f"{SVG}text")
    return ["".join(text.itertext()) for text in texts if text.get("aria-hidden") is None]


def written(text: Text) -> list[str]:
    lines = ["".join(visible(words.text) for words in line) for line in text]
    return [line for line in lines if line]


def marks_of(figure: Figure) -> tuple[Mark, ...]:
    return figure.marks + tuple(mark for panel in figure.panels for mark in panel.marks)


def notes_of(figure: Figure, *, narrow: bool) -> list[Note]:
    panels = [note for panel in figure.panels for note in (panel.narrow_notes if narrow else panel.notes)]
    return [*(figure.narrow if narrow else figure.wide).notes, *panels]


def test_every_kind_of_mark_is_drawn_from_its_numbers() -> None:
    kinds = set()
    for figure in figures(ID):
        found = [
            layer["data"]["values"]
            # A whole map takes the shipped outlines, of which no province is left out.
            for layer in layers(spec(figure, theme="light", language=ID))
        ]
        for mark in marks_of(figure):
            kinds.add(type(mark))
            if isinstance(mark, Path | Dots):
                places = [(number(point.x), point.y) for point in mark.points]
                assert places in [[(item.get("x"), item.get("y")) for item in values] for values in found]
            elif isinstance(mark, Band) and band_ground(mark):
                spans = [(number(span.x), span.low, span.high) for span in mark.points]
                assert spans in [
                    [(item.get("x"), item.get("y"), item.get("y2")) for item in values] for values in found
                ]
            elif isinstance(mark, Band):
                places = [[(item.get("x"), item.get("y")) for item in values] for values in found]
                assert [(number(span.x), span.low) for span in mark.points] in places
                assert [(number(span.x), span.high) for span in mark.points] in places
            elif isinstance(mark, Bars):
                along = "x" if mark.horizontal else "y"
                spans = [(bar.start, bar.end) for bar in mark.bars]
                assert spans in [
                    [(item.get(along), item.get(f"{along}2")) for item in values] for values in found
                ]
            elif isinstance(mark, Cells):
                shades = sorted(str(cell.shade) for cell in mark.cells)
                assert shades in [sorted(str(item.get("shade")) for item in values) for values in found]
            elif isinstance(mark, Areas):
                shapes = {(area.code, area.shade) for area in mark.areas}
                assert shapes in [
                    {(item.get("id"), item.get("shade")) for item in values} for values in found
                ]
            elif isinstance(mark, Cut):
                assert [(mark.x, mark.at)] in [
                    [(item.get("x"), item.get("y")) for item in values] for values in found
                ]
    assert kinds == {Path, Band, Dots, Bars, Bracket, Cut, Cells, Areas}


def test_bars_in_the_picture_are_as_long_as_their_numbers() -> None:
    """Every bar's pixels, read from the SVG, over the axis give its number back."""
    for figure in every_figure(ID):
        bars = [
            bar for mark in figure.marks if isinstance(mark, Bars) and mark.horizontal for bar in mark.bars
        ]
        if not bars:
            continue
        document = drawn(figure)
        plot = float(re.search(r'class="background"[^>]*d="M0,0h([\d.]+)v', document)[1])  # type: ignore[index]
        groups = re.findall(r'class="mark-rect role-mark[^"]*">(.*?)</g>', document)
        lengths = [
            float(length) for group in groups for length in re.findall(r'd="M[^h]*h(-?[\d.]+)v', group)
        ]
        span = number(figure.x.high) - number(figure.x.low)
        people = sorted(abs(length) / plot * span for length in lengths)
        wanted = sorted(abs(bar.end - bar.start) for bar in bars)
        assert people == pytest.approx(wanted, rel=1e-6, abs=span * 1e-6)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("narrow", [False, True])
def test_every_word_of_the_figure_is_in_the_picture(code: str, narrow: bool) -> None:
    language = Language(code)
    for figure in figures(language):
        lines = said(drawn(figure, language=language, narrow=narrow))
        layout = figure.narrow if narrow else figure.wide
        wanted = [line for tick in (*layout.x_ticks, *layout.y_ticks) for line in written(tick.text)]
        wanted += [line for note in notes_of(figure, narrow=narrow) for line in written(note.text)]
        wanted += [line for panel in figure.panels for line in written(panel.title)]
        wanted += [
            line
            for mark in marks_of(figure)
            if isinstance(mark, Cells)
            for cell in mark.cells
            for line in written(cell.label)
        ]
        assert [line for line in wanted if line not in lines] == [], figure.name
        together = " ".join(lines)
        for sentence in (figure.title, figure.subtitle, SOURCE):
            assert visible(sentence).split() == [
                word for word in visible(sentence).split() if word in together.split()
            ]


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_not_solid_is_filled_with_the_ground_of_the_theme(theme: Theme) -> None:
    paper, ink = colour("paper", theme), colour("ink", theme)
    for figure in figures(ID):
        drawing = spec(figure, theme=theme, language=ID, outlines=OUTLINES)
        assert drawing["background"] == paper
        found = [layer["data"]["values"] for layer in layers(drawing)]
        for mark in marks_of(figure):
            if not isinstance(mark, Bars):
                continue
            spans = [(bar.at - figure.wide.thickness / 2) for bar in mark.bars]
            beside = "y" if mark.horizontal else "x"
            (values, *_) = (
                values
                for values in found
                if [item.get(beside) for item in values] == spans and values[0]["value"] == mark.bars[0].value
            )
            fills = {item["fill"] for item in values}
            if mark.role in ("plan", "lost", "carried"):
                assert fills == {paper}
                assert all(item["strokeWidth"] > 0 for item in values)
            if mark.role == "actual" and not mark.colour:
                assert fills == {ink}
            assert all(bool(item["strokeDash"]) is (mark.role == "carried") for item in values)


@pytest.mark.parametrize("theme", THEMES)
def test_a_range_lies_behind_its_edges_and_all_lines(theme: Theme) -> None:
    drawing = spec(outlook(), theme=theme, language=ID)
    shown = [layer["mark"] for layer in layers(drawing) if layer["mark"]["type"] in ("area", "line")]
    assert [mark["type"] for mark in shown] == ["area"] + ["line"] * 7
    assert shown[0]["fill"] == colour("accent@13,24", theme)
    looks = [(mark["stroke"], mark["strokeWidth"], mark["strokeDash"]) for mark in shown[1:]]
    accent, ink = colour("accent", theme), colour("ink", theme)
    assert looks[:4] == [(accent, 0.8, [])] * 2 + [(ink, 0.8, [2, 3])] * 2
    assert looks[5:] == [(accent, 2.4, [7, 4]), (ink, 2.0, [2, 3])]


@pytest.mark.parametrize("theme", THEMES)
def test_a_square_has_the_colour_of_its_shade_and_words_that_read_on_it(theme: Theme) -> None:
    document = drawn(grid(), theme=theme)
    for shade in (1.0, 0.62, 0.25, 0.9, 0.4):
        assert f'fill="{shade_colour(shade, theme)}"' in document
    by_words = {words: tone for tone, words in re.findall(r'<tspan fill="(#\w+)"[^>]*>([^<]+)<', document)}
    assert by_words["100%"] == colour("paper", theme)
    assert by_words["25%"] == colour("ink", theme)
    assert by_words["?"] == colour("ink", theme)


def test_the_scale_of_a_map_is_as_low_as_its_own_cells_and_leaves_its_words_free() -> None:
    (figure,) = (figure for figure in every_figure(ID) if figure.name == "breakdown_map")
    legends = [mark for mark in figure.marks if isinstance(mark, Cells)]
    assert legends
    found = [layer["data"]["values"] for layer in layers(spec(figure, theme="light", language=ID))]
    squares = [item for values in found for item in values if "shade" in item and "x2" in item]
    assert len(squares) == sum(len(mark.cells) for mark in legends)
    wide, high = (max(getattr(mark, side) for mark in legends) + 0.06 for side in ("width", "height"))
    assert all(item["x2"] - item["x"] <= wide and item["y2"] - item["y"] <= high < 1 for item in squares)


def test_a_map_draws_the_outlines_it_is_given_and_leaves_out_those_it_does_not_know() -> None:
    document = drawn(chart_map())
    assert len(re.findall(r'class="mark-shape', document)) == 1
    (shapes,) = re.findall(r'class="mark-shape[^"]*">(.*?)</g>', document)
    assert shapes.count("<path") == 3
    few = {code: shape for code, shape in OUTLINES.items() if code != "ID-BA"}
    only = svg(chart_map(), theme="light", language=ID, source=SOURCE, outlines=few)
    (shapes,) = re.findall(r'class="mark-shape[^"]*">(.*?)</g>', only)
    assert shapes.count("<path") == 2


@pytest.mark.parametrize("narrow", [False, True])
def test_small_charts_share_their_axes_and_stay_on_the_sheet(narrow: bool) -> None:
    figure = small_charts()
    drawing = spec(figure, theme="light", language=ID, narrow=narrow)
    sizes = {(panel["width"], panel["height"]) for panel in drawing["concat"]}
    assert len(drawing["concat"]) == 4
    assert len(sizes) == 1
    domains = {
        json.dumps(layer["encoding"][axis]["scale"]["domain"]) for layer in layers(drawing) for axis in ("y",)
    }
    assert domains == {"[0, 16]"}
    (width, _), columns = sizes.pop(), drawing["columns"]
    padding, spacing = drawing["padding"], drawing["spacing"]["column"]
    assert padding["left"] + columns * width + (columns - 1) * spacing < padding["left"] + padding["right"]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_picture_is_as_wide_as_its_layout(narrow: bool) -> None:
    for figure in figures(ID):
        root = parsed(drawn(figure, narrow=narrow))
        assert root.get("width") == str(NARROW_WIDTH if narrow else WIDTH)


@pytest.mark.parametrize("name", [HOSTILE, "=cmd|' /C calc'!A0", "datum.x + 1", "\ufffe\x00]]>", "{{ x }}"])
def test_names_from_data_are_text_and_nothing_else(name: str, size: Callable[[int, int], int]) -> None:
    for figure in figures(ID, name)[:: size(3, 1)]:
        root = parsed(drawn(figure))
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "rect", "g", "path", "line", "text", "tspan"}
        names = {attribute for element in root.iter() for attribute in element.attrib}
        assert not [attribute for attribute in names if "href" in attribute or attribute.startswith("on")]
        if figure.name == "map":
            assert visible(name).strip() in [line.strip() for line in said(drawn(figure))]


@pytest.mark.parametrize("code", CODES)
def test_a_picture_says_its_title_finding_and_language(code: str) -> None:
    language = Language(code)
    for figure in every_figure(language):
        root = parsed(drawn(figure, language=language))
        assert root.findtext(f"{SVG}title") == figure.title
        assert root.findtext(f"{SVG}desc") == figure.alt
        assert (root.get("role"), root.get("lang")) == ("img", code)
        assert not [element for element in root.iter() if element.get("aria-label")]


@pytest.mark.parametrize("theme", THEMES)
def test_the_same_figure_gives_the_same_bytes(theme: Theme, size: Callable[[int, int], int]) -> None:
    for figure in figures(ID)[:: size(4, 1)]:
        assert drawn(figure, theme=theme) == drawn(figure, theme=theme)
    figure = grid()
    first, second = (png(figure, theme=theme, language=ID, source=SOURCE, scale=1) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG")


def test_a_png_has_two_pixels_for_each_of_the_picture() -> None:
    picture = png(grid(), theme="light", language=ID, source=SOURCE)
    assert int.from_bytes(picture[16:20], "big") == 2 * WIDTH


def test_a_long_title_is_broken_into_lines_that_fit() -> None:
    title = " ".join(["kepesertaan"] * 30)
    lines = wrapped(title, size=18, width=400, strong=True)
    assert " ".join(lines) == title
    assert all(text_width(line, 18, strong=True) <= 400 for line in lines)


@given(st.text(max_size=80), st.integers(60, 400))
def test_wrapping_loses_no_letter(words: str, width: int) -> None:
    lines = wrapped(words, size=14, width=width)
    assert "".join(lines).replace(" ", "") == "".join(visible(words).split())


@given(st.text())
def test_visible_words_may_stand_in_any_document(words: str) -> None:
    shown = visible(words)
    assert len(shown) == len(words)
    parsed(f"<t>{shown.replace('&', '&amp;').replace('<', '&lt;')}</t>")
