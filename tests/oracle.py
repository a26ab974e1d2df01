"""Every question answered the naive way: loops over delivered rows, written from what the words mean.

Nothing here is fast, incremental or shared with the SQL. The stock of a month is looked up in the
delivery that holds it, never carried along; a cell's correction is what its numbers leave over. One
function per question, with its name and keywords, in the answer's row type and order.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise, product
from typing import Any, Unpack

from enrollment import answers
from enrollment.reconciliation.result import Result

Row = Mapping[str, Any]
Cell = tuple[Any, ...]

DIMENSIONS = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")
INWARD = ("new", "reactivated", "moved_in")
OUTWARD = ("lapsed", "moved_out")
RECLASSIFIED = ("reclassified_in", "reclassified_out")
DAYS_PER_MONTH = 30.4375
JAKARTA = dt.timedelta(hours=7)


@dataclass(frozen=True, eq=False)
class Delivery:
    """A file that was accepted: its rows under the program's names, and what is recorded of it.

    A row of kind `members` is one person, named by `person`; of kind `totals` it is a cell.
    """

    month: dt.date
    rows: tuple[Row, ...]
    file: str
    sha256: str
    received_at: dt.datetime
    received_by: str
    kind: str = "totals"
    scope: str = "full"
    key_space: str | None = None


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known on the day of an edition: deliveries in the order of loading, reference rows."""

    deliveries: tuple[Delivery, ...]
    targets: tuple[Row, ...]
    partner_sources: tuple[Row, ...]
    agreements: tuple[Row, ...]
    plans: tuple[Row, ...]
    instructions: tuple[Row, ...]
    provinces: tuple[Row, ...]
    regencies: tuple[Row, ...]
    eligible: tuple[Row, ...]
    annotations: tuple[Row, ...]
    events: tuple[Row, ...]
    prognoses: tuple[Row, ...]
    published_figures: tuple[Row, ...]
    results: tuple[Result, ...] = ()


# Months and numbers


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month of a day."""
    while (day + dt.timedelta(days=1)).month == day.month:
        day += dt.timedelta(days=1)
    return day


def next_month(month: dt.date) -> dt.date:
    return end_of_month(month + dt.timedelta(days=1))


def month_before(month: dt.date) -> dt.date:
    return month.replace(day=1) - dt.timedelta(days=1)


def rounded(number: float | None) -> int | None:
    """To a whole number, halves away from zero."""
    if number is None:
        return None
    return int(Decimal(number).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what is known; not known where nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


@lru_cache(maxsize=4)
def months(known: Known) -> list[dt.date]:
    """From the first month delivered to the last, without a gap."""
    delivered = [delivery.month for delivery in known.deliveries]
    found, month = [], min(delivered)
    while month <= max(delivered):
        found.append(month)
        month = next_month(month)
    return found


# Deliveries and what they say of a source


def rows_of(delivery: Delivery, source: str) -> list[Row]:
    return [row for row in delivery.rows if row["source"] == source]


def received(known: Known, month: dt.date, source: str) -> list[Delivery]:
    """All deliveries for a month and source, in the order of loading."""
    return [item for item in known.deliveries if item.month == month and rows_of(item, source)]


def that_counts(known: Known, month: dt.date, source: str) -> Delivery | None:
    """The delivery loaded last for a month and source."""
    return received(known, month, source)[-1] if received(known, month, source) else None


def last_delivered(known: Known, month: dt.date, source: str) -> Delivery | None:
    """What counts for a month or, failing that, for the nearest month before it."""
    for earlier in reversed([item for item in months(known) if item <= month]):
        if delivery := that_counts(known, earlier, source):
            return delivery
    return None


def owed_from(known: Known) -> dict[str, dt.date]:
    """From which month on each source owes a delivery.

    That is its first month delivered; where the data are the sample's, also the month in which the
    list of partner sources expects it.
    """
    owed: dict[str, dt.date] = {}
    if any(row["simulated"] for delivery in known.deliveries for row in delivery.rows):
        for row in known.partner_sources:
            if row["expected_from"]:
                year, month = row["expected_from"].split("-")
                owed[row["source"]] = end_of_month(dt.date(int(year), int(month), 1))
    for delivery in known.deliveries:
        for row in delivery.rows:
            owed[row["source"]] = min(owed.get(row["source"], delivery.month), delivery.month)
    return owed


def state(known: Known, month: dt.date, source: str) -> str | None:
    """`delivered`, `partial` (people of some provinces are carried), `missing`, or None: nothing is owed."""
    if month not in months(known):
        return None
    if that_counts(known, month, source):
        carried = (row for row in stock(known, month, source).values() if row["carried"] and row["active"])
        return "partial" if any(carried) else "delivered"
    return "missing" if month >= owed_from(known)[source] else None


@lru_cache(maxsize=4)
def sources(known: Known) -> list[str]:
    """Every source that delivered, or owes, in a known month."""
    return sorted(
        source for source in owed_from(known) if any(state(known, month, source) for month in months(known))
    )


# Provinces: which delivery speaks for one


ELSEWHERE = "elsewhere"
"""Stands for every province that nobody names: only a full delivery speaks for it."""


def speaks_for(delivery: Delivery, source: str, province: str) -> bool:
    if not rows_of(delivery, source):
        return False
    return delivery.scope == "full" or province in named_provinces(delivery)


def named_provinces(delivery: Delivery) -> set[str]:
    return {row["province"] for row in delivery.rows}


def speaker(known: Known, month: dt.date, source: str, province: str) -> Delivery | None:
    """The delivery of this very month that holds a province of a source: the last that speaks for it."""
    found = [item for item in known.deliveries if item.month == month and speaks_for(item, source, province)]
    return found[-1] if found else None


@lru_cache(maxsize=10_000)
def holder(known: Known, month: dt.date, source: str, province: str) -> Delivery | None:
    """The delivery that holds a province of a source, of this month or of the nearest one before it."""
    for earlier in reversed([item for item in months(known) if item <= month]):
        if delivery := speaker(known, earlier, source, province):
            return delivery
    return None


def comparable(known: Known, month: dt.date, source: str) -> bool:
    """Whether a source's people are known in the same way as a month earlier, in every province."""
    before = month_before(month)
    for delivery in known.deliveries:
        for province in named_provinces(delivery):
            if holder(known, before, source, province) is delivery:
                if delivery.kind == "totals" and not any(row["active"] for row in rows_of(delivery, source)):
                    continue
                now = speaker(known, month, source, province)
                if now and (now.kind, now.key_space) != (delivery.kind, delivery.key_space):
                    return False
    return True


