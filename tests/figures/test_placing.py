"""Labels stand where they are wanted and never on each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.figures.description import Axis, Layout, Note, Room, Words, text
from enrollment.figures.placing import Plane, first_free, shorten, spread, text_width

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


def test_a_label_that_fits_nowhere_is_left_out() -> None:
    taken = [Note(5.0, 5.0, text("29,20"))]
    assert first_free(taken, planes=[PLANE], taken=taken) is None


@pytest.mark.parametrize("name", ["Aceh", "Kepulauan Bangka Belitung", "W" * 300])
def test_a_shortened_name_fits(name: str) -> None:
    assert text_width(shorten(name, 13, 120), 13) <= 120


def test_strong_words_are_wider() -> None:
    assert text_width("29,20 juta", 13, True) > text_width("29,20 juta", 13)
    assert Words("x").tone == "ink"
