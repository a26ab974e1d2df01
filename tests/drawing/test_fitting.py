"""Charts of slides: in a room of any size no label meets another, and letters are as large as they can be."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from enrollment.drawing.fitting import fitted, panel_size
from enrollment.drawing.print import bare_svg
from enrollment.figures.description import Figure
from enrollment.figures.placing import Box, Plane, extent
from enrollment.figures.style import NOTE
from enrollment.language import CODES, Language
from tests.drawing.marks import other_figures
from tests.figures.every import every_figure
from tests.figures.rows import HOSTILE

ID = Language("id")
SVG = "{http://www.w3.org/2000/svg}"
ROOMS = [(1168, 430), (930, 430), (720, 430), (564, 400), (1168, 350)]


def drawn(figure: Figure, width: float, height: float | None = None, language: Language = ID) -> str:
    return bare_svg(figure, theme="light", language=language, width=width, height=height)


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314 - drawn by the test itself


def size(document: str) -> tuple[float, float]:
    root = parsed(document)
    return float(root.get("width", 0)), float(root.get("height", 0))


def overlaps(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 3


@pytest.mark.parametrize("room", ROOMS)
def test_a_chart_fills_the_width_of_its_room_and_never_more_than_its_height(room: tuple[int, int]) -> None:
    for figure in every_figure(ID):
        width, height = size(drawn(figure, *room))
        assert width == pytest.approx(room[0], abs=0.01)
        assert height <= room[1] + 0.01


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("room", ROOMS)
def test_no_label_of_a_chart_meets_another(code: str, room: tuple[int, int]) -> None:
    for figure in every_figure(Language(code)):
        if figure.panels:
            continue
        fit = fitted(figure, *room)
        around = fit.layout.room
        plane = Plane(figure.x, figure.y, fit.layout, fit.width - around.left - around.right)
        boxes = [plane.box(note) for note in fit.layout.notes]
        assert not [pair for pair in combinations(boxes, 2) if overlaps(*pair)], figure.name


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("room", ROOMS)
def test_titles_of_small_charts_keep_to_their_place_in_the_row(code: str, room: tuple[int, int]) -> None:
    for figure in every_figure(Language(code)):
        fit = fitted(figure, *room)
        around = fit.layout.room
        plot = fit.width - around.left - around.right
        if not figure.panels:
            continue
        wide, _, between = panel_size(figure, fit.layout, plot)
        for place, panel in enumerate(figure.panels, start=1):
            last = place % fit.layout.columns == 0
            title, _ = extent(panel.title, NOTE)
            assert title < wide + (around.right + 8 if last else between), (figure.name, panel.title)


def test_the_path_to_the_goal_reads_from_afar_beside_numbers() -> None:
    (path, *_) = every_figure(ID)
    fit = fitted(path, 930, 430)
    assert fit.scale * 13 >= 16
    assert not fit.narrow


def test_beside_another_a_chart_takes_its_narrow_layout() -> None:
    (path, *_) = every_figure(ID)
    assert fitted(path, 564, 400).narrow
    assert fitted(path, 564, 400).scale * 13 >= 16


def test_bars_in_rows_are_as_high_as_their_labels_need() -> None:
    """Labels above bars keep their distance only where rows keep their height."""
    for figure in every_figure(ID):
        if figure.name == "commitment_by_source":
            fit = fitted(figure, 564, 400)
            assert fit.narrow
            assert fit.layout.height == figure.narrow.height


def test_a_chart_for_slides_has_source_sans_and_neither_title_nor_source() -> None:
    for figure in every_figure(ID) + other_figures("Jawa Barat"):
        root = parsed(drawn(figure, 930, 430))
        texts = list(root.iter(f"{SVG}text"))
        assert {text.get("font-family", "").split(",")[0] for text in texts} <= {"Source Sans Pro"}
        said = " ".join("".join(text.itertext()) for text in texts)
        assert figure.title not in said
        assert root.findtext(f"{SVG}title") == figure.title
        assert root.findtext(f"{SVG}desc") == figure.alt


@pytest.mark.parametrize("code", CODES)
def test_the_numbers_of_an_axis_have_room_for_all_their_letters(code: str) -> None:
    """`28 million` is longer than the room that a page leaves beside the plot."""
    for figure in every_figure(Language(code)):
        fit = fitted(figure, 930, 430)
        if figure.y.categories or not fit.layout.y_ticks:
            continue
        widest = max(extent(tick.text, NOTE)[0] for tick in fit.layout.y_ticks)
        assert widest < fit.layout.room.left, figure.name


def test_the_numbers_of_the_path_stand_in_the_chart_as_text() -> None:
    (path, *_) = every_figure(ID)
    said = re.sub("<[^>]+>", "", drawn(path, 930, 430))
    assert "29,20" in said
    assert "Sasaran 38 juta" in said


def test_a_chart_without_a_height_of_its_own_takes_what_its_layout_needs() -> None:
    (path, *_) = every_figure(ID)
    width, height = size(drawn(path, 930))
    assert width == pytest.approx(930, abs=0.01)
    assert height / width == pytest.approx(path.wide.height / fitted(path, 930).width, rel=0.01)


def test_hostile_names_leave_the_same_document_and_the_same_bytes() -> None:
    for figure in every_figure(ID, HOSTILE):
        document = drawn(figure, 720, 430)
        tags = {element.tag.removeprefix(SVG) for element in parsed(document).iter()}
        assert tags <= {"svg", "title", "desc", "rect", "g", "path", "line", "text", "tspan"}
        assert document == drawn(figure, 720, 430)