# People, one by one


Person = tuple[str | None, str]


def person_of(delivery: Delivery, row: Row) -> Person:
    """Who a row is about; under other keys nobody is recognised."""
    return (delivery.key_space, row["person"])


def memberships(known: Known, month: dt.date) -> dict[Person, list[Row]]:
    """Under which sources each person is listed in the files that count for a month."""
    found: dict[Person, list[Row]] = {}
    for delivery in known.deliveries:
        if delivery.kind != "members" or delivery.month != month:
            continue
        for row in delivery.rows:
            if speaker(known, month, row["source"], row["province"]) is delivery:
                found.setdefault(person_of(delivery, row), []).append(row)
    return found


def age_band(month: dt.date, row: Row) -> str | None:
    if row["birth_year"] is None:
        return None
    age = month.year - row["birth_year"]
    if age < 20:
        return "0-19"
    return "60+" if age >= 60 else f"{age // 10}0-{age // 10}9"


@lru_cache(maxsize=1000)
def counted_people(known: Known, month: dt.date) -> dict[Person, tuple[Cell, bool]]:
    """Everybody counted one by one in a month: in which cell, and whether a simulated row says so.

    Where nothing was delivered for the province of a source, everybody stays. Everybody else is under
    the source of the lowest priority, then code, and the first province, among those that list them.
    """
    if month not in months(known):
        return {}
    priority = {row["source"]: row["priority"] for row in known.partner_sources}
    found = {
        person: (cell, simulated)
        for person, (cell, simulated) in counted_people(known, month_before(month)).items()
        if speaker(known, month, cell[0], cell[2]) is None
    }
    for person, rows in memberships(known, month).items():
        if person not in found:
            main = min(rows, key=lambda row: (priority[row["source"]], row["source"], row["province"]))
            found[person] = (place({**main, "age_band": age_band(month, main)}), main["simulated"])
    return found


def ever_counted(known: Known, month: dt.date) -> set[Person]:
    """Everybody who was counted in some month before."""
    return {person for item in months(known) if item < month for person in counted_people(known, item)}


def flows_of_people(known: Known, month: dt.date) -> dict[Cell, dict[str, int]]:
    """Per cell how many came and went, and how; nobody does in a month without one before it."""
    found: dict[Cell, dict[str, int]] = {}

    def book(cell: Cell, flow: str) -> None:
        found.setdefault(cell, {}).setdefault(flow, 0)
        found[cell][flow] += 1

    before, now = counted_people(known, month_before(month)), counted_people(known, month)
    earlier = ever_counted(known, month)
    for person in before.keys() | now.keys():
        old = before[person][0] if person in before else None
        new = now[person][0] if person in now else None
        if old == new:
            continue
        if old is None and new is not None:
            book(new, "reactivated" if person in earlier else "new")
        elif new is None and old is not None:
            book(old, "lapsed")
        elif old is not None and new is not None:
            kind = "moved" if old[0] != new[0] else "reclassified"
            book(old, "moved_out" if kind == "moved" else "reclassified_out")
            book(new, f"{kind}_in")
    return found


# Cells: the stock of a source, and how it came about


def place(row: Row) -> Cell:
    return tuple(row[dimension] for dimension in DIMENSIONS)


@lru_cache(maxsize=1000)
def stock(known: Known, month: dt.date, source: str) -> dict[Cell, Row]:
    """The cells that hold a source's people in a month, carried forward where it has not delivered."""
    if month < months(known)[0]:
        return {}
    found: dict[Cell, dict[str, Any]] = {}
    for cell, row in stock(known, month_before(month), source).items():
        if row["active"] and speaker(known, month, source, row["province"]) is None:
            found[cell] = {**row, "carried": True, **dict.fromkeys(INWARD + OUTWARD)}
    for delivery in known.deliveries:
        if delivery.kind == "totals" and delivery.month == month:
            for row in rows_of(delivery, source):
                if speaker(known, month, source, row["province"]) is delivery:
                    found[place(row)] = {**row, "carried": False}
    for cell, simulated in counted_people(known, month).values():
        if cell[0] == source and speaker(known, month, source, cell[2]) is not None:
            row = dict(zip(DIMENSIONS, cell, strict=True)) | {
                "active": 0,
                "simulated": False,
                "carried": False,
            }
            row = found.setdefault(cell, row | dict.fromkeys(INWARD + OUTWARD))
            row["active"] += 1
            row["simulated"] |= simulated
    return found


@lru_cache(maxsize=1000)
def people(known: Known, month: dt.date, source: str | None = None) -> int:
    """Active participants of a month, of one source or of all."""
    chosen = [source] if source else sources(known)
    return sum(row["active"] for one in chosen for row in stock(known, month, one).values())


@lru_cache(maxsize=4)
def cells(known: Known) -> list[dict[str, Any]]:
    """Every cell of every month that a delivery names or that somebody was in a month earlier."""
    return [
        cell
        for month in months(known)
        for source in sources(known)
        for cell in cells_of(known, month, source)
    ]


