"""The outlook of an edition: what it rests on, what it knew, and what became of earlier ones."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enrollment import answers, edition, outlook
from enrollment.edition import Edition, Publication
from enrollment.forecast import QUANTILES, Step, Together, fit
from enrollment.months import add_months, month_text, parse_month
from enrollment.outlook import Given, Outlook
from tests.builders import DataDirectory, Reference, cell, eligible, event, prognosis

GOAL = "2021-2000"
FIRST = parse_month("2020-12")
MEDIAN = QUANTILES.index(0.5)


def told(directory: DataDirectory, *, month: dt.date, actives: Sequence[int], **said: Any) -> None:
    """Deliver the village facilitators of consecutive months, of which `month` is the first."""
    for number, active in enumerate(actives):
        directory.deliver(month_text(add_months(month, number)), cell(active, **said))


def made(tmp_path: Path, *actives: int, **reference: Any) -> DataDirectory:
    directory = DataDirectory(tmp_path / "data", Reference(**reference))
    told(directory, month=FIRST, actives=actives)
    return directory


def seen(directory: DataDirectory, opened: Edition | None = None, as_of: dt.date | None = None) -> Outlook:
    opened = opened or directory.publish()
    earlier = before(directory, opened)
    month = as_of or max(row.month for row in answers.known_months(opened))
    found = outlook.outlook(opened, as_of=month, goal=GOAL, earlier=earlier)
    assert found
    return found


def before(directory: DataDirectory, opened: Edition) -> tuple[Publication, ...]:
    whole, _ = edition.publications(directory.store)
    return tuple(item for item in whole if item.number < opened.publication.number)


def record_of(directory: DataDirectory, opened: Edition, as_of: dt.date) -> tuple[Given, ...]:
    months = answers.active_by_month(opened, since=None, as_of=as_of)
    return outlook.record(months, before(directory, opened))


def test_a_rising_source_leads_where_its_forecast_leads(tmp_path: Path) -> None:
    actives = (1_000, 1_050, 1_090, 1_150, 1_190)
    found = seen(made(tmp_path, *actives))
    expected = Together((fit(actives, month=4),))
    assert (found.as_of, found.due, found.reason) == (dt.date(2021, 4, 30), dt.date(2021, 12, 31), "")
    assert [point.day for point in found.path] == [add_months(found.as_of, ahead) for ahead in range(1, 9)]
    rows = expected.quantiles(8)
    assert [point.median for point in found.path] == [round(row[MEDIAN]) for row in rows]
    assert found.at_due is not None
    assert found.at_due.low80 == round(rows[-1][QUANTILES.index(0.1)])
    assert found.at_due.high95 == round(rows[-1][QUANTILES.index(0.975)])
    assert found.probability == pytest.approx(expected.probability(8, 2_000))
    assert found.shortfall == 2_000 - found.at_due.median
    assert found.word == "unlikely"
    assert found.basis is not None
    assert (found.basis.months, found.basis.construction, found.basis.seasonal) == (5, False, False)


def test_the_pace_that_makes_the_goal_likely_makes_it_likely(tmp_path: Path) -> None:
    found = seen(made(tmp_path, 1_000, 1_050, 1_090, 1_150, 1_190))
    assert found.outcome is not None
    assert found.at_due is not None
    assert found.likely_per_month is not None
    extra = found.likely_per_month - (found.at_due.median - found.active) / 8
    assert found.outcome.probability(8, found.target - extra * 8) == pytest.approx(0.8, abs=0.01)
    assert found.needed_per_month is not None
    assert found.likely_per_month > found.needed_per_month * 245 / 8 / 30.4375


def test_how_often_such_a_pace_was_met_goes_by_the_last_six_months(tmp_path: Path) -> None:
    found = seen(made(tmp_path, 1_000, 1_020, 1_040, 1_060, 1_080, 1_100, 1_120, 1_140))
    assert found.longer_per_month == 20
    assert found.needed_per_month is not None
    assert found.ratio == pytest.approx(found.needed_per_month / 20)
    assert found.base_rate == (4, 0.07)


def test_a_single_month_has_a_pace_and_no_outlook(tmp_path: Path) -> None:
    directory = made(tmp_path, 1_000)
    found = seen(directory)
    assert (found.reason, found.path, found.probability, found.word) == ("one_month", (), None, None)
    assert found.needed_per_month is not None
    assert found.base_rate is None
    assert edition.publications(directory.store)[0][-1].forecast == {}


def test_past_the_due_date_there_is_nothing_to_look_ahead_to(tmp_path: Path) -> None:
    directory = made(tmp_path, *range(1_000, 1_130, 10))
    found = seen(directory)
    assert found.as_of == dt.date(2021, 12, 31)
    assert (found.reason, found.path, found.needed_per_month) == ("past", (), None)
    # What is kept looks ahead nevertheless, for the record.
    assert len(edition.publications(directory.store)[0][-1].forecast["path"]) == outlook.KEPT_MONTHS


@pytest.mark.parametrize(
    ("actives", "word"),
    [
        ((2_100, 2_150, 2_190, 2_240, 2_300), "likely"),
        ((1_000, 900, 800, 700, 600), "out_of_reach"),
        ((1_500, 1_500, 1_500, 1_500), "out_of_reach"),
        ((2_500, 2_500, 2_500, 2_500), "likely"),
    ],
)
def test_a_goal_reached_a_fall_and_a_standstill_each_have_their_word(
    tmp_path: Path, actives: tuple[int, ...], word: str
) -> None:
    found = seen(made(tmp_path, *actives))
    assert found.word == word
    assert all(0 <= point.low95 <= point.low80 <= point.median <= point.high80 for point in found.path)


def test_an_event_of_the_register_is_no_trend(tmp_path: Path) -> None:
    plain = seen(made(tmp_path / "plain", 1_000, 1_010, 1_020, 1_030, 1_040))
    jumped = (1_000, 1_010, 1_020, 1_530, 1_540)
    untold = seen(made(tmp_path / "untold", *jumped))
    directory = made(tmp_path / "told", *jumped, events=(event("2021-03-15", 500),))
    told_of = seen(directory)
    assert told_of.basis is not None
    assert told_of.basis.events == 1
    assert plain.at_due is not None
    assert told_of.at_due is not None
    assert untold.at_due is not None
    assert told_of.at_due.median == plain.at_due.median + 500
    assert told_of.at_due.high80 == plain.at_due.high80 + 500
    assert untold.at_due.median > told_of.at_due.median


def test_an_ending_to_come_is_taken_off_beforehand_and_what_may_join_is_not_added(tmp_path: Path) -> None:
    actives = (1_000, 1_010, 1_020, 1_030, 1_040)
    plain = seen(made(tmp_path / "plain", *actives))
    ahead = (event("2021-11-30", -200, kind="ending"), event("2021-10-31", 400))
    found = seen(made(tmp_path / "told", *actives, events=ahead))
    assert found.basis is not None
    assert (found.basis.events, found.basis.scheduled) == (0, 1)
    apart = [known.median - point.median for known, point in zip(plain.path, found.path, strict=True)]
    assert apart == [0] * 6 + [200, 200]


def test_construction_is_forecast_apart_and_its_events_are_its_own(tmp_path: Path) -> None:
    rest, projects = (1_000, 1_030, 1_060, 1_090, 1_120), (500, 300, 310, 320, 330)
    events = (event("2021-01-31", -200, segment="JAKON", kind="ending"),)
    directory = DataDirectory(tmp_path / "data", Reference(events=events))
    for number, (others, building) in enumerate(zip(rest, projects, strict=True)):
        directory.deliver(
            month_text(add_months(FIRST, number)), cell(others), cell(building, segment="JAKON")
        )
    found = seen(directory)
    parts = (fit(rest, month=4), fit(projects, month=4, steps=[Step(-3, -200)]))
    assert found.basis is not None
    assert found.basis.construction
    assert [point.median for point in found.path] == [
        round(row[MEDIAN]) for row in Together(parts).quantiles(8)
    ]


def test_nothing_lies_above_the_workers_of_the_country(tmp_path: Path) -> None:
    workers = (eligible("2020-12-31", 1_200),)
    found = seen(made(tmp_path, 1_000, 1_050, 1_090, 1_150, 1_190, eligible=workers))
    assert found.at_due is not None
    assert found.at_due.high95 == 1_200


def month_by_month(tmp_path: Path, *actives: int, **reference: Any) -> DataDirectory:
    """A directory in which each month was published once it was delivered."""
    directory = DataDirectory(tmp_path / "data", Reference(**reference))
    for number, active in enumerate(actives):
        told(directory, month=add_months(FIRST, number), actives=(active,))
        directory.publish()
    return directory


def test_each_publication_keeps_where_it_led_and_the_record_says_what_came(tmp_path: Path) -> None:
    actives = (1_000, 1_050, 1_090, 1_150, 1_190)
    directory = month_by_month(tmp_path, *actives)
    opened = edition.open_edition(directory.store)
    given = record_of(directory, opened, dt.date(2021, 4, 30))
    # From January on there were two months: three editions saw what came one to three months later.
    assert [(each.made.month, each.ahead.day.month) for each in given] == [
        (1, 2),
        (1, 3),
        (2, 3),
        (1, 4),
        (2, 4),
        (3, 4),
    ]
    last = given[-1]
    (row,) = fit(actives[:4], month=3).quantiles(1)
    assert last.ahead.median == round(row[MEDIAN])
    assert (last.came, last.first_print) == (1_190, None)
    assert given[0].first_print == given[0].came == 1_090
    assert last.held80 == (last.ahead.low80 <= 1_190 <= last.ahead.high80)
    assert opened.publication.forecast["as_of"] == "2021-04-30"


def test_a_prognosis_whose_day_has_come_stands_beside_the_range_of_its_time(tmp_path: Path) -> None:
    said = (
        prognosis("2021-02-20", "2021-04-30", 1_200),
        prognosis("2021-02-20", "2021-12-31", 1_900),
        prognosis("2020-12-15", "2021-01-31", 900),
    )
    directory = month_by_month(tmp_path, 1_000, 1_050, 1_090, 1_150, 1_190, prognoses=said)
    opened = edition.open_edition(directory.store)
    as_of = dt.date(2021, 4, 30)
    months = answers.active_by_month(opened, since=None, as_of=as_of)
    # Each edition came out in the middle of the next month.
    given = [
        replace(row, known_on=row.made + dt.timedelta(days=16)) for row in record_of(directory, opened, as_of)
    ]
    first, second = outlook.scored(answers.prognoses(opened), months, given)
    # Nobody had published a range for January by then.
    assert (first.prognosis.value, first.came, first.given) == (900, 1_050, None)
    assert (second.prognosis.value, second.came) == (1_200, 1_190)
    assert second.given
    assert (second.given.made, second.given.ahead.day) == (dt.date(2021, 1, 31), as_of)


def test_a_record_uses_nothing_that_was_published_later(tmp_path: Path) -> None:
    directory = month_by_month(tmp_path, 1_000, 1_050, 1_090, 1_150)
    march = edition.open_edition(directory.store)
    as_seen_then = seen(directory, march)
    record_then = record_of(directory, march, dt.date(2021, 3, 31))
    # April, and a correction of February that nobody knew of in March.
    told(directory, month=parse_month("2021-02"), actives=(1_500,))
    told(directory, month=parse_month("2021-04"), actives=(1_200,))
    directory.publish()
    reopened = edition.open_edition(directory.store, edition=march.fingerprint)
    assert seen(directory, reopened) == as_seen_then
    assert record_of(directory, reopened, dt.date(2021, 3, 31)) == record_then


def test_six_revisions_correct_the_newest_month_and_widen_its_range(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    actives = [1_000, 1_040, 1_080, 1_120, 1_160, 1_200, 1_240, 1_280]
    for number, active in enumerate(actives):
        month = add_months(FIRST, number)
        told(directory, month=month, actives=(active,))
        if number:
            # Each month turns out a hundredth higher than it was first printed.
            earlier = add_months(month, -1)
            told(directory, month=earlier, actives=(round(actives[number - 1] * 1.01),))
        directory.publish()
    opened = edition.open_edition(directory.store)
    as_of = add_months(FIRST, len(actives) - 1)
    months = answers.active_by_month(opened, since=None, as_of=as_of)
    known = outlook.revisions(months, before(directory, opened))
    assert known == pytest.approx([0.01] * 7, abs=0.0005)
    found = seen(directory, opened)
    assert found.basis is not None
    assert found.basis.corrected == pytest.approx(12.8, abs=1)
    # The month itself stands as it was counted.
    assert found.active == 1_280


def test_a_month_that_was_revised_already_is_not_corrected_again(tmp_path: Path) -> None:
    directory = month_by_month(tmp_path, 1_000, 1_040, 1_080, 1_120, 1_160, 1_200, 1_240, 1_280)
    for number, active in enumerate((1_010, 1_050, 1_090, 1_130, 1_170, 1_210, 1_250, 1_295)):
        told(directory, month=add_months(FIRST, number), actives=(active,))
    found = seen(directory)
    assert found.active == 1_295
    assert found.basis is not None
    assert found.basis.corrected == 0


def given_of(made: dt.date, miss: int) -> Given:
    ahead = outlook.Ahead(add_months(made, 1), 900, 950, 1_000, 1_050, 1_100)
    return Given(made, made, "0" * 10, ahead, None, 1_000 + miss)


def test_ranges_widen_only_once_24_forecasts_have_missed_too_often() -> None:
    def widening(misses: Sequence[int]) -> float:
        return outlook.widening(
            [given_of(add_months(FIRST, place), miss) for place, miss in enumerate(misses)]
        )

    assert widening([400] * 23) == 1
    assert widening([20] * 30) == 1
    # The 80th percentile of the misses is twice the half range: half of the 48 know it, half do not.
    assert widening([100] * 24) == pytest.approx((24 + 24 * 2) / 48, rel=0.01)


def test_goal_and_month_that_are_not_known_have_no_outlook(tmp_path: Path) -> None:
    opened = made(tmp_path, 1_000, 1_010).publish()
    assert outlook.outlook(opened, as_of=dt.date(2021, 1, 31), goal="nothing") is None
    assert outlook.outlook(opened, as_of=dt.date(2022, 1, 31), goal=GOAL) is None
