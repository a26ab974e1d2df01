"""Outlook: where an edition leads by a goal's due date, how likely the goal is, and the record so far.

Construction projects end on days of their own and are forecast apart. Events of the register are taken out of
the history and put back; revisions are learned from what earlier editions first said of their newest month,
ranges from what they held. Nothing is used that was published after the edition.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np

from enrollment import answers, pace
from enrollment.answers import ActiveByMonth, Events, Prognoses
from enrollment.edition import Edition, Publication
from enrollment.forecast import QUANTILES, Forecast, Outcome, Step, Together, TooShort, fit
from enrollment.histories import History, monthly
from enrollment.months import add_months, months_apart, months_between, months_until
from enrollment.query import NotRecorded
from enrollment.reference import CONSTRUCTION
from enrollment.scenario import Pledge, Scenario
from enrollment.turnover import Turnover, turnover

RANGE = (0.025, 0.1, 0.5, 0.9, 0.975)
"""The quantiles that are drawn, kept and scored: a thin 95 % range, an 80 % range and the median."""
KEPT_MONTHS = 12
"""So many months ahead a published edition says where it leads."""
REVISIONS = 6
"""From so many known revisions on, the newest month is corrected by their median."""
OUTCOMES = 24
"""From so many forecasts with an outcome on, ranges widen where they held too little."""

_OF_80 = 1.73
_COLUMNS = tuple(QUANTILES.index(share) for share in RANGE)
_ENDS = ("low95", "low80", "median", "high80", "high95")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What may stand on a day: the median, and the ends of the ranges for 80 and 95 in a hundred."""

    day: dt.date
    low95: int
    low80: int
    median: int
    high80: int
    high95: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a forecast rests on: months, those between snapshots, events taken out, people corrected."""

    months: int
    between: int
    events: int
    scheduled: int
    construction: bool
    seasonal: bool
    corrected: int
    widening: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a month leads by the due date of a goal; `reason` says why nowhere: `one_month` or `past`.

    `word` is one of five for the probability; `base_rate` the listed multiple of the pace of the last six
    months and the share of other series that managed it; `likely_per_month` what has to be added in a month
    for the goal to be likely. `turnover` is None where no flow is known.
    """

    as_of: dt.date
    active: int
    target: int
    due: dt.date
    reason: str = ""
    path: tuple[Ahead, ...] = ()
    probability: float | None = None
    word: str | None = None
    needed_per_month: int | None = None
    recent_per_month: int | None = None
    longer_per_month: int | None = None
    base_rate: tuple[float, float] | None = None
    likely_per_month: int | None = None
    basis: Basis | None = None
    turnover: Turnover | None = None
    outcome: Outcome | None = field(default=None, compare=False, repr=False)

    @property
    def at_due(self) -> Ahead | None:
        return self.path[-1] if self.path else None

    @property
    def shortfall(self) -> int | None:
        """Goal less the median; negative where the median passes it."""
        return self.target - self.at_due.median if self.at_due else None

    @property
    def gross_per_month(self) -> int | None:
        """People who have to join in a month: the needed pace, and as many as lapse of those active."""
        if self.needed_per_month is None or self.turnover is None:
            return None
        return self.needed_per_month + round(self.active * self.turnover.lapse)

    @property
    def ratio(self) -> float | None:
        """The needed pace in multiples of that of the last six months; None where nothing is added."""
        if self.needed_per_month is None or not self.longer_per_month or self.longer_per_month < 0:
            return None
        return self.needed_per_month / self.longer_per_month


@dataclass(frozen=True, slots=True)
class Supposed:
    """What an outlook becomes with pledges on top; `added` are the people whom they bring by the due date."""

    path: tuple[Ahead, ...]
    probability: float
    added: int
    scenario: Scenario = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """A range that a published edition gave for a month that has come, and what came, first as printed."""

    made: dt.date
    known_on: dt.date
    edition: str
    ahead: Ahead
    first_print: int | None
    came: int

    @property
    def held80(self) -> bool:
        return self.ahead.low80 <= self.came <= self.ahead.high80

    @property
    def held80_first(self) -> bool | None:
        """Whether the range held what was first printed; None where that is not known."""
        if self.first_print is None:
            return None
        return self.ahead.low80 <= self.first_print <= self.ahead.high80

    @property
    def held95(self) -> bool:
        return self.ahead.low95 <= self.came <= self.ahead.high95


@dataclass(frozen=True, slots=True)
class Scored:
    """What was officially foretold for a day that has come, and the model's range of that time beside it.

    `given` is the last range for that day that an edition published by then gave; None where none had one.
    """

    prognosis: Prognoses
    came: int
    given: Given | None