def cells_of(known: Known, month: dt.date, source: str) -> list[dict[str, Any]]:
    first = month == months(known)[0]
    before = stock(known, month_before(month), source)
    now = stock(known, month, source)
    alike = comparable(known, month, source) and not first
    booked = {} if first else flows_of_people(known, month)
    reporting = [row for row in now.values() if not row["carried"]]
    knows_flows = any(row[flow] is not None for row in reporting for flow in INWARD + OUTWARD)
    named = [*now, *(key for key, row in before.items() if row["active"] and key not in now)]
    found = []
    for key in named:
        active = now[key]["active"] if key in now else 0
        opening = before[key]["active"] if key in before else 0
        delivery = speaker(known, month, source, key[2])
        cell = dict(zip(DIMENSIONS, key, strict=True))
        cell |= {flow: now[key][flow] if key in now else None for flow in INWARD + OUTWARD}
        cell |= dict.fromkeys(RECLASSIFIED)
        flows_known = knows_flows
        if delivery and delivery.kind == "members":
            flows_known = alike
            if alike:
                cell |= dict.fromkeys((*INWARD, *OUTWARD, *RECLASSIFIED), 0)
        for flow, number in booked.get(key, {}).items():
            if alike or flow not in ("new", "reactivated", "lapsed"):
                cell[flow] = (cell[flow] or 0) + number
        unexplained = (
            active
            - opening
            - sum(cell[flow] or 0 for flow in (*INWARD, "reclassified_in"))
            + sum(cell[flow] or 0 for flow in (*OUTWARD, "reclassified_out"))
        )
        cell |= {
            "month": month,
            "opening": None if first else opening,
            "active": active,
            "correction": None if first else unexplained,
            "flows_unknown": None if first else 0 if flows_known else unexplained,
            "carried": delivery is None,
            "simulated": key in now and now[key]["simulated"],
        }
        found.append(cell)
    return found


def parts_of(cell: Row, dimension: str) -> list[str | None]:
    """The parts a cell belongs to; several for single programmes only."""
    if dimension == "programme":
        return list(cell["programmes"].split("+"))
    return [cell[dimension]]


def chosen(cell: Row, filters: Mapping[str, Any]) -> bool:
    """Whether a cell is among those that a question is about."""
    for name, wanted in filters.items():
        if wanted is None:
            continue
        if name == "programme":
            if wanted not in cell["programmes"].split("+"):
                return False
        elif (cell[name] or answers.NOT_REPORTED) not in wanted:
            return False
    return True


def nulls_last(value: Any) -> tuple[bool, Any]:
    return (value is None, value or "")


# The questions


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


def late(known: Known, month: dt.date, source: str) -> bool:
    """Whether something of a source is owed for a month and has not come."""
    return state(known, month, source) in ("missing", "partial")


def carried_people(known: Known, month: dt.date, source: str | None = None) -> int:
    chosen = [source] if source else sources(known)
    return sum(row["active"] for one in chosen for row in stock(known, month, one).values() if row["carried"])


def simulated(known: Known, month: dt.date) -> bool:
    return any(cell["simulated"] for cell in cells(known) if cell["month"] == month)


def published_goals(known: Known) -> list[answers.PublishedGoals]:
    fields = answers.PublishedGoals.__slots__
    rows = [answers.PublishedGoals(**{name: row[name] for name in fields}) for row in known.targets]
    return sorted(rows, key=lambda row: (row.due, row.stated_on or dt.date.max, row.goal))


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


def published_active(known: Known, *, since: dt.date, until: dt.date) -> list[answers.PublishedActive]:
    rows = [
        answers.PublishedActive(
            day=row["as_of_date"],
            active=row["value"],
            confidence=row["confidence"],
            disputed=row["confidence"] == "low",
            source=row["source"],
            note=row["note"],
        )
        for row in known.published_figures
        if row["metric"] == "active_participants"
        and row["segment"] == "all"
        and since <= row["as_of_date"] <= until
    ]
    return sorted(rows, key=lambda row: (row.day, row.active))


def commitment_by_source(known: Known, *, as_of: dt.date) -> list[answers.CommitmentBySource]:
    named = {row["source"]: row for row in known.partner_sources}
    rows = []
    for agreement in known.agreements:
        if agreement["committed"] is None or agreement["signed_on"] > as_of:
            continue
        source = agreement["source"]
        ever = source in sources(known) and last_delivered(known, as_of, source) is not None
        active = people(known, as_of, source) if ever else None
        rows.append(
            answers.CommitmentBySource(
                agreement=agreement["agreement"],
                source=source,
                name=named[source]["name"],
                name_en=named[source]["name_en"],
                partner_name=named[source]["partner_name"],
                partner_name_en=named[source]["partner_name_en"],
                signed_on=agreement["signed_on"],
                committed=agreement["committed"],
                active=active,
                outstanding=max(agreement["committed"] - (active or 0), 0),
            )
        )
    return sorted(rows, key=lambda row: (-row.committed, row.source))


def commitment_bridge(known: Known, *, as_of: dt.date, goal: str) -> list[answers.CommitmentBridge]:
    row = goal_with_baseline(known, goal)
    if row is None or as_of not in months(known):
        return []
    rise = row["target"] - row["baseline"]
    verified = people(known, as_of) - row["baseline"]
    rosters = [
        result for source in committed(known, as_of) if (result := newest_roster(known, as_of, source))
    ]
    listed = sum(result.classes["lapsed"] + result.classes["not_found"] for result in rosters)
    promised = 0
    for source, number in committed(known, as_of).items():
        result = newest_roster(known, as_of, source)
        if result:
            promised += max(number - result.people - result.reverse, 0)
        else:
            promised += max(number - people(known, as_of, source), 0)

    def step(name: str, number: int, within: str | None = None) -> answers.CommitmentBridge:
        return answers.CommitmentBridge(name, number, number / rise if rise else None, within)

    reached = [
        step(name, sum(result.classes[name] for result in rosters), "verified")
        for name in ("active_all", "active_part", "other_source")
    ]
    open_ones = [step("listed", listed, "committed"), step("promised", promised, "committed")]
    return [
        answers.CommitmentBridge("baseline", row["baseline"], None),
        step("verified", verified),
        *(reached if rosters else ()),
        step("committed", listed + promised),
        *(open_ones if rosters else ()),
        step("unassigned", rise - verified - listed - promised),
        answers.CommitmentBridge("target", row["target"], None),
    ]


