"""How a stock came about from the one before: every person who joined, left or moved, as a waterfall."""

import datetime as dt
from collections.abc import Mapping, Sequence

from enrollment.answers import MovementByMonth
from enrollment.figures.cascade import Step, cascade, written
from enrollment.figures.description import Column, Figure, Table, Words, text
from enrollment.figures.units import Amounts
from enrollment.language import Language

_IN = ("new", "reactivated", "moved_in", "reclassified_in")
_OUT = ("lapsed", "moved_out", "reclassified_out")
# Between cells of one source, of no interest where nothing moved; and what protection alone leaves.
_ONLY_IF_ANY = frozenset({"reclassified_in", "reclassified_out", "rounded"})

# Pixels of the narrowest plot that has columns.
_PLOT = 900.0


def movement(
    *,
    rows: Sequence[MovementByMonth],
    since: dt.date,
    as_of: dt.date,
    language: Language,
    narrow: bool = False,
) -> Figure:
    """The identity of the months of `rows`, oldest first, from the stock at `since` to that at `as_of`.

    Columns; rows with names above them if `narrow`. The change of sources that report no flows stands
    apart from the correction; a first month without a stock before it is its closing alone.
    """
    say = language.say
    people = _summed(rows)
    values = [(key, value) for key, value in people.items() if _is_shown(key, people)]
    steps = [_step(key, value, rows, since, as_of, language) for key, value in values]
    drawn = cascade(steps, language, narrow=narrow, plot=_PLOT)
    case = _case(people)
    facts = _facts(people, since, as_of, language)
    remarks = [say("figures.movement.subtitle" if case == "flows" else f"figures.movement.subtitle_{case}")]
    if drawn.cut is not None:
        remarks.append(say("figures.movement.cut", start=language.people(drawn.cut, 2)))
    if people["moved_in"] and people["moved_in"] == -(people["moved_out"] or 0):
        remarks.append(say("figures.movement.moved_alike"))
    if people["net_only"] and case == "flows":
        remarks.append(say("figures.movement.net_only_remark"))
    if rows and rows[-1].carried:
        remarks.append(say("figures.movement.carried", people=language.number(rows[-1].carried)))
    told = [f"{step.name} {written(step, language)}" for step in steps]
    return Figure(
        name="movement",
        title=say(f"figures.movement.title_{case}", **facts),
        subtitle=" ".join(remarks),
        alt=say(f"figures.movement.alt_{case}", **facts, steps=language.join(told)),
        unit=Amounts(language, 1).heading,
        x=drawn.x,
        y=drawn.y,
        marks=drawn.marks,
        wide=drawn.wide,
        narrow=drawn.narrow,
        table=_table(values, steps, language),
    )


def _summed(rows: Sequence[MovementByMonth]) -> dict[str, int | None]:
    """Each step over all months in the order of the chart: changes signed, None where nobody reported it."""
    people: dict[str, int | None] = {"opening": rows[0].opening if rows else None}
    closing = rows[-1].closing if rows else None
    for fields, sign in ((_IN, 1), (_OUT, -1)):
        for field in fields:
            known = [value for row in rows if (value := getattr(row, field)) is not None]
            people[field] = sign * sum(known) if known else None
    opening = people["opening"]
    if opening is None or closing is None:
        unknown = dict.fromkeys(("opening", *_IN, *_OUT, "net_only", "correction", "rounded"))
        return {**unknown, "closing": closing}
    net_only = sum(row.flows_unknown or 0 for row in rows)
    explained = net_only + sum(people[field] or 0 for field in (*_IN, *_OUT))
    correction = sum(row.correction or 0 for row in rows) - net_only
    people["net_only"] = net_only
    people["correction"] = correction
    people["rounded"] = closing - opening - explained - correction
    people["closing"] = closing
    return people


def _case(people: Mapping[str, int | None]) -> str:
    """All flows, the net change alone, or a first known month."""
    if people["opening"] is None:
        return "first" if people["closing"] is not None else "unknown"
    return "flows" if any(people[field] is not None for field in (*_IN, *_OUT)) else "net"


def _is_shown(key: str, people: Mapping[str, int | None]) -> bool:
    case = _case(people)
    if key == "closing" or case in ("first", "unknown"):
        return key == "closing"
    if key == "net_only":
        return case == "net" or bool(people[key])
    if case == "net":
        return key == "opening" or (key in ("correction", "rounded") and bool(people[key]))
    return key not in _ONLY_IF_ANY or bool(people[key])


def _step(
    key: str,
    value: int | None,
    rows: Sequence[MovementByMonth],
    since: dt.date,
    as_of: dt.date,
    language: Language,
) -> Step:
    say = language.say
    stock = key in ("opening", "closing")
    day = {"opening": since, "closing": as_of}.get(key)
    name = language.short_day(day) if day else say(f"figures.movement.step.{key}")
    detail = say("figures.movement.detail.stock" if stock else f"figures.movement.detail.{key}")
    number = written(Step(name, detail, value, stock=stock), language)
    return Step(
        name=name,
        detail=detail,
        value=value,
        hover=text(Words(name, strong=True), detail, number),
        stock=stock,
        carried=key == "closing" and bool(rows and rows[-1].carried),
        key=key,
    )


def _facts(
    people: Mapping[str, int | None], since: dt.date, as_of: dt.date, language: Language
) -> dict[str, str]:
    joined = (people["new"] or 0) + (people["reactivated"] or 0)
    return {
        "since": language.month_name(since) if since.year == as_of.year else language.month(since),
        "as_of": language.month(as_of),
        "joined": language.people(joined, 2),
        "lapsed": language.people(abs(people["lapsed"] or 0), 2),
        "net": language.signed_people((people["closing"] or 0) - (people["opening"] or 0), 2),
        "closing": language.people(people["closing"] or 0, 2),
    }


def _table(values: Sequence[tuple[str, int | None]], steps: Sequence[Step], language: Language) -> Table:
    say = language.say
    return Table(
        columns=(
            Column(say("figures.column.step"), "left"),
            Column(say("figures.movement.meaning"), "left"),
            Column(say("figures.column.people")),
        ),
        rows=tuple((step.name, step.detail, written(step, language)) for step in steps),
        machine_columns=("step", "people"),
        machine_rows=tuple(values),
    )