def outlook(
    edition: Edition, *, as_of: dt.date, goal: str, earlier: Sequence[Publication] = ()
) -> Outlook | None:
    """Where a month leads by the due date of a goal; `earlier` are the publications before this edition.

    None when the edition knows neither the month nor the goal. It is told of the whole country, whatever is
    seen of the edition.
    """
    edition = edition.whole
    rows = answers.goal_progress(edition, as_of=as_of, goal=goal)
    if not rows:
        return None
    progress = rows[0]
    months = answers.active_by_month(edition, since=None, as_of=as_of)
    stand = Outlook(
        as_of=as_of,
        active=progress.active,
        target=progress.target,
        due=progress.due,
        needed_per_month=progress.needed_per_month,
        recent_per_month=progress.recent_per_month,
        longer_per_month=_whole(pace.recent_per_month([row.active for row in months], pace.LONGER)),
        turnover=turnover(edition, as_of=as_of),
    )
    try:
        outcome, basis = fitted(edition, months, earlier)
    except TooShort:
        return replace(stand, reason="past" if progress.due <= as_of else "one_month")
    stand = replace(stand, outcome=outcome, basis=basis)
    if progress.due <= as_of:
        return replace(stand, reason="past")
    ahead = months_until(as_of, progress.due)
    probability = outcome.probability(ahead, progress.target)
    return replace(
        stand,
        path=path(outcome, as_of, progress.due),
        probability=probability,
        word=pace.in_words(probability),
        base_rate=None if stand.ratio is None else pace.base_rate(stand.ratio),
        likely_per_month=round(pace.likely_per_month(outcome, progress.active, ahead, progress.target)),
    )


def supposed(found: Outlook, pledges: Sequence[Pledge]) -> Supposed:
    """An outlook that leads somewhere with pledges on top, their months counted from its own.

    Raises ValueError where it leads nowhere.
    """
    if found.outcome is None or not found.path:
        raise ValueError(found.reason)
    scenario = Scenario(found.outcome, tuple(pledges))
    ahead = months_until(found.as_of, found.due)
    return Supposed(
        path=path(scenario, found.as_of, found.due),
        probability=scenario.probability(ahead, found.target),
        added=round(float(scenario.expected([ahead])[0])),
        scenario=scenario,
    )


def kept(found: Outlook | None, goal: str) -> dict[str, Any]:
    """A forecast as it is kept with the publication of its edition; empty where there is none."""
    if found is None or found.outcome is None:
        return {}
    return {
        "as_of": found.as_of.isoformat(),
        "goal": goal,
        "probability": found.probability,
        "outlook": found.word,
        "path": [
            {"day": point.day.isoformat(), **{name: getattr(point, name) for name in _ENDS}}
            for point in path(found.outcome, found.as_of, add_months(found.as_of, KEPT_MONTHS))
        ],
    }


def path(outcome: Outcome | Scenario, as_of: dt.date, until: dt.date) -> tuple[Ahead, ...]:
    """What may stand at each month end up to a day, and on that day."""
    days = [*(end for end in months_between(add_months(as_of, 1), until) if end < until), until]
    rows = outcome.quantiles([months_until(as_of, day) for day in days])[:, _COLUMNS].tolist()
    return tuple(Ahead(day, *(round(value) for value in row)) for day, row in zip(days, rows, strict=True))


def record(months: Sequence[ActiveByMonth], earlier: Sequence[Publication]) -> tuple[Given, ...]:
    """The ranges that earlier editions gave for months that have come, by month and when they were made.

    Of several editions that opened with the same month the first counts: it knew least.
    """
    came = {row.month: row.active for row in months}
    printed = {made: publication for made, publication in _first_of_each_month(earlier) if made in came}
    given = []
    for made, publication in printed.items():
        for point in publication.forecast.get("path", ()):
            ahead = Ahead(dt.date.fromisoformat(point["day"]), *(point[name] for name in _ENDS))
            if ahead.day in came:
                first = printed.get(ahead.day)
                first_print = int(first.headline["active"]) if first else None
                given.append(
                    Given(made, publication.known_on, publication.short, ahead, first_print, came[ahead.day])
                )
    return tuple(sorted(given, key=lambda each: (each.ahead.day, each.made)))


def scored(
    prognoses: Sequence[Prognoses], months: Sequence[ActiveByMonth], given: Sequence[Given]
) -> tuple[Scored, ...]:
    """The official prognoses whose day has come, in the order given; days that no month ends on are none."""
    came = {row.month: row.active for row in months}
    found = []
    for row in prognoses:
        if row.due in came:
            then = [each for each in given if each.ahead.day == row.due and each.known_on <= row.stated_on]
            model = max(then, key=lambda each: each.made, default=None)
            found.append(Scored(row, came[row.due], model))
    return tuple(found)