def committed(known: Known, as_of: dt.date) -> dict[str, int]:
    """What has been promised for each source by the agreements signed by a day."""
    promised: dict[str, int] = {}
    for row in known.agreements:
        if row["committed"] is not None and row["signed_on"] <= as_of:
            promised[row["source"]] = promised.get(row["source"], 0) + row["committed"]
    return promised


def newest_roster(known: Known, as_of: dt.date, source: str) -> Result | None:
    """The last reconciliation of a source up to a month."""
    found = reconciled(known, as_of, [source])
    return found[-1] if found else None


def of_sample(known: Known) -> bool:
    """Whether anything that was delivered is simulated."""
    return any(row["simulated"] for delivery in known.deliveries for row in delivery.rows)


def plan_of(known: Known, source: str) -> list[Row]:
    """The lines of a source's plan that count, with the month as a date."""
    sample = of_sample(known)
    rows = [row for row in known.plans if row["source"] == source and (sample or not row["simulated"])]
    country = [row for row in rows if row["province"] is None]
    lines = []
    for row in country or rows:
        year, month = row["month"].split("-")
        lines.append({**row, "month": end_of_month(dt.date(int(year), int(month), 1))})
    return lines


def planned_by(lines: Sequence[Row], month: dt.date) -> int | None:
    """People planned by a month: in every place the last line that is due by then."""
    numbers = []
    for place in {line["province"] for line in lines}:
        due = [line for line in lines if line["province"] == place and line["month"] <= month]
        numbers.append(max(due, key=lambda line: line["month"])["planned"] if due else None)
    return total(numbers)


def commitment_ladder(known: Known, *, as_of: dt.date) -> list[answers.CommitmentLadder]:
    named = {row["source"]: row for row in known.partner_sources}
    rows = []
    for agreement in known.agreements:
        if agreement["committed"] is None or agreement["signed_on"] > as_of:
            continue
        source = agreement["source"]
        result = newest_roster(known, as_of, source)
        there = result.people + result.reverse if result else people(known, as_of, source)
        lines = plan_of(known, source)
        planned = planned_by(lines, result.month if result else as_of)
        ahead = result.classes["active_all"] - planned if result and planned is not None else None
        status = "unknown"
        if ahead is not None and planned is not None:
            status = "on_pace"
            if abs(ahead) / max(planned, 1e-9) > 0.05:
                status = "ahead" if ahead > 0 else "behind"
        rows.append(
            answers.CommitmentLadder(
                agreement=agreement["agreement"],
                source=source,
                name=named[source]["name"],
                name_en=named[source]["name_en"],
                partner_name=named[source]["partner_name"],
                partner_name_en=named[source]["partner_name_en"],
                signed_on=agreement["signed_on"],
                committed=agreement["committed"],
                roster_month=result.month if result else None,
                received=result.people if result else None,
                matched=result.matched if result else None,
                active_all=result.classes["active_all"] if result else None,
                other_source=result.classes["other_source"] if result else None,
                listed=result.classes["lapsed"] + result.classes["not_found"] if result else None,
                promised=max(agreement["committed"] - there, 0),
                newly_active=result.newly_active if result else None,
                people_since=result.people_since if result else None,
                agreed="+".join(result.agreed) if result else None,
                planned=planned,
                plan_until=max((line["month"] for line in lines), default=None),
                ahead=ahead,
                status=status,
                simulated=bool(result and result.simulated) or any(line["simulated"] for line in lines),
            )
        )
    return sorted(rows, key=lambda row: (-row.committed, row.source, row.agreement))


def commitment_by_month(known: Known, *, as_of: dt.date) -> list[answers.CommitmentByMonth]:
    rows = []
    for source, number in committed(known, as_of).items():
        lines = plan_of(known, source)
        reached = {item.month: item.classes["active_all"] for item in reconciled(known, as_of, [source])}
        rows += [
            answers.CommitmentByMonth(source, month, number, planned_by(lines, month), reached.get(month))
            for month in {line["month"] for line in lines} | set(reached)
        ]
    return sorted(rows, key=lambda row: (row.source, row.month))


def next_steps(known: Known, *, as_of: dt.date) -> list[answers.NextSteps]:
    named = {row["source"]: row for row in known.partner_sources}
    rows = []
    for source, number in sorted(committed(known, as_of).items()):
        result = newest_roster(known, as_of, source)
        if result is None:
            if number:
                rows.append(answers.NextSteps(source, "no_roster", None, number, *[None] * 6))
            continue
        steps: list[tuple[str, str | None, int, bool]] = [
            ("not_listed", None, number - result.people - result.reverse, True),
            ("reverse", None, result.reverse, True),
            ("not_found", None, result.classes["not_found"] - result.near_misses, False),
            ("near_misses", None, result.near_misses, False),
            ("lapsed", None, result.classes["lapsed"], False),
            *(
                ("active_part", missing, people, False)
                for missing, people in sorted(result.missing.items(), key=lambda item: (-item[1], item[0]))
            ),
            ("other_source", None, result.classes["other_source"], False),
            *((name, None, result.classes[name], True) for name in ("invalid", "duplicate", "out_of_scope")),
        ]
        for step, missing, people, partners in steps:
            if people <= 0:
                continue
            partner = named[source]
            due = next_month(result.month)
            if partners:
                due = result.month + dt.timedelta(days=partner["due_day"])
            rows.append(
                answers.NextSteps(
                    source=source,
                    step=step,
                    missing=missing,
                    people=people,
                    owner="partner" if partners else "bpjamsostek",
                    owner_name=partner["partner_name"] if partners else None,
                    owner_name_en=partner["partner_name_en"] if partners else None,
                    roster_month=result.month,
                    due=due,
                    overdue_days=(as_of - due).days if due < as_of else None,
                )
            )
    return rows


