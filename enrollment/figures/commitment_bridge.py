"""From the baseline to the goal: who carries the rise, and how much nobody carries."""

from collections.abc import Sequence

from enrollment.answers import CommitmentBridge, CommitmentBySource, GoalProgress
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Cut,
    Figure,
    Mark,
    Note,
    Path,
    Point,
    Role,
    Table,
    Text,
    Words,
    text,
)
from enrollment.figures.rows import Row, above, bar_label, beside, row_axis
from enrollment.figures.units import Amounts
from enrollment.language import Language

# The magnified view stands under this one with the same plot: what is said of its scale rests on that.
LEFT, RIGHT = 190, 8
WIDE_PLOT, NARROW_PLOT = 430.0, 330.0
_THICK, _NARROW_THICK = 0.55, 0.42
_PITCH, _NARROW_PITCH = 43, 46


def bridge_span(steps: Sequence[CommitmentBridge]) -> tuple[float, float]:
    """Ends of the bridge's axis in people; a piece of the baseline is left standing."""
    people = {step.step: step.people for step in steps}
    heights = [people["baseline"], people["target"]]
    height = people["baseline"]
    for step in ("verified", "committed", "unassigned"):
        height += people[step]
        heights.append(height)
    lowest, highest = min(heights), max(heights)
    span = max(highest - lowest, 1)
    low = lowest - span * 0.08
    # Where the whole baseline is hardly more than the piece, nothing is cut.
    return (0.0 if low < span * 0.05 else low), float(highest)


def commitment_bridge(
    *,
    steps: Sequence[CommitmentBridge],
    progress: GoalProgress,
    commitments: Sequence[CommitmentBySource],
    language: Language,
) -> Figure:
    """The bridge of one goal in one month; parts of its steps stand in the table and where one points at."""
    say = language.say
    people = {step.step: step.people for step in steps if step.within is None}
    share = {step.step: step.share_of_rise for step in steps}
    low, high = bridge_span(steps)
    axis = Axis(low, high)
    amounts = Amounts.up_to(high, language)
    gap = people["target"] - people["baseline"] - people["verified"]
    excess = people["unassigned"] < 0

    spans = _spans(people, low)
    unassigned = "beyond" if gap <= 0 else "more_than_needed" if excess else "nobody"
    details = _details(progress, commitments, people["committed"], unassigned, language)
    rows, wide_notes, narrow_notes, marks = [], [], [], []
    for place, (step, (start, end)) in enumerate(spans.items()):
        value = people[step]
        name = say(f"figures.commitment_bridge.{'excess' if step == 'unassigned' and excess else step}")
        stock = step in ("baseline", "target")
        number = amounts.spelt(value) if stock else amounts.signed(value)
        hover: list[str | Words] = [Words(name, strong=True), details[step]]
        hover.append(language.number(value) if stock else language.signed(value))
        of_rise = share[step]
        if of_rise is not None:
            hover.append(say("figures.commitment_bridge.of_rise", share=language.percent(of_rise, 2)))
        for part in steps:
            if part.within == step:
                words = say(f"figures.commitment_bridge.part.{part.step}")
                hover.append(Words(f"{language.number(part.people)} {words}", "muted"))
        bar = Bar(place, start, end, number, text(*hover), step)
        marks.append(Bars(_role(step, value), name, (bar,), horizontal=True))
        label = _label(step, value, gap, amounts)
        wide_notes.append(_wide_label(step, label, place, start, end, (low, high)))
        if step == "unassigned" and not excess and gap > 0:
            inner = text(_of_gap(value, gap, amounts))
            note = bar_label(inner, at=place, start=start, end=end, axis=(low, high), plot=NARROW_PLOT)
            narrow_notes += [note] if note.align == "center" else []
        rows.append(
            Row(
                name=text(Words(name, strong=True), Words(details[step], "muted")),
                short_name=text(name + (f", {details[step]}" if stock else "")),
                value=text(Words(number, strong=True)),
            )
        )
    connectors = _connectors(people)
    cuts: list[Mark] = []
    if low > 0:
        where = low + (high - low) * 0.03
        cuts = [Cut(where, 0), Cut(where, 4)]

    return Figure(
        name="commitment_bridge",
        title=_title(people, gap, language),
        subtitle=say(
            "figures.commitment_bridge.subtitle_cut" if low > 0 else "figures.commitment_bridge.subtitle",
            unit=amounts.heading,
        ),
        alt=_finding(people, gap, language),
        unit=amounts.heading,
        x=axis,
        y=row_axis(rows),
        marks=(*marks, *connectors, *cuts),
        wide=beside(rows, pitch=_PITCH, left=LEFT, right=RIGHT, notes=wide_notes, thickness=_THICK),
        narrow=above(rows, pitch=_NARROW_PITCH, notes=narrow_notes, thickness=_NARROW_THICK),
        table=_table(rows, steps, language),
    )


