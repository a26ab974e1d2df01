"""Outlook: where an edition's figures lead by a goal's due date, how likely the goal is, and the record so far.

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
from enrollment.answers import Events
from enrollment.edition import Edition, Publication
from enrollment.forecast import QUANTILES, Forecast, Outcome, Step, Together, TooShort, fit
from enrollment.histories import History, monthly
from enrollment.months import add_months, months_between, months_until
from enrollment.query import NotRecorded

CONSTRUCTION = "JAKON"
RANGE = (0.025, 0.1, 0.5, 0.9, 0.975)
"""The quantiles that are drawn, kept and scored: a thin 95 % range, an 80 % range and the median."""
KEPT_MONTHS = 12
"""So many months ahead a published edition says where it leads."""
REVISIONS = 6
"""From so many known revisions on, the newest month is corrected by their median."""
OUTCOMES = 24
"""From so many outcomes on, ranges widen where they held too little."""

_OF_80 = 1.73
_COLUMNS = tuple(QUANTILES.index(share) for share in RANGE)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What may stand on a day: the median, and the ends of the ranges that hold 80 and 95 times in a hundred."""

    day: dt.date
    low95: int
    low80: int
    median: int
    high80: int
    high95: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a forecast rests on: months, how many lie between snapshots, events taken out, what was corrected."""

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
    """Where a month leads by the due date of a goal. `reason` says why there is no forecast: `one_month` or `past`.

    `word` is one of five for the probability; `base_rate` the listed multiple of the pace of the last six months
    and the share of other series that managed it; `likely_per_month` what has to be added in a month for the goal
    to be likely.
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
    outcome: Outcome | None = field(default=None, compare=False, repr=False)

    @property
    def at_due(self) -> Ahead | None:
        return self.path[-1] if self.path else None

    @property
    def shortfall(self) -> int | None:
        """Goal less the median; negative where the median passes it."""
        return self.target - self.at_due.median if self.at_due else None

    @property
    def ratio(self) -> float | None:
        """The needed pace in multiples of that of the last six months; None where nothing is added."""
        if self.needed_per_month is None or not self.longer_per_month or self.longer_per_month < 0:
            return None
        return self.needed_per_month / self.longer_per_month


@dataclass(frozen=True, slots=True)
class Given:
    """A range that a published edition gave for a month that has come, with what came: first as it was printed."""

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
    def held95(self) -> bool:
        return self.ahead.low95 <= self.came <= self.ahead.high95


def outlook(
    edition: Edition, *, as_of: dt.date, goal: str, earlier: Sequence[Publication] = ()
) -> Outlook | None:
    """Where a month leads by the due date of a goal; `earlier` are the publications before this edition.

    None when the edition knows neither the month nor the goal.
    """
    rows = answers.goal_progress(edition, as_of=as_of, goal=goal)
    if not rows:
        return None
    progress = rows[0]
    known = [float(row.active) for row in answers.active_by_month(edition, since=None, as_of=as_of)]
    stand = {
        "as_of": as_of,
        "active": progress.active,
        "target": progress.target,
        "due": progress.due,
        "needed_per_month": progress.needed_per_month,
        "recent_per_month": progress.recent_per_month,
        "longer_per_month": _whole(pace.recent_per_month(known, pace.LONGER)),
    }
    if progress.due <= as_of:
        return Outlook(**stand, reason="past")
    try:
        outcome, basis = fitted(edition, as_of, earlier)
    except TooShort:
        return Outlook(**stand, reason="one_month")
    months = months_until(as_of, progress.due)
    probability = outcome.probability(months, progress.target)
    found = Outlook(
        **stand,
        path=_path(outcome, as_of, progress.due),
        probability=probability,
        word=pace.in_words(probability),
        likely_per_month=round(pace.likely_per_month(outcome, progress.active, months, progress.target)),
        basis=basis,
        outcome=outcome,
    )
    if found.ratio is None:
        return found
    return replace(found, base_rate=pace.base_rate(found.ratio))


def kept(edition: Edition, *, as_of: dt.date, goal: str, earlier: Sequence[Publication]) -> dict[str, Any]:
    """The forecast of an edition as it is kept with its publication; empty where there is none."""
    found = outlook(edition, as_of=as_of, goal=goal, earlier=earlier)
    try:
        outcome, _ = fitted(edition, as_of, earlier)
    except TooShort:
        return {}
    ends = _path(outcome, as_of, add_months(as_of, KEPT_MONTHS))
    return {
        "as_of": as_of.isoformat(),
        "goal": goal,
        "probability": found and found.probability,
        "outlook": found and found.word,
        "path": [
            {"day": point.day.isoformat(), **{name: getattr(point, name) for name in _NAMES}} for point in ends
        ],
    }


_NAMES = ("low95", "low80", "median", "high80", "high95")