def agreements_register(known: Known, *, as_of: dt.date) -> list[answers.AgreementsRegister]:
    def begun(row: Row) -> dt.date | None:
        day: dt.date | None = row["signed_on"] or row["announced_on"]
        return day

    by_key: dict[str, list[Row]] = {}
    for row in known.agreements:
        day = begun(row)
        if day is None or day <= as_of:
            by_key.setdefault(row["agreement"], []).append(row)

    def least(rows: Sequence[Row], name: str) -> Any:
        return min((row[name] for row in rows if row[name] is not None), default=None)

    def notes(rows: Sequence[Row], name: str) -> str | None:
        return " ".join(sorted({row[name] for row in rows if row[name] is not None})) or None

    found = []
    for key, rows in by_key.items():
        ends = max((row["expires_on"] for row in rows if row["expires_on"]), default=None)
        found.append(
            answers.AgreementsRegister(
                agreement=key,
                document=least(rows, "document"),
                document_en=least(rows, "document_en"),
                signed_on=least(rows, "signed_on"),
                announced_on=least(rows, "announced_on"),
                expires_on=ends,
                parties=least(rows, "parties"),
                parties_en=least(rows, "parties_en"),
                programmes=least(rows, "programmes"),
                reconciliation=least(rows, "reconciliation"),
                committed=total([row["committed"] for row in rows]),
                sources=sum(row["source"] is not None for row in rows),
                days_left=(ends - as_of).days if ends else None,
                note=notes(rows, "note"),
                note_en=notes(rows, "note_en"),
                source_url=least(rows, "source_url"),
            )
        )

    def order(row: answers.AgreementsRegister) -> tuple[Any, ...]:
        days = [day for item in by_key[row.agreement] if (day := begun(item))]
        return (not days, min(days, default=dt.date.max), row.agreement)

    return sorted(found, key=order)


def instructions(known: Known) -> list[answers.Instructions]:
    names = ("document", "party", "party_en", "duty", "duty_en", "section", "source")
    rows = [answers.Instructions(**{name: row[name] for name in names}) for row in known.instructions]
    return sorted(rows, key=lambda row: (row.document, row.party))


def movement_by_month(
    known: Known, *, as_of: dt.date, **filters: Unpack[answers.Filters]
) -> list[answers.MovementByMonth]:
    found = []
    for month in months(known):
        here = [cell for cell in cells(known) if cell["month"] == month and chosen(cell, filters)]
        if here and month <= as_of:
            found.append(
                answers.MovementByMonth(
                    month=month,
                    opening=total(cell["opening"] for cell in here),
                    **flows(here),
                    closing=sum(cell["active"] for cell in here),
                    flows_unknown=total(cell["flows_unknown"] for cell in here),
                    carried=sum(cell["active"] for cell in here if cell["carried"]),
                )
            )
    return found


def flows(here: Sequence[Row]) -> dict[str, int | None]:
    """The flows of some cells, the correction with them."""
    names = (*INWARD, *OUTWARD, *RECLASSIFIED, "correction")
    return {name: total(cell[name] for cell in here) for name in names}


def breakdown(
    known: Known,
    *,
    dimension: str,
    since: dt.date | None,
    as_of: dt.date,
    **filters: Unpack[answers.Filters],
) -> list[answers.Breakdown]:
    opens = since or month_before(as_of)
    parts: dict[str | None, list[Row]] = {}
    for cell in cells(known):
        if opens <= cell["month"] <= as_of and chosen(cell, filters):
            for part in parts_of(cell, dimension):
                parts.setdefault(part, []).append(cell)
    rows = []
    for part, here in parts.items():
        between = [cell for cell in here if cell["month"] > opens]
        opening, closing = at(here, opens), at(here, as_of)
        opening_known = opens in months(known)
        rows.append(
            answers.Breakdown(
                part=part,
                opening=opening if opening_known else None,
                **flows(between),
                flows_unknown=total(cell["flows_unknown"] for cell in between),
                closing=closing,
                net_change=closing - opening if opening_known else None,
                carried=at([cell for cell in here if cell["carried"]], as_of),
                simulated=any(cell["simulated"] for cell in here),
            )
        )
    return sorted(rows, key=lambda row: (-row.closing, nulls_last(row.part)))


def at(here: Sequence[Row], month: dt.date) -> int:
    """The people of some cells at a month end."""
    return sum(cell["active"] for cell in here if cell["month"] == month)


def breakdown_by_month(
    known: Known, *, dimension: str, as_of: dt.date, **filters: Unpack[answers.Filters]
) -> list[answers.BreakdownByMonth]:
    parts: dict[tuple[dt.date, str | None], list[Row]] = {}
    for cell in cells(known):
        if cell["month"] <= as_of and chosen(cell, filters):
            for part in parts_of(cell, dimension):
                parts.setdefault((cell["month"], part), []).append(cell)
    rows = []
    for (month, part), here in parts.items():
        active, opening = sum(cell["active"] for cell in here), total(cell["opening"] for cell in here)
        rows.append(
            answers.BreakdownByMonth(
                month=month,
                part=part,
                active=active,
                net_change=None if opening is None else active - opening,
                new=total(cell["new"] for cell in here),
                reactivated=total(cell["reactivated"] for cell in here),
                lapsed=total(cell["lapsed"] for cell in here),
                carried=sum(cell["active"] for cell in here if cell["carried"]),
            )
        )
    return sorted(rows, key=lambda row: (row.month, nulls_last(row.part)))


