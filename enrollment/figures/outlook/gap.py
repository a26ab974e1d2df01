"""Where the gap of a goal lies: with which source, and at full size what nobody promised."""

from collections.abc import Sequence

from enrollment.answers import GoalProgress
from enrollment.attribution import GapPart
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Note,
    Table,
    Text,
    Words,
    plain,
    text,
)
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts
from enrollment.forecast import MONTH
from enrollment.language import Language

_PITCH, _NARROW_PITCH = 34, 46
_LEFT = 250
# Less than this is said to be under it.
_FEW, _FEW_DAYS = 0.0001, 0.1
# The narrowest plot on a phone, in pixels.
_NARROW_PLOT = 330.0


def outlook_gap(*, parts: Sequence[GapPart], progress: GoalProgress, language: Language) -> Figure:
    """A row for each source that promised people and one for those whom nobody promised; the gap is above 0.

    The axis is the gap's own, so that a part is as long as it matters.
    """
    say, gap = language.say, progress.gap
    low, high = min(0, *(part.people for part in parts)), max(gap, *(part.people for part in parts))
    rows, notes = [], []
    promised: list[Bar] = []
    unassigned: list[Bar] = []
    for place, part in enumerate(parts):
        said = _said(part, progress, language)
        name = _name(part, language)
        hover = text(Words(name, strong=True), *(plain((line,)) for line in said))
        bar = Bar(place, 0, part.people, language.number(part.people), hover, part.source)
        (promised if part.source else unassigned).append(bar)
        # A label beside a long bar would not fit, so it stands inside.
        inside = part.people / max(high - low, 1) > 0.5
        notes.append(
            Note("start", place, said, "left", dx=10)
            if inside
            else Note(max(part.people, 0), place, said, "left", dx=8)
        )
        brief = (said[0][0], Words(f"  {_share(part, progress, language)}"))
        width = _NARROW_PLOT - 12 - sum(text_width(run.text, NOTE, run.strong) for run in brief)
        rows.append(Row(text(shorten(name, NOTE, _LEFT - 14)), text(shorten(name, NOTE, width)), text(brief)))
    nobody = parts[-1].people / gap
    title = "outlook.gap.title" if nobody >= 0 else "outlook.gap.title_promised"
    return Figure(
        name="outlook_gap",
        title=say(title, gap=language.people(gap, 2), share=language.percent(nobody, 1)),
        subtitle=say("outlook.gap.subtitle"),
        alt=say(
            "outlook.gap.alt",
            gap=language.people(gap, 2),
            parts="; ".join(f"{row.name[0][0].text}: {plain(row.value)}" for row in rows),
        ),
        unit=Amounts(language, 1).heading,
        x=Axis(low, high),
        y=row_axis(rows),
        marks=(
            *([Bars("plan", say("outlook.gap.people"), tuple(promised), True)] if promised else []),
            Bars("unassigned", say("outlook.gap.nobody"), tuple(unassigned), True),
        ),
        wide=beside(rows, pitch=_PITCH, left=_LEFT, right=8, notes=notes),
        narrow=above(rows, pitch=_NARROW_PITCH),
        table=_table(parts, progress, language),
    )


def _name(part: GapPart, language: Language) -> str:
    return language.pick(part.name, part.name_en) if part.source else language.say("outlook.gap.nobody")


def _said(part: GapPart, progress: GoalProgress, language: Language) -> Text:
    """People and their share of the gap; of a source also how many days of the needed pace that is."""
    say = language.say
    number = Words(language.number(part.people), strong=True)
    share = say("outlook.gap.of_gap", share=_share(part, progress, language))
    if not part.source or not progress.needed_per_month:
        return text((number, Words(f"  {share}")))
    days = part.people / progress.needed_per_month * MONTH
    pace = say(
        "outlook.gap.days_under" if 0 < days < _FEW_DAYS else "outlook.gap.days",
        days=language.number(max(days, _FEW_DAYS) if days > 0 else days, 1),
    )
    return text((number, Words(f"  {share}, {pace}")))


def _share(part: GapPart, progress: GoalProgress, language: Language) -> str:
    share = part.people / progress.gap
    if 0 < share < _FEW:
        return language.say("format.chance_under", share=language.percent(_FEW, 2))
    return language.percent(share, 2 if part.source else 1)


def _table(parts: Sequence[GapPart], progress: GoalProgress, language: Language) -> Table:
    say = language.say
    return Table(
        columns=(
            Column(say("figures.column.source"), "left"),
            Column(say("outlook.column.owed")),
            Column(say("outlook.column.share")),
        ),
        rows=tuple(
            (_name(part, language), language.number(part.people), _share(part, progress, language))
            for part in parts
        ),
        machine_columns=("source", "people", "share_of_gap"),
        machine_rows=tuple((part.source, part.people, part.people / progress.gap) for part in parts),
    )
