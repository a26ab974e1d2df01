"""The people of a roster in each programme: active, lapsed, never seen. Programmes overlap."""

from enrollment.answers import ReconciliationByMonth
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Mark,
    Note,
    Role,
    Table,
    Words,
    text,
)
from enrollment.figures.reconciliation_by_month.classes import colours
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.language import Language
from enrollment.reconciliation.result import PROGRAMMES

STATES = ("active", "lapsed", "never")
_PITCH, _NARROW_PITCH = 50, 50
_LEFT = 132
_THICK = 0.46
_LIFT = _PITCH * _THICK / 2 + 1


def programmes(*, row: ReconciliationByMonth, colour: str, language: Language) -> Figure:
    """Three bars of one length, each of them all people of the roster."""
    say = language.say
    people = max(row.people, 1)
    painted = colours(colour)
    colour_of = {"active": colour, "lapsed": painted["lapsed"], "never": painted["duplicate"]}
    agreed = row.agreed.split("+")
    # What was not reconciled of a programme is left out, never drawn as nobody.
    found = {
        programme: _counts(row, programme)
        for programme in PROGRAMMES
        if getattr(row, f"{programme.lower()}_active") is not None
    }
    marks: list[Mark] = []
    for state in STATES:
        bars = []
        for place, (programme, counts) in enumerate(found.items()):
            start = sum(counts[other] for other in STATES[: STATES.index(state)])
            words = say(f"reconciliation.state.{state}")
            hover = text(
                Words(say(f"parts.programme.{programme}"), strong=True),
                say(
                    "figures.reconciliation_by_month.of_people",
                    people=language.number(counts[state]),
                    state=words,
                    share=language.percent(counts[state] / people, 1),
                ),
            )
            end, number = start + counts[state], language.number(counts[state])
            bars.append(Bar(place, start, end, number, hover, programme))
        role: Role = "actual" if state == "active" else "context"
        marks.append(Bars(role, say(f"reconciliation.state.{state}"), tuple(bars), True, colour_of[state]))

    rows, notes = [], []
    for place, (programme, counts) in enumerate(found.items()):
        said = {state: language.number(counts[state]) for state in STATES}
        share = language.percent(counts["active"] / people, 1)
        active = (
            Words(said["active"], strong=True),
            Words(" " + say("figures.reconciliation_by_month.active_share", share=share)),
        )
        others = Words(
            say("figures.reconciliation_by_month.others", lapsed=said["lapsed"], never=said["never"]),
            "muted",
        )
        notes.append(Note("start", place, text(active), "left", "bottom", dx=1, dy=_LIFT))
        notes.append(Note("end", place, text(others), "right", "bottom", dy=_LIFT))
        what = say(
            f"reconciliation.programme.{programme}" if programme in agreed else "reconciliation.not_agreed"
        )
        name = text(Words(programme, strong=True), Words(what, "muted"))
        rest = say("figures.reconciliation_by_month.never", never=said["never"])
        rows.append(
            Row(
                name=name,
                short_name=text((Words(f"{programme}  ", strong=True), *active)),
                value=text(Words(rest, "muted")),
            )
        )

    worst = min(found, key=lambda programme: found[programme]["active"], default=PROGRAMMES[0])
    return Figure(
        name="reconciliation_programmes",
        title=say("figures.reconciliation_by_month.programmes.title"),
        subtitle=say(
            "figures.reconciliation_by_month.programmes.subtitle", people=language.number(row.people)
        ),
        alt=say(
            "figures.reconciliation_by_month.programmes.alt",
            people=language.number(row.people),
            counts=language.join(
                [f"{programme} {language.number(counts['active'])}" for programme, counts in found.items()]
            ),
            worst=worst,
            missing=language.number(row.people - found[worst]["active"] if found else row.people),
        ),
        unit=say("figures.reconciliation_by_month.people"),
        x=Axis(0.0, float(people)),
        y=row_axis(rows),
        marks=tuple(marks),
        wide=beside(rows, pitch=_PITCH, left=_LEFT, right=2, notes=notes, thickness=_THICK),
        narrow=above(rows, pitch=_NARROW_PITCH, thickness=_THICK),
        table=Table(
            columns=(
                Column(say("reconciliation.column.programme"), "left"),
                *(Column(say(f"reconciliation.column.{state}")) for state in STATES),
                Column(say("reconciliation.column.people")),
            ),
            rows=tuple(
                (
                    programme,
                    *(language.number(counts[state]) for state in STATES),
                    language.number(row.people),
                )
                for programme, counts in found.items()
            ),
            machine_columns=("month", "source", "programme", *STATES, "people"),
            machine_rows=tuple(
                (
                    row.month.isoformat(),
                    row.source,
                    programme,
                    *(counts[state] for state in STATES),
                    row.people,
                )
                for programme, counts in found.items()
            ),
        ),
    )


def _counts(row: ReconciliationByMonth, programme: str) -> dict[str, int]:
    return {state: getattr(row, f"{programme.lower()}_{state}") or 0 for state in STATES}