def crosstab(
    known: Known,
    *,
    dimension: str,
    across: str,
    since: dt.date | None,
    as_of: dt.date,
    **filters: Unpack[answers.Filters],
) -> list[answers.Crosstab]:
    opens = since or month_before(as_of)
    pairs: dict[tuple[str | None, str | None], list[Row]] = {}
    for cell in cells(known):
        if opens <= cell["month"] <= as_of and as_of in months(known) and chosen(cell, filters):
            for pair in product(parts_of(cell, dimension), parts_of(cell, across)):
                pairs.setdefault(pair, []).append(cell)
    rows = []
    for (part, other), here in pairs.items():
        between = flows([cell for cell in here if cell["month"] > opens])
        opening, closing = at(here, opens), at(here, as_of)
        opening_known = opens in months(known)
        rows.append(
            answers.Crosstab(
                part=part,
                across=other,
                opening=opening if opening_known else None,
                new=between["new"],
                reactivated=between["reactivated"],
                lapsed=between["lapsed"],
                closing=closing,
                net_change=closing - opening if opening_known else None,
                carried=at([cell for cell in here if cell["carried"]], as_of),
            )
        )
    return sorted(rows, key=lambda row: (nulls_last(row.part), nulls_last(row.across)))


def dimension_parts(known: Known) -> list[answers.DimensionParts]:
    named = {("source", row["source"]): row for row in known.partner_sources}
    named |= {("province", row["province"]): row for row in known.provinces}
    named |= {("regency", row["regency"]): row for row in known.regencies}
    rows = []
    for dimension in sorted(DIMENSIONS):
        parts = {cell[dimension] for cell in cells(known)} - {None}

        def rank(part: str, dimension: str = dimension) -> tuple[Any, str]:
            if dimension == "source":
                return (named[dimension, part]["priority"], part)
            return (named[dimension, part]["kemendagri"] if dimension == "province" else 0, part)

        for position, part in enumerate(sorted(parts, key=rank), start=1):
            row = named.get((dimension, part), {"name": part, "name_en": part})
            parent = row.get("province") if dimension == "regency" else None
            rows.append(
                answers.DimensionParts(dimension, part, row["name"], row["name_en"], parent, position)
            )
    return rows


def province_tiles(known: Known) -> list[answers.ProvinceTiles]:
    fields = ("province", "short", "tile_column", "tile_row", "region", "region_en")
    rows = [
        answers.ProvinceTiles(*(row[field] for field in fields))
        for row in known.provinces
        if row["tile_column"] is not None and row["tile_row"] is not None
    ]
    return sorted(rows, key=lambda row: (row.tile_row, row.tile_column, row.province))


def eligible_workers(known: Known, *, as_of: dt.date) -> list[answers.EligibleWorkers]:
    loaded: dict[str | None, list[Row]] = {}
    for row in known.eligible:
        loaded.setdefault(row["province"], []).append(
            {**row, "day": row["as_of"], "confidence": "high", "number": row["eligible"]}
        )
    published: list[Row] = [
        {**row, "day": row["as_of_date"], "number": int(row["value"])}
        for row in known.published_figures
        if (row["metric"], row["segment"]) == ("eligible_workers", "all")
    ]
    found = []
    for place in {None, *loaded}:
        best = best_stated(loaded.get(place, []), as_of)
        if place is None and best is None:
            best = best_stated(published, as_of)
        if best:
            found.append(answers.EligibleWorkers(place, *best))
    return sorted(found, key=lambda row: (row.province is not None, row.province or ""))


def best_stated(rows: Sequence[Row], as_of: dt.date) -> tuple[int, dt.date, bool, str | None] | None:
    """The number of the newest day up to one, else of the first day within a year after it."""
    a_year_on = as_of.replace(
        day=28 if (as_of.month, as_of.day) == (2, 29) else as_of.day, year=as_of.year + 1
    )
    before = [row["day"] for row in rows if row["day"] <= as_of]
    after = [row["day"] for row in rows if as_of < row["day"] <= a_year_on]
    if not before and not after:
        return None
    day = max(before) if before else min(after)
    that_day = [row for row in rows if row["day"] == day]
    ranks = ("high", "medium", "low")
    best = min(that_day, key=lambda row: (ranks.index(row["confidence"]), -row["number"], row["source"]))
    disputed = best["confidence"] == "low" or len({row["number"] for row in that_day}) > 1
    return best["number"], day, disputed, best["source"]


def annotations(known: Known, *, since: dt.date | None, until: dt.date | None) -> list[answers.Annotations]:
    rows = [
        answers.Annotations(
            row["date"], row["text"], row["text_en"] or row["text"], row["source"], row["author"]
        )
        for row in known.annotations
        if (since is None or since <= row["date"]) and (until is None or row["date"] <= until)
    ]
    return sorted(rows, key=lambda row: (row.day, row.text))


def events(known: Known, *, as_of: dt.date) -> list[answers.Events]:
    rows = [
        answers.Events(month=end_of_month(row["date"]), scheduled=row["date"] > as_of, **row)
        for row in known.events
        if of_sample(known) or not row["simulated"]
    ]
    return sorted(rows, key=lambda row: (row.date, row.source or "", row.segment or "", row.people))


def prognoses(known: Known, *, known_on: dt.date | None) -> list[answers.Prognoses]:
    rows = [
        answers.Prognoses(**{**row, "document_en": row["document_en"] or row["document"]})
        for row in known.prognoses
        if known_on is None or row["stated_on"] <= known_on
    ]
    return sorted(rows, key=lambda row: (row.due, row.stated_on))


