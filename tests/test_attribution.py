"""A gap is divided without a rest: by source, and inside a source by what is behind it."""

import dataclasses
import datetime as dt
from itertools import permutations
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.answers import CommitmentLadder, GoalProgress
from enrollment.attribution import gap_parts, shapley

factors = st.floats(0, 1_000)
counts = st.integers(0, 200_000)


def committed(source: str, promised: int, **said: Any) -> CommitmentLadder:
    blank: dict[str, Any] = {field.name: None for field in dataclasses.fields(CommitmentLadder)}
    return CommitmentLadder(**{**blank, "source": source, "committed": promised, **said})


def gap_of(people: int) -> GoalProgress:
    blank: dict[str, Any] = {field.name: None for field in dataclasses.fields(GoalProgress)}
    return GoalProgress(**{**blank, "gap": people, "as_of": dt.date(2021, 8, 31)})


ladders = st.lists(
    st.builds(
        lambda source, promised, rows: committed(
            source, promised, received=max(rows), active_all=sorted(rows)[1], newly_active=min(rows)
        ),
        st.sampled_from(("TPP", "BUMDES", "NON_ASN")),
        counts,
        st.lists(counts, min_size=3, max_size=3),
    )
    | st.builds(committed, st.just("PEMDA"), counts),
    max_size=5,
)


@given(ladders, st.integers(-1_000_000, 20_000_000))
def test_parts_of_the_gap_add_up_to_it_and_effects_to_their_part(
    ladder: list[CommitmentLadder], gap: int
) -> None:
    parts = gap_parts(ladder, gap_of(gap))
    assert sum(part.people for part in parts) == gap
    if gap:
        assert sum(part.people / gap for part in parts) == pytest.approx(1)
    for part in parts:
        effects = part.unlisted + part.inactive + part.known_before
        assert effects == pytest.approx(part.people, abs=1e-6)


def test_of_the_gap_of_april_2021_99_27_percent_lie_with_nobody() -> None:
    promised = (("TPP", 34_449), ("NON_ASN", 1_039), ("BUMDES", 39_844))
    parts = gap_parts([committed(*each) for each in promised], gap_of(10_300_000))
    assert [part.source for part in parts] == ["BUMDES", "TPP", "NON_ASN", None]
    assert round(parts[-1].people / 10_300_000 * 100, 2) == 99.27


def test_who_is_on_the_list_and_not_active_is_told_from_who_is_active_and_not_new() -> None:
    (part, _) = gap_parts(
        [committed("TPP", 100, received=100, active_all=50, newly_active=50)], gap_of(1_000)
    )
    assert (part.people, part.unlisted, part.inactive, part.known_before) == (50, 0, 50, 0)
    (part, _) = gap_parts(
        [committed("TPP", 100, received=120, active_all=120, newly_active=0)], gap_of(1_000)
    )
    assert part.people == 100
    # More on the list than promised helps, and is undone by none of them being new.
    assert part.unlisted < 0 < part.known_before


@given(st.lists(st.tuples(factors, factors), min_size=1, max_size=4))
def test_effects_of_factors_add_up_and_are_the_mean_over_all_orders(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    effects = shapley(before, after)
    whole = prod(after) - prod(before)
    size = 1 + prod(max(pair) for pair in pairs)
    assert sum(effects) == pytest.approx(whole, abs=1e-9 * size)
    orders = list(permutations(range(len(pairs))))
    for factor, effect in enumerate(effects):
        steps = [
            prod(
                after[place] if order.index(place) <= order.index(factor) else before[place]
                for place in range(len(pairs))
            )
            - prod(
                after[place] if order.index(place) < order.index(factor) else before[place]
                for place in range(len(pairs))
            )
            for order in orders
        ]
        assert effect == pytest.approx(sum(steps) / len(orders), abs=1e-9 * size)


def test_two_factors_share_what_they_do_together() -> None:
    assert shapley((10, 0.5), (20, 0.8)) == pytest.approx((10 * 0.65, 0.3 * 15))