def record(edition: Edition, *, as_of: dt.date, earlier: Sequence[Publication]) -> tuple[Given, ...]:
    """The ranges that earlier editions gave for months that have come, by month and when they were made.

    Of several editions that opened with the same month the first counts: it knew least.
    """
    came = {row.month: row.active for row in answers.active_by_month(edition, since=None, as_of=as_of)}
    printed = {made: publication for made, publication in _first_of_each_month(earlier) if made <= as_of}
    given = []
    for made, publication in printed.items():
        for point in publication.forecast.get("path", ()):
            ahead = Ahead(dt.date.fromisoformat(point["day"]), *(point[name] for name in _NAMES))
            if ahead.day in came:
                first = printed.get(ahead.day)
                first_print = int(first.headline["active"]) if first else None
                given.append(
                    Given(made, publication.known_on, publication.short, ahead, first_print, came[ahead.day])
                )
    return tuple(sorted(given, key=lambda each: (each.ahead.day, each.made)))


def revisions(edition: Edition, *, as_of: dt.date, earlier: Sequence[Publication]) -> tuple[float, ...]:
    """By which share each month before `as_of` was revised since it was first printed, oldest first."""
    came = {row.month: row.active for row in answers.active_by_month(edition, since=None, as_of=as_of)}
    return tuple(
        came[month] / publication.headline["active"] - 1
        for month, publication in _first_of_each_month(earlier)
        if month < as_of and month in came and publication.headline["active"]
    )


def fitted(edition: Edition, as_of: dt.date, earlier: Sequence[Publication]) -> tuple[Outcome, Basis]:
    """The forecast of a month's history and what it rests on. Raises TooShort."""
    rows = answers.active_by_month(edition, since=None, as_of=as_of)
    construction = _construction(edition, as_of)
    whole = monthly(History(tuple(row.month for row in rows), tuple(float(row.active) for row in rows)))
    first = add_months(as_of, 1 - len(whole.values))
    apart = np.array([construction.get(month, 0) for month in months_between(first, as_of)], dtype=float)
    values = np.array(whole.values)
    known = revisions(edition, as_of=as_of, earlier=earlier)[-REVISIONS:]
    corrected, variance = 0.0, 0.0
    if len(known) == REVISIONS and _is_first_print(as_of, values[-1], earlier):
        corrected = float(np.median(known)) * values[-1]
        variance = float(np.var(known)) * values[-1] ** 2
    values[-1] += corrected
    events = [event for event in _events(edition, as_of) if event.month > first]
    steps = {
        apart_too: [
            Step(_months_from(as_of, event.month), event.people)
            for event in events
            if (CONSTRUCTION in (event.segment, event.source)) == apart_too
        ]
        for apart_too in (False, True)
    }
    widening = _widening(record(edition, as_of=as_of, earlier=earlier))
    cap = _cap(edition, as_of)
    month = as_of.month
    outcome: Outcome
    if apart.any():
        rest = fit(values - apart, month=month, steps=steps[False], variance=variance, widening=widening)
        projects = fit(apart, month=month, steps=steps[True], widening=widening)
        outcome, seasonal = Together((rest, projects), cap=cap), rest.seasonal or projects.seasonal
    else:
        both = [*steps[False], *steps[True]]
        alone: Forecast = fit(
            values, month=month, steps=both, variance=variance, widening=widening, cap=cap
        )
        outcome, seasonal = alone, alone.seasonal
    return outcome, Basis(
        months=len(values),
        between=whole.between,
        events=sum(event.month <= as_of for event in events),
        scheduled=sum(event.month > as_of for event in events),
        construction=bool(apart.any()),
        seasonal=seasonal,
        corrected=round(corrected),
        widening=widening,
    )


def _path(outcome: Outcome, as_of: dt.date, until: dt.date) -> tuple[Ahead, ...]:
    days = [*(end for end in months_between(add_months(as_of, 1), until) if end < until), until]
    rows = outcome.quantiles([months_until(as_of, day) for day in days])[:, _COLUMNS]
    return tuple(Ahead(day, *(round(value) for value in row)) for day, row in zip(days, rows.tolist(), strict=True))


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


def _is_first_print(as_of: dt.date, value: float, earlier: Sequence[Publication]) -> bool:
    printed = dict(_first_of_each_month(earlier)).get(as_of)
    return printed is None or printed.headline["active"] == value


def _widening(given: Sequence[Given]) -> float:
    """By how much ranges widen: only once enough have come, and only if they held too little."""
    if len(given) < OUTCOMES:
        return 1.0
    misses = [
        abs(each.came - each.ahead.median) / max((each.ahead.high80 - each.ahead.low80) / 2 / _OF_80, 1e-9)
        for each in given
    ]
    factor = max(1.0, float(np.quantile(misses, 0.8)) / _OF_80)
    return (OUTCOMES + len(given) * factor) / (OUTCOMES + len(given))


def _months_from(as_of: dt.date, month: dt.date) -> int:
    return (month.year - as_of.year) * 12 + month.month - as_of.month


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
