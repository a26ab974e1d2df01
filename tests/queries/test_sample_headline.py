"""What the shipped sample says, to the unit: the goal of April 2021 and the nine editions on the way."""

import datetime as dt
from itertools import pairwise

import pytest

from enrollment import answers
from enrollment.edition import Edition, Publication, open_edition
from enrollment.headline import default_goal, default_month
from enrollment.store import Store

GOAL = "2021-38.0"
APRIL, JUNE, JULY, AUGUST = (
    dt.date(2021, 4, 30),
    dt.date(2021, 6, 30),
    dt.date(2021, 7, 31),
    dt.date(2021, 8, 31),
)


@pytest.fixture(scope="module")
def editions(sample_store: Store, sample_publications: tuple[Publication, ...]) -> list[Edition]:
    return [open_edition(sample_store, edition=item.fingerprint) for item in sample_publications]


def changes(editions: list[Edition], number: int) -> list[tuple[dt.date, str, str, int]]:
    """What an edition changed in months that were known before; the first edition is number 1."""
    now, before = editions[number - 1], editions[number - 2]
    return [
        (row.month, row.source, row.cause, row.change)
        for row in answers.edition_changes(now, earlier=before)
        if row.cause != "new_month"
    ]


class TestTheHeadline:
    def test_is_the_goal_of_april_at_the_end_of_august(self, sample_edition: Edition) -> None:
        assert default_month(sample_edition) == AUGUST
        assert default_goal(sample_edition, AUGUST) == GOAL

    def test_names_gap_and_pace_exactly(self, sample_edition: Edition) -> None:
        (row,) = answers.goal_progress(sample_edition, as_of=AUGUST, goal=GOAL)
        assert (row.active, row.baseline, row.target) == (29_200_000, 27_700_000, 38_000_000)
        assert (row.gap, row.rise_needed, row.rise_achieved) == (8_800_000, 10_300_000, 1_500_000)
        assert (row.days_left, row.needed_per_month, row.recent_per_month) == (122, 2_195_492, 267_778)
        assert row.pace_ratio == pytest.approx(8.2, abs=0.005)
        assert (row.status, row.missing, row.simulated) == ("behind", 0, True)

    def test_is_behind_in_april_because_participants_were_falling(self, sample_edition: Edition) -> None:
        (row,) = answers.goal_progress(sample_edition, as_of=APRIL, goal=GOAL)
        assert row.status == "behind"
        assert row.recent_per_month is not None
        assert row.recent_per_month < 0
        assert row.pace_ratio is None

    def test_runs_through_the_published_national_figures(self, sample_edition: Edition) -> None:
        rows = answers.active_by_month(sample_edition, since=None, as_of=AUGUST)
        assert [row.active for row in rows] == [
            29_980_000,
            28_865_000,
            27_750_000,
            27_790_000,
            28_093_333,
            28_396_667,
            28_700_000,
            28_950_000,
            29_200_000,
        ]


class TestTheCommitments:
    def test_are_three_sources_with_75_332_people(self, sample_edition: Edition) -> None:
        rows = answers.commitment_by_source(sample_edition, as_of=AUGUST)
        assert {row.source: row.committed for row in rows} == {
            "TPP": 34_449,
            "NON_ASN": 1_039,
            "BUMDES": 39_844,
        }
        assert sum(row.committed for row in rows) == 75_332

    def test_are_less_than_a_hundredth_of_the_rise_needed(self, sample_edition: Edition) -> None:
        (row,) = answers.goal_progress(sample_edition, as_of=AUGUST, goal=GOAL)
        committed = sum(item.committed for item in answers.commitment_by_source(sample_edition, as_of=AUGUST))
        assert round(committed / row.rise_needed, 4) == 0.0073

    def test_leave_nearly_all_of_the_rise_to_nobody(self, sample_edition: Edition) -> None:
        steps = {row.step: row for row in answers.commitment_bridge(sample_edition, as_of=AUGUST, goal=GOAL)}
        parts = [steps[name].people for name in ("verified", "committed", "unassigned")]
        assert parts[0] == 1_500_000
        assert sum(parts) == 10_300_000
        assert steps["unassigned"].share_of_rise == pytest.approx(0.851, abs=0.001)

    def test_count_for_nothing_before_they_were_signed(self, sample_edition: Edition) -> None:
        assert answers.commitment_by_source(sample_edition, as_of=dt.date(2021, 3, 31)) == ()


class TestTheNineEditions:
    def test_were_published_on_the_fifth_of_each_month(
        self, sample_publications: tuple[Publication, ...]
    ) -> None:
        days = [item.known_on for item in sample_publications]
        assert days == [dt.date(2021, month, 5) for month in range(1, 10)]

    def test_each_add_a_month(self, editions: list[Edition]) -> None:
        assert [len(answers.known_months(edition)) for edition in editions] == list(range(1, 10))

    def test_show_the_village_enterprises_of_june_missing_in_july(self, editions: list[Edition]) -> None:
        (row,) = answers.missing_deliveries(editions[6], as_of=JUNE)
        assert (row.month, row.source, row.carried_from) == (JUNE, "BUMDES", dt.date(2021, 5, 31))
        assert default_month(editions[6]) == dt.date(2021, 5, 31)
        june = answers.known_months(editions[6])[-1]
        assert (june.missing, june.carried) == (1, row.carried)

    def test_show_them_delivered_in_august(self, editions: list[Edition]) -> None:
        assert [change[:3] for change in changes(editions, 8)] == [(JUNE, "BUMDES", "late_source")]
        assert answers.missing_deliveries(editions[7], as_of=AUGUST) == ()
        june = {row.month: row.active for row in answers.known_months(editions[7])}[JUNE]
        assert june == 28_700_000

    def test_correct_july_by_exactly_12_400_in_september(self, editions: list[Edition]) -> None:
        assert changes(editions, 9) == [(JULY, "PEMDA", "correction", 12_400)]

    def test_change_nothing_else_in_a_known_month(self, editions: list[Edition]) -> None:
        assert [changes(editions, number) for number in range(2, 8)] == [[]] * 6

    def test_keep_the_headline_they_were_published_with(
        self, sample_publications: tuple[Publication, ...]
    ) -> None:
        newest = sample_publications[-1].headline
        assert (newest["gap"], newest["needed_per_month"], newest["status"]) == (
            8_800_000,
            2_195_492,
            "behind",
        )
        assert [item.headline["as_of"] for item in sample_publications[5:7]] == ["2021-05-31"] * 2


def test_flows_of_the_whole_country_close_in_every_month(sample_edition: Edition) -> None:
    rows = answers.movement_by_month(sample_edition, as_of=AUGUST)
    for before, row in pairwise(rows):
        assert row.opening == before.closing
        arrived = (row.new or 0) + (row.reactivated or 0) + (row.moved_in or 0)
        left = (row.lapsed or 0) + (row.moved_out or 0)
        assert row.closing == row.opening + arrived - left + (row.correction or 0)


@pytest.mark.parametrize("dimension", ["source", "segment", "province", "regency", "sex", "age_band"])
def test_the_parts_of_august_are_all_29_2_million(sample_edition: Edition, dimension: str) -> None:
    rows = answers.breakdown(sample_edition, dimension=dimension, since=None, as_of=AUGUST)
    assert sum(row.closing for row in rows) == 29_200_000
    assert sum(row.opening or 0 for row in rows) == 28_950_000
