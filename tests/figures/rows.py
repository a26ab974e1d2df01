"""Rows of answers as an edition would give them, for the figures' tests."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from enrollment import pace
from enrollment.answers import (
    ActiveByMonth,
    Annotations,
    Breakdown,
    BreakdownByMonth,
    CommitmentBridge,
    CommitmentByMonth,
    CommitmentBySource,
    CommitmentLadder,
    Crosstab,
    EditionChanges,
    GoalProgress,
    MovementByMonth,
    Prognoses,
    PublishedActive,
    PublishedGoals,
    ReconciliationByMonth,
    RetentionByJoiningMonth,
)
from enrollment.figures.outlook.chances import Aim
from enrollment.forecast import fit
from enrollment.months import add_months
from enrollment.outlook import Ahead, Basis, Given, Outlook, Supposed, path, supposed
from enrollment.scenario import Pledge, realisation

AUGUST = dt.date(2021, 8, 31)
HOSTILE = '<b>x</b> <a href="http://host/">y</a> $z$ &lt; %{x}\n'
ACTIVE = (
    29_980_000,
    28_865_000,
    27_750_000,
    27_790_000,
    28_093_333,
    28_396_667,
    28_700_000,
    28_950_000,
    29_200_000,
)


def progress(**changes: Any) -> GoalProgress:
    """August 2021 against the goal of 38 million."""
    row = GoalProgress(
        goal="38",
        as_of=AUGUST,
        active=29_200_000,
        active_before=28_950_000,
        baseline=27_700_000,
        baseline_date=dt.date(2021, 4, 9),
        target=38_000_000,
        due=dt.date(2021, 12, 31),
        gap=8_800_000,
        rise_needed=10_300_000,
        rise_achieved=1_500_000,
        rise_achieved_share=0.1456,
        days_left=122,
        needed_per_month=2_195_492,
        needed_per_month_at_start=1_178_564,
        recent_per_month=267_778,
        recent_months=3,
        pace_ratio=8.2,
        path_active=33_275_188,
        continued_active=30_273_309,
        continued_gap=7_726_691,
        status="behind",
        missing=0,
        carried=0,
        simulated=True,
    )
    return replace(row, **changes)


def outlook(**changes: Any) -> Outlook:
    """Where that August leads: 8.1 million short, out of reach."""
    row = Outlook(
        as_of=AUGUST,
        active=29_200_000,
        target=38_000_000,
        due=dt.date(2021, 12, 31),
        path=(
            Ahead(dt.date(2021, 9, 30), 28_700_000, 29_020_000, 29_390_000, 29_760_000, 30_080_000),
            Ahead(dt.date(2021, 10, 31), 28_410_000, 28_970_000, 29_570_000, 30_170_000, 30_730_000),
            Ahead(dt.date(2021, 11, 30), 28_140_000, 28_940_000, 29_740_000, 30_540_000, 31_340_000),
            Ahead(dt.date(2021, 12, 31), 27_900_000, 28_930_000, 29_910_000, 30_890_000, 31_920_000),
        ),
        probability=0.00002,
        word="out_of_reach",
        needed_per_month=2_195_492,
        recent_per_month=267_778,
        longer_per_month=241_667,
        base_rate=(4.0, 0.07),
    )
    return replace(row, **changes)


def nowhere(reason: str, **changes: Any) -> Outlook:
    """No forecast, and why."""
    return outlook(reason=reason, path=(), probability=None, word=None, base_rate=None, **changes)


def months(
    active: Sequence[int] = ACTIVE, first: dt.date = dt.date(2020, 12, 31), carried: Sequence[int] = ()
) -> tuple[ActiveByMonth, ...]:
    """Consecutive months; those at the positions in `carried` carry people forward."""
    return tuple(
        ActiveByMonth(
            month=add_months(first, place),
            active=people,
            net_change=people - active[place - 1] if place else None,
            carried=42_180 if place in carried else 0,
            missing=int(place in carried),
            simulated=True,
        )
        for place, people in enumerate(active)
    )


def published() -> tuple[PublishedActive, ...]:
    """Figures as published, one of them disputed and one that is the baseline."""
    figures = (
        (dt.date(2021, 2, 28), 27_750_000, False),
        (dt.date(2021, 4, 9), 27_700_000, False),
        (dt.date(2021, 6, 30), 28_700_000, False),
        (dt.date(2021, 6, 30), 29_100_000, True),
    )
    return tuple(
        PublishedActive(day, people, "high", disputed, "https://example.org", None)
        for day, people, disputed in figures
    )


def goals(document: str = "Siaran pers") -> tuple[PublishedGoals, ...]:
    """Two goals for 2021 and one for another year."""
    rows = (
        ("48", 2021, 48_500_000, None),
        ("38", 2021, 38_000_000, dt.date(2021, 4, 9)),
        ("x", 2026, 70_000_000, None),
    )
    return tuple(
        PublishedGoals(
            goal=goal,
            year=year,
            target=target,
            due=dt.date(year, 12, 31),
            baseline=27_700_000,
            baseline_date=dt.date(2021, 4, 9),
            definition="aktif",
            definition_en="active",
            document=document,
            document_en=document,
            source="https://example.org",
            stated_on=stated_on,
            superseded_by=None,
            is_default=goal == "38",
        )
        for goal, year, target, stated_on in rows
    )


def commitments(name: str = "BUMDes") -> tuple[CommitmentBySource, ...]:
    """The three sources of the agreement, and one that never delivered."""
    rows = (
        ("BUMDES", name, 39_844, 12_400),
        ("TPP", "TPP desa", 34_449, 31_900),
        ("NON_ASN", "Non-ASN", 1_039, 1_000),
        ("NELAYAN", "Nelayan", 500, None),
    )
    return tuple(
        CommitmentBySource(
            agreement="PKB",
            source=source,
            name=called,
            name_en=called,
            partner_name=name,
            partner_name_en=name,
            signed_on=dt.date(2021, 4, 9),
            committed=committed,
            active=active,
            outstanding=committed - (active or 0),
        )
        for source, called, committed, active in rows
    )


def steps(
    baseline: int = 27_700_000, verified: int = 1_500_000, committed: int = 30_532, target: int = 38_000_000
) -> tuple[CommitmentBridge, ...]:
    """The five steps; what is left is promised by nobody."""
    rise = target - baseline
    left = rise - verified - committed
    return (
        CommitmentBridge("baseline", baseline, None),
        CommitmentBridge("verified", verified, verified / rise),
        CommitmentBridge("committed", committed, committed / rise),
        CommitmentBridge("unassigned", left, left / rise),
        CommitmentBridge("target", target, None),
    )


def rung(source: str, committed: int, **said: Any) -> CommitmentLadder:
    """A commitment of April whose roster of August was reconciled, 9,590 behind its plan."""
    row = CommitmentLadder(
        agreement="PKB",
        source=source,
        name=source,
        name_en=source,
        partner_name="Kemendes",
        partner_name_en="Kemendes",
        signed_on=dt.date(2021, 4, 9),
        committed=committed,
        roster_month=AUGUST,
        received=26_344,
        matched=17_888,
        active_all=12_410,
        other_source=120,
        listed=8_336,
        promised=13_500,
        newly_active=9_874,
        people_since=dt.date(2020, 12, 31),
        agreed="JKK+JHT+JKM",
        planned=22_000,
        plan_until=dt.date(2021, 12, 31),
        ahead=-9_590,
        status="behind",
        simulated=True,
    )
    return replace(row, **said)


NO_ROSTER: Any = {
    **dict.fromkeys(("roster_month", "received", "matched", "active_all", "other_source", "listed")),
    **dict.fromkeys(("newly_active", "people_since", "agreed", "planned", "plan_until", "ahead")),
    "status": "unknown",
}


def ladder(name: str = "BUMDes") -> tuple[CommitmentLadder, ...]:
    """One source behind, one on schedule, a small one, and one without a roster."""
    return (
        rung("BUMDES", 39_844, name=name, name_en=name),
        rung(
            "TPP",
            34_449,
            received=34_449,
            matched=33_288,
            active_all=31_870,
            listed=1_031,
            promised=0,
            newly_active=9_214,
            planned=31_000,
            plan_until=dt.date(2021, 9, 30),
            ahead=870,
            status="on_pace",
        ),
        rung(
            "NON_ASN",
            1_039,
            received=1_039,
            matched=1_024,
            active_all=1_002,
            listed=15,
            promised=0,
            newly_active=118,
            people_since=dt.date(2021, 6, 30),
            planned=None,
            plan_until=None,
            ahead=None,
            status="unknown",
        ),
        rung("NELAYAN", 500, promised=500, **NO_ROSTER),
    )


def scheduled() -> tuple[CommitmentByMonth, ...]:
    """A plan until December, reached until August, and a plan that was passed."""
    bumdes = ((5, 2_000, 500), (6, 8_000, 3_900), (7, 15_000, 8_100), (8, 22_000, 12_410), (12, 39_844, None))
    tpp = ((7, 27_000, 27_400), (8, 31_000, 31_870), (9, 34_449, None))
    return tuple(
        CommitmentByMonth(source, add_months(AUGUST, month - 8), committed, planned, reached)
        for source, committed, rows in (("BUMDES", 39_844, bumdes), ("TPP", 34_449, tpp))
        for month, planned, reached in rows
    )


def part(key: str | None, closing: int, net_change: int | None = None, new: int | None = 0) -> Breakdown:
    """One part of a dimension."""
    return Breakdown(
        part=key,
        opening=None if net_change is None else closing - net_change,
        new=new,
        reactivated=0,
        moved_in=0,
        lapsed=0,
        moved_out=0,
        reclassified_in=0,
        reclassified_out=0,
        correction=0,
        flows_unknown=0,
        closing=closing,
        net_change=net_change,
        carried=0,
        simulated=False,
    )


def pair(key: str | None, across: str | None, closing: int, net_change: int | None = None) -> Crosstab:
    """Two parts at once."""
    opening = None if net_change is None else closing - net_change
    return Crosstab(key, across, opening, 0, 0, 0, closing, net_change, 0)


@dataclass(frozen=True)
class Tile:
    """A province's place on the grid."""

    province: str
    short: str
    tile_column: int
    tile_row: int


