"""What partners promised, what came of it, and what has to happen next."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from enrollment import answers
from enrollment.reconciliation.result import Result
from tests.oracle.delivered import last_delivered
from tests.oracle.known import Known, Row, end_of_month, months, next_month, of_sample, total
from tests.oracle.progress import goal_with_baseline
from tests.oracle.reconciliations import reconciled
from tests.oracle.stocks import people, sources


def promises(known: Known, as_of: dt.date) -> list[dict[str, Any]]:
    """What the agreements signed by a day promise: of which source and partner, and how many people."""
    named = {row["source"]: row for row in known.partner_sources}
    names = ("name", "name_en", "partner_name", "partner_name_en")
    said = ("agreement", "source", "signed_on", "committed")
    return [
        {name: row[name] for name in said} | {name: named[row["source"]][name] for name in names}
        for row in known.agreements
        if row["committed"] is not None and row["signed_on"] <= as_of
    ]


def commitment_by_source(known: Known, *, as_of: dt.date) -> list[answers.CommitmentBySource]:
    rows = []
    for promise in promises(known, as_of):
        source = promise["source"]
        ever = source in sources(known) and last_delivered(known, as_of, source) is not None
        active = people(known, as_of, source) if ever else None
        rows.append(
            answers.CommitmentBySource(
                **promise,
                active=active,
                outstanding=max(promise["committed"] - (active or 0), 0),
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
    for row in promises(known, as_of):
        promised[row["source"]] = promised.get(row["source"], 0) + row["committed"]
    return promised


def newest_roster(known: Known, as_of: dt.date, source: str) -> Result | None:
    """The last reconciliation of a source up to a month."""
    found = reconciled(known, as_of, [source])
    return found[-1] if found else None


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
    rows = []
    for promise in promises(known, as_of):
        source = promise["source"]
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
                **promise,
                roster_month=result.month if result else None,
                received=result.people if result else None,
                matched=result.matched if result else None,
                active_all=result.classes["active_all"] if result else None,
                other_source=result.classes["other_source"] if result else None,
                listed=result.classes["lapsed"] + result.classes["not_found"] if result else None,
                promised=max(promise["committed"] - there, 0),
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
                ("active_part", missing, lacking, False)
                for missing, lacking in sorted(result.missing.items(), key=lambda item: (-item[1], item[0]))
            ),
            ("other_source", None, result.classes["other_source"], False),
            *((name, None, result.classes[name], True) for name in ("invalid", "duplicate", "out_of_scope")),
        ]
        for step, missing, count, partners in steps:
            if count <= 0:
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
                    people=count,
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
