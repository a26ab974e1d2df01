"""The status of a goal in each of its cases, and what an answer rests on."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from enrollment import answers
from tests.builders import DataDirectory, Reference, cell, goal
from tests.oracle import Row

MARCH, APRIL = dt.date(2021, 3, 31), dt.date(2021, 4, 30)


def progress(
    folder: Path, active: list[int], *, as_of: dt.date = APRIL, **said: object
) -> answers.GoalProgress:
    """The answer for a goal of 2,000 by the end of 2021, after months of so many people up to April."""
    target: Row = goal("2021-2000", is_default=True, **said)
    directory = DataDirectory(folder / "own", replace(Reference(), targets=(target,)))
    for month, number in zip(range(5 - len(active), 5), active, strict=True):
        directory.deliver(f"2021-{month:02d}", cell(number))
    (row,) = answers.goal_progress(directory.publish(), as_of=as_of, goal="2021-2000")
    return row


@pytest.mark.parametrize(
    ("status", "active", "said"),
    [
        ("unknown", [1_200], {}),
        ("unknown", [1_200, 1_300], {"baseline_date": dt.date(2021, 5, 1)}),
        ("reached", [1_900, 2_000], {}),
        ("ahead", [1_200, 1_500], {}),
        ("on_pace", [1_400, 1_467], {}),
        ("behind", [1_400, 1_440], {}),
        ("behind", [1_400, 1_400], {}),
        ("behind", [1_400, 1_300], {}),
        ("missed", [1_900, 1_999], {"due": APRIL}),
        ("missed", [1_999, 2_100], {"due": MARCH}),
        ("reached", [2_000, 1_900], {"due": MARCH}),
    ],
)
def test_status_follows_from_what_was_needed_and_what_came(
    tmp_path: Path, status: str, active: list[int], said: dict[str, object]
) -> None:
    assert progress(tmp_path, active, **said).status == status


def test_the_recent_pace_is_the_mean_of_the_last_three_changes(tmp_path: Path) -> None:
    row = progress(tmp_path, [1_000, 1_010, 1_040, 1_100])
    assert (row.recent_months, row.recent_per_month) == (3, 33)
    assert (row.gap, row.days_left, row.needed_per_month) == (900, 245, 112)


def test_nothing_is_needed_any_more_once_a_goal_is_passed(tmp_path: Path) -> None:
    row = progress(tmp_path, [1_900, 2_050])
    assert (row.gap, row.needed_per_month, row.pace_ratio) == (-50, 0, 0.0)


def test_a_pace_that_starts_from_simulated_people_is_simulated(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own")
    directory.deliver("2021-01", cell(1_000, simulated=True))
    for month in ("2021-02", "2021-03", "2021-04"):
        directory.deliver(month, cell(1_100))
    (row,) = answers.goal_progress(directory.publish(), as_of=APRIL, goal="2021-2000")
    assert (row.recent_months, row.simulated) == (3, True)