TILES = (Tile("ID-JB", "JB", 5, 5), Tile("ID-JT", "JT", 6, 5), Tile("ID-BA", "BA", 14, 5))


def monthly(parts: Sequence[str | None], count: int = 3) -> tuple[BreakdownByMonth, ...]:
    """`count` months up to August of parts that grow at different paces."""
    return tuple(
        BreakdownByMonth(
            month=add_months(AUGUST, month - count + 1),
            part=key,
            active=100_000 * (place + 1) + 1_000 * month * (place + 1),
            net_change=1_000 * (place + 1) if month else None,
            new=5,
            reactivated=0,
            lapsed=0,
            carried=0,
        )
        for month in range(count)
        for place, key in enumerate(parts)
    )


def moved(month: dt.date = AUGUST, **changes: Any) -> MovementByMonth:
    """A month whose identity closes."""
    row = MovementByMonth(
        month=month,
        opening=28_950_000,
        new=572_795,
        reactivated=298_985,
        moved_in=40_862,
        lapsed=621_780,
        moved_out=40_862,
        reclassified_in=None,
        reclassified_out=None,
        correction=0,
        closing=29_200_000,
        flows_unknown=0,
        carried=0,
    )
    return replace(row, **changes)


def movements(count: int = 3) -> tuple[MovementByMonth, ...]:
    """`count` months up to August, of which the first knows no month before it and the second no flows."""
    nothing: Any = dict.fromkeys(("new", "reactivated", "moved_in", "lapsed", "moved_out"))
    rows = [moved(add_months(AUGUST, place - count + 1)) for place in range(count)]
    rows[0] = replace(rows[0], **nothing, opening=None, correction=None, flows_unknown=None)
    rows[1] = replace(rows[1], **nothing, correction=250_000, flows_unknown=250_000)
    return tuple(rows)


