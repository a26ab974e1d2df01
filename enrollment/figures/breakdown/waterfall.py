"""Why a measure changed between two month ends, part by part, as a waterfall without a rest."""

import datetime as dt
from collections.abc import Mapping, Sequence

from enrollment import decomposition as exact
from enrollment.decomposition import Contribution
from enrollment.figures.cascade import Step, cascade, written
from enrollment.figures.description import Column, Figure, Table, Text, Words, text
from enrollment.figures.measures import part_name
from enrollment.figures.units import Amounts
from enrollment.language import Language
from enrollment.measures import FLOWS, SHARES, Measure

_STEPS = ("joined", "moved", "reclassified", "net_only", "correction", "revision", "rounded")

# Pixels of the narrowest plot that has columns.
_PLOT = 620.0


def decomposition(
    *,
    contributions: Sequence[Contribution],
    dimension: str,
    measure: Measure,
    names: Mapping[str | None, str],
    since: dt.date,
    as_of: dt.date,
    language: Language,
    top: int = 6,
    earlier_edition: str | None = None,
    narrow: bool = False,
) -> Figure:
    """From before to after: the `top` parts that changed most, all others as one, then what parts leave.

    A part's bar is its own change; corrections, and the revision against `earlier_edition` (its short
    id), have one bar each, so that the bars add up to the change exactly. Columns, or rows if `narrow`.
    """
    say = language.say
    kept, others = _folded(contributions, top)
    ends = _ends(contributions, measure, since, as_of, earlier_edition, language)
    steps = [
        ends[0],
        *(_part(item, names, language) for item in kept),
        *_rest(others, language),
        *_corrections(contributions, measure, earlier_edition, language),
        ends[1],
    ]
    steps = steps if contributions else []
    drawn = cascade(steps, language, narrow=narrow, plot=_PLOT)
    told = [f"{step.name} {written(step, language)}" for step in steps]
    title = exact.sentence(contributions, names, since, as_of, language)
    kind = "share" if measure in SHARES else "flow" if measure in FLOWS else "stock"
    remarks = [
        say(
            f"figures.decomposition.subtitle_{kind}",
            measure=say(f"figures.measure.{measure}"),
            since=language.month(since),
            as_of=language.month(as_of),
        ),
        say("figures.decomposition.exact", dimension=say(f"figures.dimension.{dimension}")),
    ]
    if drawn.cut is not None:
        remarks.append(say("figures.movement.cut", start=language.people(drawn.cut, 2)))
    if earlier_edition is not None:
        remarks.append(say("figures.decomposition.editions", edition=earlier_edition))
    return Figure(
        name="decomposition",
        title=title,
        subtitle=" ".join(remarks),
        alt=say(
            "figures.decomposition.alt" if told else "figures.decomposition.alt_unknown",
            finding=title,
            as_of=language.month(as_of),
            steps=language.join(told),
        ),
        unit=Amounts(language, 1).heading,
        x=drawn.x,
        y=drawn.y,
        marks=drawn.marks,
        wide=drawn.wide,
        narrow=drawn.narrow,
        table=_table(contributions, dimension, names, language),
    )


def _folded(contributions: Sequence[Contribution], top: int) -> tuple[list[Contribution], list[Contribution]]:
    """The parts with the largest own change, rises before falls, and all others; one is no others."""
    ranked = sorted(contributions, key=lambda item: -abs(item.own))
    most = len(ranked) if len(ranked) <= top + 1 else top
    return sorted(ranked[:most], key=lambda item: -item.own), ranked[most:]


def _total(contributions: Sequence[Contribution], field: str) -> int:
    total: int = sum(getattr(item, field) for item in contributions)
    return total


def _ends(
    contributions: Sequence[Contribution],
    measure: Measure,
    since: dt.date,
    as_of: dt.date,
    earlier_edition: str | None,
    language: Language,
) -> tuple[Step, Step]:
    say = language.say
    first, last = say("figures.decomposition.before"), say("figures.decomposition.after")
    if measure in FLOWS:
        first = last = ""
    if earlier_edition is not None:
        first = say("figures.decomposition.edition", edition=earlier_edition)
    ends = []
    for month, detail, field in (
        (since, first, "before"),
        (as_of, last, "after"),
    ):
        name, people = language.month(month), _total(contributions, field)
        hover = text(Words(name, strong=True), *([detail] if detail else []), language.number(people))
        ends.append(Step(name, detail, people, hover, stock=True))
    return ends[0], ends[1]


def _part(item: Contribution, names: Mapping[str | None, str], language: Language) -> Step:
    name = part_name(item.part, names, language)
    key = "-" if item.part is None else item.part
    return Step(name, "", item.own, _hover(name, [item], language), key=key)


def _rest(others: Sequence[Contribution], language: Language) -> list[Step]:
    if not others:
        return []
    name = language.say("figures.others", count=language.number(len(others)))
    return [Step(name, "", _total(others, "own"), _hover(name, others, language))]


def _corrections(
    contributions: Sequence[Contribution], measure: Measure, earlier_edition: str | None, language: Language
) -> list[Step]:
    """The correction, always where a stock changed, the revision where another edition is the start, and what
    is hidden and rounded where small counts are kept."""
    say = language.say
    steps = []
    always = {"correction": measure not in FLOWS, "revision": earlier_edition is not None, "rounded": False}
    for field, expected in always.items():
        people = _total(contributions, field)
        if not people and not expected:
            continue
        name, detail = (
            say(f"figures.decomposition.step.{field}"),
            say(f"figures.decomposition.detail.{field}"),
        )
        hover = text(Words(name, strong=True), detail, language.signed(people))
        steps.append(Step(name, detail, people, hover))
    return steps


def _hover(name: str, items: Sequence[Contribution], language: Language) -> Text:
    """A part's change, its own steps, and the numbers between which it lies."""
    say = language.say
    lines: list[str | Words] = [
        Words(name, strong=True),
        say(
            "figures.decomposition.from_to",
            before=language.number(_total(items, "before")),
            after=language.number(_total(items, "after")),
        ),
    ]
    for field in _STEPS:
        people = _total(items, field)
        if people:
            lines.append(f"{say(f'figures.decomposition.step.{field}')} {language.signed(people)}")
    return text(*lines)


def _table(
    contributions: Sequence[Contribution],
    dimension: str,
    names: Mapping[str | None, str],
    language: Language,
) -> Table:
    """Every part with all its steps; each column adds up to the last row."""
    say = language.say
    steps = [step for step in _STEPS if step != "rounded" or any(item.rounded for item in contributions)]
    fields = ("before", *steps, "after", "change")

    def shown(field: str, people: int) -> str:
        return language.number(people) if field in ("before", "after") else language.signed(people)

    rows = [
        (
            part_name(item.part, names, language),
            *(shown(field, getattr(item, field)) for field in fields),
        )
        for item in contributions
    ]
    total = (say("figures.total"), *(shown(field, _total(contributions, field)) for field in fields))
    return Table(
        columns=(
            Column(say(f"figures.dimension.{dimension}"), "left"),
            *(Column(say(f"figures.decomposition.step.{field}")) for field in fields),
        ),
        rows=(*rows, total),
        machine_columns=("part", *fields),
        machine_rows=tuple(
            (item.part, *(getattr(item, field) for field in fields)) for item in contributions
        ),
    )
