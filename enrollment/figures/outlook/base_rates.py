"""How often a pace like the one needed was kept up elsewhere, and where the goal in hand stands."""

from enrollment import pace
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Layout,
    Mark,
    Note,
    Path,
    Point,
    Room,
    Table,
    Text,
    Tick,
    Tone,
    Words,
    text,
)
from enrollment.figures.placing import wrapped
from enrollment.figures.rows import Row, row_axis
from enrollment.figures.style import NOTE
from enrollment.language import Language
from enrollment.outlook import Outlook

_PITCH = 44
_LEFT = 50
# Pixels that the words about the goal in hand may take up in a line.
_LINE = 250.0


def outlook_base_rates(*, outlook: Outlook, language: Language) -> Figure:
    """The five base rates, and below a line the pace that is needed here."""
    say = language.say
    listed = list(pace.BASE_RATES.items())
    reached = outlook.base_rate[0] if outlook.base_rate else None
    here = _where(outlook, language)
    bars, notes, rows = [], [], []
    for place, (multiple, share) in enumerate(listed):
        count = language.number(share * 100)
        said = text((Words(count, strong=True), Words(f" {say('outlook.base_rates.of_100')}")))
        name = text(Words(_times(multiple, language), strong=multiple == reached))
        rows.append(Row(name, name, said))
        bars.append(Bar(place, 0, share, language.percent(share)))
        notes.append(Note(share, place, said, "left", dx=8))
    at = len(listed) + 0.1
    behind = outlook.base_rate is not None
    tone: Tone = "behind" if behind else "ink"
    lead = Words(say("outlook.base_rates.here"), tone, strong=True)
    first, *others = wrapped(f"{lead.text} {here}", NOTE, _LINE)
    lines: Text = (
        (lead, Words(first.removeprefix(lead.text), tone)),
        *((Words(line, tone),) for line in others),
    )
    ratio = "–" if outlook.ratio is None else language.times(outlook.ratio)
    marks: tuple[Mark, ...] = (
        Bars("context", say("outlook.base_rates.name"), tuple(bars), True),
        Path("context", "", (Point(0, len(listed) - 0.5), Point(0.5, len(listed) - 0.5))),
    )
    layout = Layout(
        height=_PITCH * (len(listed) + 1) + 16,
        room=Room(top=4, right=8, bottom=4, left=_LEFT),
        y_ticks=(
            *(Tick(place, row.name) for place, row in enumerate(rows)),
            Tick(at, text(Words(ratio, strong=True))),
        ),
        notes=(*notes, Note("start", at, lines, "left", dx=2)),
        thickness=0.56,
    )
    axis = row_axis(rows)
    return Figure(
        name="outlook_base_rates",
        title=say("outlook.base_rates.title"),
        subtitle=_subtitle(outlook, language),
        alt=say("outlook.base_rates.alt", ratio=ratio, here=here, rates=_rates(language)),
        unit=say("outlook.base_rates.unit"),
        x=Axis(0, 0.5),
        y=Axis(len(listed) + 0.5, axis.high, (*axis.categories, ratio)),
        marks=marks,
        wide=layout,
        narrow=layout,
        table=_table(outlook, language),
    )


def _where(outlook: Outlook, language: Language) -> str:
    """Where the pace needed stands among the listed ones."""
    say = language.say
    if outlook.reason == "past":
        return say("outlook.base_rates.past")
    if outlook.needed_per_month is None:
        return say("outlook.base_rates.unknown")
    if not outlook.needed_per_month:
        return say("outlook.base_rates.reached")
    if outlook.ratio is None:
        return say("outlook.base_rates.one_month" if outlook.reason else "outlook.base_rates.not_growing")
    if outlook.base_rate is None:
        return say("outlook.base_rates.below")
    multiple, share = outlook.base_rate
    key = "beyond" if multiple == max(pace.BASE_RATES) else "within"
    return say(f"outlook.base_rates.{key}", count=language.number(share * 100))


def _subtitle(outlook: Outlook, language: Language) -> str:
    """What the multiples are of; the first figure of the page is of three months, and is said beside."""
    say = language.say
    said = [say("outlook.base_rates.subtitle")]
    if outlook.needed_per_month and outlook.ratio is not None and (outlook.recent_per_month or 0) > 0:
        ratio = outlook.needed_per_month / (outlook.recent_per_month or 1)
        said.append(say("outlook.base_rates.of_three", ratio=language.times(ratio)))
    return " ".join(said)


def _times(multiple: float, language: Language) -> str:
    return f"{language.number(multiple, 0 if multiple == int(multiple) else 1)}×"


def _rates(language: Language) -> str:
    return ", ".join(
        f"{_times(multiple, language)} {language.percent(share)}"
        for multiple, share in pace.BASE_RATES.items()
    )


def _table(outlook: Outlook, language: Language) -> Table:
    say = language.say
    at = outlook.base_rate[0] if outlook.base_rate else None
    return Table(
        columns=(
            Column(say("outlook.column.multiple")),
            Column(say("outlook.column.met")),
            Column(say("outlook.column.here"), "left"),
        ),
        rows=tuple(
            (
                _times(multiple, language),
                language.percent(share),
                language.times(outlook.ratio) if multiple == at and outlook.ratio is not None else "",
            )
            for multiple, share in pace.BASE_RATES.items()
        ),
        machine_columns=("multiple", "met", "ratio"),
        machine_rows=tuple(
            (multiple, share, outlook.ratio if multiple == at else None)
            for multiple, share in pace.BASE_RATES.items()
        ),
    )