def revised() -> tuple[EditionChanges, ...]:
    """What moved August from 28,604,120 to 28,700,000 between two editions."""
    moved = (
        ("BUMDES", "late_source", 61_240),
        ("BESAR", "correction", 48_900),
        ("TPP", "consequence", -14_260),
    )
    return tuple(
        EditionChanges(AUGUST, source, cause, 1_000_000, 1_000_000 + change, change)
        for source, cause, change in moved
    )


def remark(day: dt.date = dt.date(2021, 7, 9), said: str = "MoU") -> Annotations:
    """What somebody noted of a day."""
    return Annotations(day, said, said, said, said)


def followed(count: int = 4, people: Sequence[int] = (200, 12, 1_000)) -> tuple[RetentionByJoiningMonth, ...]:
    """People who joined in `count` months up to August and are fewer each month."""
    rows = []
    for place in range(count):
        joined, size = add_months(AUGUST, place - count + 1), people[place % len(people)]
        for months_since in range(count - place):
            active = size - size * months_since // 10
            rows.append(
                RetentionByJoiningMonth(
                    joined, add_months(joined, months_since), months_since, size, active, active / size
                )
            )
    return tuple(rows)


def roster(month: dt.date = AUGUST, **changes: Any) -> ReconciliationByMonth:
    """A roster of August 2021; rows and people are those of its classes unless they are given."""
    classes = {
        "active_all": 12_410,
        "active_part": 5_478,
        "other_source": 894,
        "lapsed": 1_126,
        "not_found": 6_436,
        "duplicate": 611,
        "invalid": 345,
        "out_of_scope": 78,
    }
    classes |= {name: changes.pop(name) for name in classes if name in changes}
    people = sum(list(classes.values())[:5])
    lapsed, not_found = classes["lapsed"], classes["not_found"]
    states = {"active": people - lapsed - not_found, "lapsed": lapsed, "never": not_found}
    facts: dict[str, Any] = {
        "source": "BUMDES",
        "name": "7f3a2c",
        "rule_version": 1,
        "agreement": "PKB-2021-04-09",
        "agreed_on": dt.date(2021, 4, 9),
        "agreed": "JKK+JKM+JHT",
        "file": "daftar.csv",
        "reconciled_at": dt.datetime(2021, 9, 13, 2, 12),  # noqa: DTZ001
        "rows": sum(classes.values()),
        "people": people,
        **{
            f"{programme}_{state}": people
            for programme in ("jkk", "jht", "jkm")
            for state, people in states.items()
        },
        "near_misses": 143,
        "confirmed": 0,
        "reverse": 12,
        "newly_active": 8_000,
        "people_since": dt.date(2020, 12, 31),
        "newly_registered": 900,
        "joined": 1_000,
        "left_roster": 10,
        "lost": 7,
        "totals_only": "",
        "carried": "",
        "simulated": True,
    }
    return ReconciliationByMonth(month=month, **classes | facts | changes)


