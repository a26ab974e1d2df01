"""Labels stand where they are wanted and never on each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.figures.description import Axis, Band, Layout, Note, Room, Span, Words, text
from enrollment.figures.placing import AIR, Plane, first_free, shorten, spread, text_width

PLANE = Plane(Axis(0.0, 10.0), Axis(0.0, 10.0), Layout(height=240, room=Room(20, 20, 20, 20)), 400)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_spread_labels_keep_their_order_and_their_distance(wanted: list[float]) -> None:
    wanted = sorted(wanted)
    centres = spread(wanted, [20.0] * len(wanted), low=0, high=300)
    assert all(after - before >= 23.99 for before, after in pairwise(centres))
    assert centres[0] >= 9.99
    assert centres[-1] <= 290.01


def test_labels_with_room_stay_where_they_are_wanted() -> None:
    assert spread([50, 100], [20, 20], low=0, high=300) == [50, 100]


def test_two_labels_for_one_value_part_evenly() -> None:
    assert spread([100, 100], [20, 20], low=0, high=300) == [88, 112]


def test_a_label_moves_aside_for_a_line() -> None:
    below, above = (
        Note(5.0, 5.0, text("29,20"), "center", valign, dy=dy)
        for valign, dy in (("top", -9), ("bottom", 9))  # type: ignore[misc]
    )
    paths = [[(5.0, 5.0), (5.0, 0.0)]]
    assert first_free([below, above], planes=[PLANE], paths=paths) == above


def test_a_label_moves_aside_for_a_range_but_stands_between_mere_edges() -> None:
    inside, outside = (Note(5.0, y, text("29,20"), "center") for y in (5.0, 9.0))
    spans = (Span(0.0, 2.0, 8.0), Span(10.0, 2.0, 8.0))
    ground, edges = Band("forecast", "", spans), Band("forecast", "", spans, edge=True)
    assert first_free([inside, outside], planes=[PLANE], bands=[ground]) == outside
    assert first_free([inside, outside], planes=[PLANE], bands=[edges]) == inside
    touching = Note(5.0, 8.0, text("29,20"), "center")
    assert first_free([touching], planes=[PLANE], bands=[edges]) is None


PLACES = st.floats(0, 10).map(lambda place: round(place, 2))
SPANS = st.lists(st.tuples(PLACES, PLACES, PLACES), min_size=2, max_size=4).map(
    lambda found: tuple(Span(x, min(ends), max(ends)) for x, *ends in sorted(found))
)


@given(SPANS, PLACES, PLACES)
def test_a_range_without_height_is_in_the_way_of_what_its_line_is(
    spans: tuple[Span, ...], x: float, y: float
) -> None:
    flat = tuple(Span(span.x, span.low, span.low) for span in spans)
    note = Note(x, y, text("29,20"), "center")
    line = first_free([note], planes=[PLANE], paths=[[(span.x, span.low) for span in spans]])
    assert first_free([note], planes=[PLANE], bands=[Band("forecast", "", flat)]) == line


@given(SPANS, PLACES, PLACES)
def test_no_label_stands_where_a_range_runs_through_it(spans: tuple[Span, ...], x: float, y: float) -> None:
    note = Note(x, y, text("29,20"), "center")
    free = first_free([note], planes=[PLANE], bands=[Band("forecast", "", spans)])
    if free is None:
        return
    left, top, right, bottom = PLANE.box(note)
    for before, after in pairwise(spans):
        for step in range(21):
            at, low, high = (
                start + (end - start) * step / 20
                for start, end in (
                    (before.x, after.x),
                    (before.low, after.low),
                    (before.high, after.high),
                )
            )
            (across, under), (_, over) = PLANE.spot(at, low), PLANE.spot(at, high)
            assert not (left < across < right and over < bottom - AIR and top + AIR < under)


def test_a_label_that_fits_nowhere_is_left_out() -> None:
    taken = [Note(5.0, 5.0, text("29,20"))]
    assert first_free(taken, planes=[PLANE], taken=taken) is None


@pytest.mark.parametrize("name", ["Aceh", "Kepulauan Bangka Belitung", "W" * 300])
def test_a_shortened_name_fits(name: str) -> None:
    assert text_width(shorten(name, 13, 120), 13) <= 120


def test_strong_words_are_wider() -> None:
    assert text_width("29,20 juta", 13, True) > text_width("29,20 juta", 13)
    assert Words("x").tone == "ink"