def missing_deliveries(known: Known, *, as_of: dt.date) -> list[answers.MissingDeliveries]:
    found = []
    for month in months(known):
        for source in sources(known):
            if month <= as_of and late(known, month, source):
                last = last_delivered(known, month_before(month), source)
                carried = carried_people(known, month, source)
                found.append(answers.MissingDeliveries(month, source, last.month if last else None, carried))
    return found


def delivery_completeness(known: Known) -> list[answers.DeliveryCompleteness]:
    due_days = {row["source"]: row["due_day"] for row in known.partner_sources}
    found = []
    for source in sources(known):
        for month in months(known):
            came = received(known, month, source)
            owed = state(known, month, source)
            word, days_late = {"missing": "missing"}.get(owed or "", "not_expected"), None
            if came:
                day = (min(item.received_at for item in came) + JAKARTA).date()
                due = next_month(month).replace(day=due_days[source])
                word = "late" if day > due else "on_time"
                days_late = (day - due).days if day > due else None
            active = people(known, month, source) if owed else None
            found.append(answers.DeliveryCompleteness(source, month, word, days_late, len(came), active))
    return found


def deliveries_received(known: Known) -> list[answers.DeliveriesReceived]:
    rows = []
    for delivery in known.deliveries:
        named = sorted({row["source"] for row in delivery.rows})
        rows.append(
            answers.DeliveriesReceived(
                sha256=delivery.sha256,
                file=delivery.file,
                kind=delivery.kind,
                month=delivery.month,
                sources=len(named),
                cells=len(delivery.rows),
                active=sum(row.get("active", 1) for row in delivery.rows),
                received_at=delivery.received_at.replace(tzinfo=None),
                received_by=delivery.received_by,
                simulated=any(row["simulated"] for row in delivery.rows),
                counted=sum(delivery in pieces(known, delivery.month, source) for source in named),
            )
        )
    rows.sort(key=lambda row: row.sha256)
    return sorted(rows, key=lambda row: row.received_at, reverse=True)


def pieces(known: Known, month: dt.date, source: str) -> list[Delivery]:
    """The deliveries of this very month that hold a source: the last full one and all after it."""
    found: list[Delivery] = []
    for delivery in received(known, month, source):
        found = [delivery] if delivery.scope == "full" else [*found, delivery]
    return found


def held_by(known: Known, month: dt.date, source: str) -> list[Delivery]:
    """The deliveries that hold people of a source in a month, or say that there are none."""
    if month not in months(known):
        return []
    before = held_by(known, month_before(month), source)
    fresh = [
        delivery
        for delivery in pieces(known, month, source)
        if delivery.scope == "full" or holds_something(known, month, source, delivery)
    ]
    if any(delivery.scope == "full" for delivery in fresh):
        return fresh
    if not fresh:
        return before
    return [item for item in before if holds_something(known, month, source, item)] + fresh


def holds_something(known: Known, month: dt.date, source: str, delivery: Delivery) -> bool:
    return any(holder(known, month, source, province) is delivery for province in named_provinces(delivery))


def active_lineage(known: Known, *, as_of: dt.date) -> list[answers.ActiveLineage]:
    rows = []
    for source in sources(known):
        for delivery in held_by(known, as_of, source):
            cells = stock(known, as_of, source).values()
            rows.append(
                answers.ActiveLineage(
                    source=source,
                    file=delivery.file,
                    sha256=delivery.sha256,
                    delivered_month=delivery.month,
                    cells=len(rows_of(delivery, source)),
                    active=sum(
                        row["active"]
                        for row in cells
                        if holder(known, as_of, source, row["province"]) is delivery
                    ),
                )
            )
    return sorted(rows, key=lambda row: (-row.active, row.source, row.sha256))


def source_overlap(known: Known, *, as_of: dt.date) -> list[answers.SourceOverlap]:
    listed: dict[str, set[Person]] = {}
    for person, rows in memberships(known, as_of).items() if as_of in months(known) else ():
        for row in rows:
            listed.setdefault(row["source"], set()).add(person)
    counted = counted_people(known, as_of)
    spaces = {
        delivery.key_space
        for source in sources(known)
        for delivery in held_by(known, as_of, source)
        if delivery.kind == "members"
    }
    found = []
    for source in sources(known):
        if state(known, as_of, source) is None:
            continue
        theirs = listed.get(source)
        elsewhere = None
        if theirs is not None and len(spaces) < 2:
            elsewhere = sum(counted[person][0][0] != source for person in theirs)
        found.append(
            answers.SourceOverlap(
                source=source,
                listed=None if theirs is None else len(theirs),
                counted=None if theirs is None else people(known, as_of, source),
                elsewhere=elsewhere,
            )
        )
    return sorted(found, key=lambda row: (row.elsewhere is None, -(row.elsewhere or 0), row.source))


@lru_cache(maxsize=4)
def joinings(known: Known) -> dict[Person, tuple[dt.date, Cell]]:
    """In which month and cell each person joined; nobody of whom it is not known that they were new."""
    found = {}
    for month in months(known)[1:]:
        earlier = ever_counted(known, month)
        for person, (cell, _) in counted_people(known, month).items():
            if person not in earlier and comparable(known, month, cell[0]):
                found[person] = (month, cell)
    return found


def retention_by_joining_month(
    known: Known,
    *,
    as_of: dt.date,
    source: Sequence[str] | None = None,
    segment: Sequence[str] | None = None,
    province: Sequence[str] | None = None,
) -> list[answers.RetentionByJoiningMonth]:
    rows = []
    filters = {"source": source, "segment": segment, "province": province}
    for since in months(known):
        joined = {
            person
            for person, (month, cell) in joinings(known).items()
            if month == since and chosen(dict(zip(DIMENSIONS, cell, strict=True)), filters)
        }
        if not joined:
            continue
        later = [month for month in months(known) if since <= month <= as_of]
        for count, month in enumerate(later):
            active = len(joined & counted_people(known, month).keys())
            rows.append(
                answers.RetentionByJoiningMonth(
                    joined=since,
                    month=month,
                    months=count,
                    people=len(joined),
                    active=active,
                    share=active / len(joined),
                )
            )
    return rows