def leading(active: Sequence[int] = ACTIVE, **changes: Any) -> Outlook:
    """Where a history up to August 2021 leads by the end of the year, against 38 million."""
    outcome, row = fit(active, month=AUGUST.month), progress()
    target = changes.get("target", row.target)
    probability = outcome.probability(4, target)
    longer = (active[-1] - active[max(-7, -len(active))]) / min(6, len(active) - 1)
    needed = round(max(target - active[-1], 0) / row.days_left * 30.4375)
    found = Outlook(
        as_of=AUGUST,
        active=active[-1],
        target=row.target,
        due=row.due,
        path=path(outcome, AUGUST, row.due),
        probability=probability,
        word=pace.in_words(probability),
        needed_per_month=needed,
        recent_per_month=round((active[-1] - active[max(-4, -len(active))]) / min(3, len(active) - 1)),
        longer_per_month=round(longer),
        base_rate=pace.base_rate(needed / longer) if longer > 0 else None,
        likely_per_month=round(pace.likely_per_month(outcome, active[-1], 4, target)),
        basis=Basis(len(active), 0, 2, 0, True, False, 0, 1.0),
        outcome=outcome,
    )
    return replace(found, **changes)


def no_outlook(reason: str, **changes: Any) -> Outlook:
    """A month that leads nowhere, because it is the only one or the goal is due."""
    row = progress()
    known: Any = {"needed_per_month": row.needed_per_month if reason == "one_month" else None, **changes}
    return Outlook(AUGUST, row.active, row.target, row.due, reason, **known)


def foretold() -> Prognoses:
    """The body's own prognosis of September 2021."""
    due, document = dt.date(2021, 12, 31), "Keterangan pers"
    return Prognoses(dt.date(2021, 9, 15), due, 30_500_000, document, document, "https://example.org")


def with_pledge(stand: Outlook, people: int) -> Supposed:
    """An outlook with a pledge on top, of which half comes."""
    return supposed(stand, (Pledge(people, 1, realisation(()), 0.5),))


def aims(scenario: float | None = None) -> tuple[Aim, ...]:
    """A prognosis and two goals, with a chance each."""
    stated = dt.date(2021, 9, 15)
    return (
        Aim("prognosis", "", 30_500_000, stated, False, 0.21, scenario),
        Aim("goal", "33", 33_670_000, stated, False, 0.004, scenario),
        Aim("goal", "38", 38_000_000, None, True, 0.0, scenario),
    )


def given(came: Sequence[int] = (29_200_000, 28_950_000)) -> tuple[Given, ...]:
    """Ranges that July's edition gave for August, of 29.1 million give or take 0.33, and what came."""
    july = add_months(AUGUST, -1)
    ahead = Ahead(AUGUST, 28_423_000, 28_775_000, 29_105_000, 29_435_000, 29_787_000)
    return tuple(Given(july, AUGUST, "9a4fb4f1c6", ahead, people - 10_000, people) for people in came)