def revisions(months: Sequence[ActiveByMonth], earlier: Sequence[Publication]) -> tuple[float, ...]:
    """By which share each month but the last was revised since it was first printed, oldest first."""
    came = {row.month: row.active for row in months[:-1]}
    return tuple(
        came[month] / publication.headline["active"] - 1
        for month, publication in _first_of_each_month(earlier)
        if month in came and publication.headline["active"]
    )


def fitted(
    edition: Edition, months: Sequence[ActiveByMonth], earlier: Sequence[Publication]
) -> tuple[Outcome, Basis]:
    """The forecast of a history and what it rests on. Raises TooShort."""
    as_of = months[-1].month
    whole = monthly(History(tuple(row.month for row in months), tuple(float(row.active) for row in months)))
    values = np.array(whole.values)
    first = add_months(as_of, 1 - len(values))
    construction = _construction(edition, as_of)
    apart = np.array([construction.get(month, 0) for month in months_between(first, as_of)], dtype=float)
    corrected, variance = _revised(months, earlier)
    values[-1] += corrected
    events = [event for event in _events(edition, as_of) if event.month > first]
    of_projects = [_step(event, as_of) for event in events if CONSTRUCTION in (event.segment, event.source)]
    of_others = [_step(event, as_of) for event in events if CONSTRUCTION not in (event.segment, event.source)]
    wider = widening(record(months, earlier))
    cap = _cap(edition, as_of)
    parts: tuple[Forecast, ...]
    if apart.any():
        parts = (
            fit(values - apart, month=as_of.month, steps=of_others, variance=variance, widening=wider),
            fit(apart, month=as_of.month, steps=of_projects, widening=wider),
        )
    else:
        steps = [*of_others, *of_projects]
        parts = (fit(values, month=as_of.month, steps=steps, variance=variance, widening=wider),)
    return Together(parts, cap=cap), Basis(
        months=len(values),
        between=whole.between,
        events=sum(event.month <= as_of for event in events),
        scheduled=sum(event.month > as_of for event in events),
        construction=len(parts) > 1,
        seasonal=any(part.seasonal for part in parts),
        corrected=round(corrected),
        widening=wider,
    )


def _revised(months: Sequence[ActiveByMonth], earlier: Sequence[Publication]) -> tuple[float, float]:
    """What the newest month is likely to be revised by, in people, and the variance of that."""
    newest = months[-1]
    printed = dict(_first_of_each_month(earlier)).get(newest.month)
    known = revisions(months, earlier)[-REVISIONS:]
    if len(known) < REVISIONS or (printed and printed.headline["active"] != newest.active):
        return 0.0, 0.0
    return float(np.median(known)) * newest.active, float(np.var(known)) * newest.active**2


def _step(event: Events, as_of: dt.date) -> Step:
    return Step(months_apart(as_of, event.month), event.people)


def _construction(edition: Edition, as_of: dt.date) -> Mapping[dt.date, int]:
    try:
        rows = answers.breakdown_by_month(edition, dimension="segment", as_of=as_of)
    except NotRecorded:
        return {}
    return {row.month: row.active for row in rows if row.part == CONSTRUCTION}


def _events(edition: Edition, as_of: dt.date) -> list[Events]:
    """Events up to the month, and endings to come, which are known beforehand."""
    return [row for row in answers.events(edition, as_of=as_of) if not row.scheduled or row.kind == "ending"]


def _cap(edition: Edition, as_of: dt.date) -> float | None:
    """The workers of the country who could take part, where their number is known and undisputed."""
    country = [
        row.eligible
        for row in answers.eligible_workers(edition, as_of=as_of)
        if row.province is None and not row.disputed
    ]
    return float(country[0]) if country else None


def _first_of_each_month(earlier: Sequence[Publication]) -> list[tuple[dt.date, Publication]]:
    """The first publication that opened with each month, by month."""
    told = [
        (dt.date.fromisoformat(publication.headline["as_of"]), publication)
        for publication in sorted(earlier, key=lambda each: each.number)
        if publication.headline
    ]
    told.sort(key=lambda pair: pair[0])
    return [next(group) for _, group in groupby(told, key=lambda pair: pair[0])]


def widening(given: Sequence[Given]) -> float:
    """By how much ranges widen: only once enough have come, and only if they held too little."""
    forecasts = len({each.made for each in given})
    if forecasts < OUTCOMES:
        return 1.0
    misses = [
        abs(each.came - each.ahead.median) / max((each.ahead.high80 - each.ahead.low80) / 2 / _OF_80, 1e-9)
        for each in given
    ]
    factor = max(1.0, float(np.quantile(misses, 0.8)) / _OF_80)
    return (OUTCOMES + forecasts * factor) / (OUTCOMES + forecasts)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
