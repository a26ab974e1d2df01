"""The country against its goals, month by month."""

import datetime as dt
from itertools import pairwise

from enrollment import answers
from tests.oracle.known import DAYS_PER_MONTH, Known, Row, months, rounded
from tests.oracle.stocks import carried_people, late, people, simulated, sources


def known_months(known: Known) -> list[answers.KnownMonths]:
    return [
        answers.KnownMonths(
            month=month,
            active=people(known, month),
            missing=sum(late(known, month, source) for source in sources(known)),
            carried=carried_people(known, month),
            simulated=simulated(known, month),
        )
        for month in months(known)
    ]


def goal_progress(known: Known, *, as_of: dt.date, goal: str) -> list[answers.GoalProgress]:
    row = goal_with_baseline(known, goal)
    if row is None or as_of not in months(known):
        return []
    target, baseline, due, begun = row["target"], row["baseline"], row["due"], row["baseline_date"]
    active = people(known, as_of)
    stated = as_of >= begun
    gap, rise = target - active, target - baseline
    left = max((due - as_of).days, 0)
    in_all = (due - begun).days

    known_until = [month for month in months(known) if month <= as_of]
    spans = list(pairwise(known_until))[-3:]
    changes = [people(known, later) - people(known, earlier) for earlier, later in spans]
    recent = sum(changes) / len(changes) if changes else None
    needed = max(gap, 0) / left * DAYS_PER_MONTH if stated and left else None
    ratio = needed / recent if needed is not None and recent is not None and recent > 0 else None
    continued = rounded(active + recent * left / DAYS_PER_MONTH) if left and recent is not None else None

    return [
        answers.GoalProgress(
            goal=goal,
            as_of=as_of,
            active=active,
            active_before=people(known, known_until[-2]) if len(known_until) > 1 else None,
            baseline=baseline,
            baseline_date=begun,
            target=target,
            due=due,
            gap=gap,
            rise_needed=rise,
            rise_achieved=active - baseline if stated else None,
            rise_achieved_share=(active - baseline) / rise if stated and rise else None,
            days_left=left,
            needed_per_month=rounded(needed),
            needed_per_month_at_start=rounded(rise / in_all * DAYS_PER_MONTH),
            recent_per_month=rounded(recent),
            recent_months=len(changes),
            pace_ratio=ratio,
            path_active=rounded(baseline + rise * (as_of - begun).days / in_all)
            if begun <= as_of <= due
            else None,
            continued_active=continued,
            continued_gap=target - continued if continued is not None else None,
            status=status(known, row, as_of, recent, ratio),
            missing=sum(late(known, as_of, source) for source in sources(known)),
            carried=carried_people(known, as_of),
            simulated=any(simulated(known, month) for month in known_until[-4:]),
        )
    ]


def status(known: Known, goal: Row, as_of: dt.date, recent: float | None, ratio: float | None) -> str:
    if as_of < goal["baseline_date"]:
        return "unknown"
    by_then = [month for month in months(known) if month <= min(as_of, goal["due"])]
    if by_then and people(known, by_then[-1]) >= goal["target"]:
        return "reached"
    if as_of >= goal["due"]:
        return "missed" if by_then else "unknown"
    if recent is None:
        return "unknown"
    if ratio is None or ratio > 1.05:
        return "behind"
    return "ahead" if ratio < 0.95 else "on_pace"


def goal_with_baseline(known: Known, goal: str) -> Row | None:
    rows = [row for row in known.targets if row["goal"] == goal and row["baseline"] is not None]
    return rows[0] if rows else None


def active_by_month(known: Known, *, since: dt.date | None, as_of: dt.date) -> list[answers.ActiveByMonth]:
    found, before = [], None
    for row in known_months(known):
        change = None if before is None else row.active - before
        before = row.active
        if (since is None or row.month >= since) and row.month <= as_of:
            found.append(
                answers.ActiveByMonth(row.month, row.active, change, row.carried, row.missing, row.simulated)
            )
    return found
