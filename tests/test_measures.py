"""Measures: counts are what the row says, shares are of something known, and nothing unknown is a zero."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.measures import MEASURES, OVERLAPPING, SHARES, Measure, Wholes, is_signed, value, values

COUNTS: tuple[Measure, ...] = ("closing", "net_change", "new", "reactivated", "lapsed")
PARTS = ("TPP", "BUMDES", None)


@dataclass(frozen=True)
class Part:
    """What a measure reads of a part."""

    closing: int
    net_change: int | None = None
    new: int | None = None
    reactivated: int | None = None
    lapsed: int | None = None


people = st.integers(0, 10**8)
change = st.none() | st.integers(-(10**8), 10**8)
flow = st.none() | people
parts = st.builds(Part, people, change, flow, flow, flow)


def measured(
    rows: list[Part], measure: Measure, wholes: Wholes = ()
) -> tuple[list[float | None], float | None]:
    return values(rows, PARTS[: len(rows)], measure, wholes)


@given(st.lists(parts, max_size=3), st.sampled_from(COUNTS))
def test_a_count_is_the_number_of_the_row_and_the_whole_is_the_sum_of_what_is_known(
    rows: list[Part], measure: Measure
) -> None:
    found, together = measured(rows, measure)
    assert found == [getattr(row, measure) for row in rows]
    known = [number for number in found if number is not None]
    assert together == (sum(known) if known else None)


@given(st.lists(parts, min_size=1, max_size=3))
def test_shares_of_a_rise_add_up_to_one_and_are_not_known_without_a_rise(rows: list[Part]) -> None:
    found, together = measured(rows, "share_of_rise")
    changes = [row.net_change for row in rows]
    rise = None if None in changes else sum(number or 0 for number in changes)
    if rise is not None and rise > 0:
        assert together == 1
        assert sum(number or 0 for number in found) == pytest.approx(1)
        assert [number is not None and number < 0 for number in found] == [(x or 0) < 0 for x in changes]
    else:
        assert found == [None] * len(rows)
        assert together is None


@given(
    st.lists(parts, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(PARTS), people),
    st.sampled_from(("achievement", "coverage")),
)
def test_a_share_of_what_was_promised_or_could_be_is_known_where_that_is(
    rows: list[Part], wholes: dict[str | None, int], measure: Measure
) -> None:
    found, together = measured(rows, measure, tuple(wholes.items()))
    against = [wholes.get(part) for part in PARTS[: len(rows)]]
    for row, whole, number in zip(rows, against, found, strict=True):
        assert number == (row.closing / whole if whole else None)
    counted = [(row.closing, whole) for row, whole in zip(rows, against, strict=True) if whole]
    if counted:
        assert together == sum(active for active, _ in counted) / sum(whole for _, whole in counted)
    else:
        assert together is None


def test_people_of_whom_nothing_was_promised_count_in_no_achievement() -> None:
    rows = [Part(300), Part(700), Part(5_000)]
    found, together = measured(rows, "achievement", (("TPP", 400), ("BUMDES", 1_000)))
    assert found == [0.75, 0.7, None]
    assert together == 1_000 / 1_400


def test_more_people_than_promised_are_more_than_all() -> None:
    assert value(Part(500), "achievement", 400) == 1.25


@pytest.mark.parametrize("measure", sorted(SHARES))
@pytest.mark.parametrize("whole", [None, 0, -5])
def test_a_share_of_nothing_is_not_known(measure: Measure, whole: int | None) -> None:
    assert value(Part(500, 20), measure, whole) is None


def test_the_share_of_a_rise_is_one_of_people_gained_and_the_others_of_people_there() -> None:
    row = Part(500, 20)
    assert [value(row, measure, 1_000) for measure in ("share_of_rise", "achievement", "coverage")] == [
        0.02,
        0.5,
        0.5,
    ]
    assert value(Part(500), "share_of_rise", 1_000) is None


def test_one_part_whose_change_is_not_known_leaves_every_share_of_the_rise_unknown() -> None:
    assert measured([Part(10, 5), Part(10)], "share_of_rise") == ([None, None], None)


def test_no_parts_have_no_whole() -> None:
    assert {measured([], measure) == ([], None) for measure in MEASURES} == {True}


def test_nobody_at_all_is_a_known_number() -> None:
    assert measured([Part(0, 0, 0)], "new") == ([0], 0)
    assert measured([Part(0, 0)], "coverage", (("TPP", 50),)) == ([0.0], 0.0)


def test_only_a_net_change_carries_its_sign() -> None:
    assert [measure for measure in MEASURES if is_signed(measure)] == ["net_change"]


def test_every_measure_is_a_count_or_a_share_and_single_programmes_alone_overlap() -> None:
    assert {*COUNTS, *SHARES} == set(MEASURES)
    assert frozenset({"programme"}) == OVERLAPPING