def _spans(people: dict[str, int], low: float) -> dict[str, tuple[float, float]]:
    """Start and end of each bar: stocks from the cut, flows from where the last one ended."""
    spans = {"baseline": (low, float(people["baseline"]))}
    height = people["baseline"]
    for step in ("verified", "committed", "unassigned"):
        spans[step] = (float(height), float(height + people[step]))
        height += people[step]
    spans["target"] = (low, float(people["target"]))
    return spans


def _role(step: str, value: int) -> Role:
    if step == "verified":
        return "actual" if value >= 0 else "lost"
    if step == "unassigned":
        return "unassigned" if value >= 0 else "ahead"
    return "base" if step == "baseline" else "plan"


def _connectors(people: dict[str, int]) -> list[Path]:
    """Thin lines that carry the height reached from one bar to the next."""
    lines = []
    height = people["baseline"]
    for place, step in enumerate(("verified", "committed", "unassigned", "target")):
        points = (Point(height, place + _NARROW_THICK / 2), Point(height, place + 1 - _NARROW_THICK / 2))
        lines.append(Path("context", "", points))
        height += people.get(step, 0)
    return lines


def _details(
    progress: GoalProgress,
    commitments: Sequence[CommitmentBySource],
    open_people: int,
    unassigned: str,
    language: Language,
) -> dict[str, str]:
    say = language.say
    return {
        "baseline": language.day(progress.baseline_date),
        "verified": say("figures.commitment_bridge.until", day=language.day(progress.as_of)),
        "committed": say(
            "figures.commitment_bridge.open_of",
            open=language.number(open_people),
            committed=language.number(sum(row.committed for row in commitments)),
        ),
        "unassigned": say(f"figures.commitment_bridge.{unassigned}"),
        "target": language.day(progress.due),
    }


def _of_gap(value: int, gap: int, amounts: Amounts) -> str:
    language = amounts.language
    return language.say(
        "figures.commitment_bridge.of_gap",
        share=language.percent(value / gap, 1),
        gap=amounts.spelt(gap),
    )


def _label(step: str, value: int, gap: int, amounts: Amounts) -> Text:
    if step in ("baseline", "target"):
        return text(Words(amounts.spelt(value), strong=True))
    if step == "unassigned" and value >= 0 and gap > 0:
        number = Words(amounts.spelt_signed(value), strong=True)
        return text((number, Words("  =  " + _of_gap(value, gap, amounts))))
    return text(Words(amounts.signed(value), strong=True))


def _wide_label(
    step: str, words: Text, place: int, start: float, end: float, axis: tuple[float, float]
) -> Note:
    if step == "target":
        return Note(end, place, words, "right", dx=-9)
    if step == "baseline":
        return Note(end, place, words, "left", dx=7)
    note = bar_label(words, at=place, start=start, end=end, axis=axis, plot=WIDE_PLOT)
    if step == "verified" and note.align == "center" and end >= start:
        run = words[0][0]
        return Note(note.x, place, text(Words(run.text, "paper", strong=True)), "center")
    return note


def _title(people: dict[str, int], gap: int, language: Language) -> str:
    rise = language.people(people["target"] - people["baseline"])
    if gap <= 0:
        return language.say("figures.commitment_bridge.title_reached", rise=rise)
    if people["unassigned"] <= 0:
        return language.say("figures.commitment_bridge.title_covered", rise=rise)
    nobody = language.people(people["unassigned"], 2)
    return language.say("figures.commitment_bridge.title", rise=rise, nobody=nobody)


def _finding(people: dict[str, int], gap: int, language: Language) -> str:
    values = {step: language.people(abs(value), 2) for step, value in people.items()}
    values["rise"] = language.people(people["target"] - people["baseline"], 2)
    values["verified"] = language.signed_people(people["verified"], 2)
    key = "alt" if people["unassigned"] > 0 else "alt_covered" if gap > 0 else "alt_reached"
    return language.say(f"figures.commitment_bridge.{key}", **values)


def _table(rows: Sequence[Row], steps: Sequence[CommitmentBridge], language: Language) -> Table:
    say = language.say
    names = iter(rows)

    def name(step: CommitmentBridge) -> str:
        if step.within is None:
            return next(names).name[0][0].text
        part = say(f"figures.commitment_bridge.part.{step.step}")
        return say("figures.commitment_bridge.part_of", name=part)

    def number(step: CommitmentBridge) -> str:
        signed = step.share_of_rise is not None and step.within is None
        return language.signed(step.people) if signed else language.number(step.people)

    return Table(
        columns=(
            Column(say("figures.column.step"), "left"),
            Column(say("figures.column.people")),
            Column(say("figures.column.share_of_rise")),
        ),
        rows=tuple(
            (
                name(step),
                number(step),
                "" if step.share_of_rise is None else language.percent(step.share_of_rise, 2),
            )
            for step in steps
        ),
        machine_columns=("step", "people", "share_of_rise", "within"),
        machine_rows=tuple((step.step, step.people, step.share_of_rise, step.within) for step in steps),
    )
