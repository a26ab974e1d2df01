"""Remarks on days are numbered lines, and no two of their numbers overlap."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.figures.annotations import on_days, tags
from enrollment.figures.description import Align, Axis, Figure, Layout, Note, Room, plain
from enrollment.figures.goal_progress import goal_progress
from enrollment.figures.placing import Plane
from enrollment.language import CODES, Language
from tests.figures.rows import months, outlook, progress, published, remark

ID = Language("id")
FIRST, LAST = dt.date(2020, 12, 1), dt.date(2021, 12, 31)
X, Y = Axis(FIRST, LAST), Axis(0.0, 1.0)
INSTRUCTION, GOAL = dt.date(2021, 3, 25), dt.date(2021, 4, 9)
"""The days of the shipped remarks: one on the first, two on the second."""


def tagged(days: list[dt.date], width: float, align: Align = "center") -> tuple[Note, ...]:
    return tags(on_days([remark(day) for day in days], FIRST, LAST, ID), X, Y, width, align)


def said(notes: tuple[Note, ...]) -> list[str]:
    return [plain(note.text) for note in notes]


def overlapping(notes: list[Note], plane: Plane, apart: float = 0) -> list[tuple[str, str]]:
    """Pairs of notes of which one begins before the other ends, or fewer than so many pixels after it."""
    boxes = sorted((plane.box(note)[0], plane.box(note)[2], plain(note.text)) for note in notes)
    return [(one[2], other[2]) for one, other in pairwise(boxes) if one[1] + apart > other[0]]


def progress_chart(language: Language) -> Figure:
    return goal_progress(
        progress=progress(),
        months=months(),
        published=published(),
        outlook=outlook(),
        annotations=[remark(INSTRUCTION), remark(GOAL), remark(GOAL, "PKB")],
        language=language,
    )


def test_with_room_only_those_of_one_day_stand_together() -> None:
    instruction, goal = tagged([INSTRUCTION, GOAL, GOAL], 800)
    assert said((instruction, goal)) == ["1", "2, 3"]
    assert (instruction.x, goal.x) == (INSTRUCTION, GOAL)


def test_neighbours_without_room_are_one_amid_their_lines() -> None:
    (together,) = tagged([INSTRUCTION, GOAL, GOAL], 200)
    assert said((together,)) == ["1–3"]
    assert isinstance(together.x, dt.date)
    assert INSTRUCTION < together.x < GOAL


def test_one_that_stands_beside_its_line_stays_beside_the_first() -> None:
    (together,) = tagged([INSTRUCTION, GOAL], 120, "left")
    assert said((together,)) == ["1, 2"]
    assert together.x == INSTRUCTION


@pytest.mark.parametrize("align", ["center", "left"])
@given(st.lists(st.dates(FIRST, LAST), min_size=1, max_size=14), st.sampled_from([120.0, 220.0, 700.0]))
def test_no_two_numbers_read_as_one_and_none_is_lost(align: Align, days: list[dt.date], width: float) -> None:
    notes = tagged(days, width, align)
    assert not overlapping(list(notes), Plane(X, Y, Layout(100, Room(20, 0, 0, 0)), width), apart=1.9)
    ends = [text.replace(", ", "–").split("–") for text in said(notes)]
    spans = [(int(numbers[0]), int(numbers[-1])) for numbers in ends]
    assert (spans[0][0], spans[-1][1]) == (1, len(days))
    assert all(after[0] == before[1] + 1 for before, after in pairwise(spans))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("narrow", "width"), [(True, 185), (True, 220), (False, 400), (False, 720)])
def test_the_numbers_over_the_way_to_the_goal_do_not_overlap(narrow: bool, width: float, code: str) -> None:
    figure = progress_chart(Language(code))
    layout = figure.narrow if narrow else figure.wide
    numbers = [note for note in layout.notes if note.valign == "bottom" and note.y == figure.y.high]
    assert said(tuple(numbers)) == (["1–3"] if narrow else ["1", "2, 3"])
    assert not overlapping(numbers, Plane(figure.x, figure.y, layout, width))
