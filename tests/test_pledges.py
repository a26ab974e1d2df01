"""Pledges out of commitments: who is still to come, when, and which share of them is new."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import pledges
from enrollment.scenario import realisation
from enrollment.turnover import Turnover
from tests.figures.rows import AUGUST, NO_ROSTER, rung


def test_a_pledge_is_what_was_promised_and_is_not_active_yet() -> None:
    (found,) = pledges.registered([rung("BUMDES", 39_844)], AUGUST)
    assert found.open == found.pledge.people == 39_844 - 12_410
    assert found.committed == 39_844


def test_who_is_active_in_full_has_nothing_left_to_pledge() -> None:
    assert pledges.registered([rung("TPP", 12_410), rung("NON_ASN", 12_000)], AUGUST) == ()


def test_without_a_roster_those_whom_the_source_does_not_list_are_still_to_come() -> None:
    (found,) = pledges.registered([rung("PEMDA", 500, **{**NO_ROSTER, "promised": 320})], AUGUST)
    assert found.open == 320
    assert (found.measured, found.pledge.additional) == (False, pledges.ADDITIONAL)


def test_the_share_that_is_new_is_that_of_the_reconciled_roster() -> None:
    (found,) = pledges.registered([rung("BUMDES", 39_844)], AUGUST)
    assert found.measured
    assert found.pledge.additional == pytest.approx(9_874 / 12_410)


@pytest.mark.parametrize("since", [None, dt.date(2021, 4, 30)])
def test_where_people_are_known_only_from_after_the_agreement_the_new_share_is_assumed(
    since: dt.date | None,
) -> None:
    (found,) = pledges.registered([rung("BUMDES", 39_844, people_since=since)], AUGUST)
    assert (found.measured, found.pledge.additional) == (False, pledges.ADDITIONAL)


@pytest.mark.parametrize(
    ("until", "months"), [(dt.date(2021, 12, 31), 4), (dt.date(2021, 9, 30), 1), (AUGUST, 1), (None, 1)]
)
def test_a_pledge_starts_at_the_end_of_its_plan_and_next_month_at_the_earliest(
    until: dt.date | None, months: float
) -> None:
    (found,) = pledges.registered([rung("BUMDES", 39_844, plan_until=until)], AUGUST)
    assert found.pledge.month == months


def test_which_share_comes_is_learned_from_plans_that_have_ended() -> None:
    ended = rung("TPP", 20_000, plan_until=AUGUST)
    running = rung("BUMDES", 39_844)
    share = 12_410 / 20_000
    assert pledges.closed([ended, running], AUGUST) == (share,)
    own, other = pledges.registered([ended, running], AUGUST)
    assert own.pledge.realisation == realisation([share], [share])
    assert other.pledge.realisation == realisation([share])
    assert pledges.expected_of_new([ended, running], AUGUST) == realisation([share])


def test_who_came_leaves_as_fast_as_others_of_the_source_do() -> None:
    turnover = Turnover(6, 900_000, 0.02, (("BUMDES", 0.05),))
    known, other = pledges.registered([rung("BUMDES", 39_844), rung("TPP", 39_844)], AUGUST, turnover)
    assert (known.pledge.retained, other.pledge.retained) == (0.95, 0.98)
    mean = pledges.average([rung("BUMDES", 39_844)], AUGUST, turnover)
    assert mean
    assert mean.retained == 0.98


def test_a_plan_that_ended_without_a_roster_teaches_nothing() -> None:
    unknown = rung("TPP", 20_000, **{**NO_ROSTER, "plan_until": AUGUST})
    assert pledges.closed([unknown], AUGUST) == ()


def test_a_partner_of_average_size_is_the_mean_of_those_registered() -> None:
    found = pledges.average([rung("A", 10_000), rung("B", 30_000)], AUGUST)
    assert found
    assert found.people == 20_000
    assert found.additional == pytest.approx(9_874 / 12_410)
    assert pledges.average([], AUGUST) is None


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=6),
    st.sampled_from([None, AUGUST, dt.date(2021, 12, 31)]),
)
def test_no_pledge_is_larger_than_what_was_promised(
    sizes: list[tuple[int, int]], until: dt.date | None
) -> None:
    rows = [
        rung(f"S{number}", committed, active_all=active, newly_active=active, plan_until=until)
        for number, (committed, active) in enumerate(sizes)
    ]
    for found in pledges.registered(rows, AUGUST):
        assert 0 < found.pledge.people <= found.committed
        assert 0 < found.pledge.realisation.mean < 1
        assert 0 <= found.pledge.additional <= 1