def people_known_since(known: Known, *, as_of: dt.date) -> list[answers.PeopleKnownSince]:
    by_then = [month for month in months(known) if month <= as_of and memberships(known, month)]
    here = [source for source in sources(known) if state(known, as_of, source)]
    listing = {row["source"] for rows in memberships(known, as_of).values() for row in rows}
    return [
        answers.PeopleKnownSince(
            since=by_then[0] if by_then else None,
            sources=len(listing),
            all_sources=len(here),
            people=sum(people(known, as_of, source) for source in listing),
            all_people=sum(people(known, as_of, source) for source in here),
        )
    ]


def edition_changes(known: Known, *, earlier: Known) -> list[answers.EditionChanges]:
    found = []
    for month in sorted({*months(known), *months(earlier)}):
        for source in sorted({*sources(known), *sources(earlier)}):
            before, after = holding(earlier, month, source), holding(known, month, source)
            if before == after:
                continue
            then = people(earlier, month, source) if before else None
            now = people(known, month, source) if after else None
            found.append(
                answers.EditionChanges(
                    month=month,
                    source=source,
                    cause=cause(known, earlier, month, source),
                    before=then,
                    after=now,
                    change=(now or 0) - (then or 0),
                )
            )
    return found


Holding = tuple[str, dict[Cell, tuple[int | None, ...]]]


def holding(known: Known, month: dt.date, source: str) -> Holding | None:
    """What is known of a month and source: its state, and the numbers of the cells that say anything."""
    if source not in sources(known) or not (owed := state(known, month, source)):
        return None
    numbers = {}
    for cell in cells(known):
        if (cell["month"], cell["source"]) == (month, source):
            said = [cell[flow] for flow in INWARD + OUTWARD]
            if cell["active"] or any(number is not None for number in said):
                numbers[place(cell)] = (cell["active"], *said, *(cell[flow] for flow in RECLASSIFIED))
    return owed, numbers


def inputs(known: Known, month: dt.date, source: str) -> set[str]:
    """The deliveries of the newest month, up to this one, in which a source delivered anything."""
    for earlier in reversed([item for item in months(known) if item <= month]):
        if held := pieces(known, earlier, source):
            return {delivery.sha256 for delivery in held}
    return set()


def cause(known: Known, earlier: Known, month: dt.date, source: str) -> str:
    """Why a month and source differ between two editions."""
    before, after = holding(earlier, month, source), holding(known, month, source)
    if after is None:
        return "withdrawn"
    if month not in months(earlier):
        return "new_month"
    counting, counted_then = inputs(known, month, source), inputs(earlier, month, source)
    if before and before[0] == after[0] and counting == counted_then:
        same_rules = [
            getattr(known, name) == getattr(earlier, name)
            for name in ("partner_sources", "provinces", "regencies")
        ]
        return "consequence" if all(same_rules) else "changed_definition"
    if after[0] == "missing":
        return "withdrawn" if before and before[0] != "missing" else "carried"
    if before is None or before[0] == "missing" or (before[0] == "partial" and counted_then <= counting):
        return "late_source"
    if counting <= {delivery.sha256 for delivery in earlier.deliveries}:
        return "withdrawn"
    same_people = people(known, month, source) == people(earlier, month, source)
    return "reclassification" if same_people else "correction"


# Reconciliations


def reconciled(known: Known, as_of: dt.date, source: Sequence[str] | None = None) -> list[Result]:
    """The reconciliations of some sources up to a month, by month and source."""
    found = [
        item for item in known.results if item.month <= as_of and (source is None or item.source in source)
    ]
    return sorted(found, key=lambda item: (item.month, item.source))


def reconciliation_by_month(
    known: Known, *, as_of: dt.date, source: Sequence[str] | None = None
) -> list[answers.ReconciliationByMonth]:
    return [
        answers.ReconciliationByMonth(
            month=result.month,
            source=result.source,
            name=result.name,
            rule_version=result.rule_version,
            agreement=result.agreement,
            agreed_on=result.agreed_on,
            agreed="+".join(result.agreed),
            file=result.file,
            reconciled_at=result.at.replace(tzinfo=None),
            rows=result.rows,
            people=result.people,
            **result.classes,
            **{
                f"{programme.lower()}_{state}": number
                for programme, counts in result.programmes.items()
                for state, number in counts.items()
            },
            near_misses=result.near_misses,
            confirmed=result.confirmed,
            reverse=result.reverse,
            newly_active=result.newly_active,
            people_since=result.people_since,
            newly_registered=result.since.newly_registered if result.since else None,
            joined=result.since.joined if result.since else None,
            left_roster=result.since.left if result.since else None,
            lost=result.since.lost if result.since else None,
            totals_only=",".join(result.totals_only),
            carried=",".join(result.carried),
            simulated=result.simulated,
        )
        for result in reconciled(known, as_of, source)
    ]


def reconciliation_missing(
    known: Known, *, as_of: dt.date, source: Sequence[str] | None = None
) -> list[answers.ReconciliationMissing]:
    return [
        answers.ReconciliationMissing(result.month, result.source, missing, people)
        for result in reconciled(known, as_of, source)
        for missing, people in sorted(result.missing.items(), key=lambda item: (-item[1], item[0]))
    ]


def reconciliation_rules(
    known: Known, *, as_of: dt.date, source: Sequence[str] | None = None
) -> list[answers.ReconciliationRules]:
    return [
        answers.ReconciliationRules(result.month, result.source, rule, rows)
        for result in reconciled(known, as_of, source)
        for rule, rows in sorted(result.rules.items(), key=lambda item: (-item[1], item[0]))
    ]
