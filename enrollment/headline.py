"""The headline of an edition: the goal and month that everything opens with, the status and outlook there."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from enrollment import answers, outlook
from enrollment.edition import Edition, Publication


class NoGoal(Exception):
    """No goal in `targets.csv` has a baseline, so there is nothing to measure against."""


def default_month(opened: Edition) -> dt.date:
    """The newest month with nothing missing; where every month misses something, the newest."""
    months = answers.known_months(opened)
    complete = [row.month for row in months if not row.missing]
    return max(complete) if complete else max(row.month for row in months)


def default_goal(opened: Edition, as_of: dt.date | None = None) -> str:
    """The goal that the dashboard opens with; past its due date the last one stated for the month's year.

    Raises NoGoal when reference data hold no goal with a baseline.
    """
    goals = [row for row in answers.published_goals(opened) if row.baseline is not None]
    if not goals:
        raise NoGoal
    chosen = next((row for row in goals if row.is_default), goals[0])
    if as_of and as_of > chosen.due:
        of_the_year = [row for row in goals if row.year == as_of.year]
        chosen = max(of_the_year, key=lambda row: row.stated_on or row.due, default=chosen)
    return chosen.goal


def headline(opened: Edition) -> dict[str, Any]:
    """The status of the default goal at the default month, as it is kept with a publication."""
    as_of = default_month(opened)
    try:
        goal = default_goal(opened, as_of)
    except NoGoal:
        return {}
    rows = answers.goal_progress(opened, as_of=as_of, goal=goal)
    document: dict[str, Any] = json.loads(json.dumps(asdict(rows[0]), default=str)) if rows else {}
    return document


def forecast(opened: Edition, earlier: Sequence[Publication]) -> dict[str, Any]:
    """Where the default month leads, as it is kept with a publication; empty where nothing can be said.

    `earlier` are the publications before this one.
    """
    as_of = default_month(opened)
    try:
        goal = default_goal(opened, as_of)
    except NoGoal:
        return {}
    return outlook.kept(outlook.outlook(opened, as_of=as_of, goal=goal, earlier=earlier), goal)
