"""Classes of a measure: a few steps between round numbers, one shade for each."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from enrollment.answers import NOT_REPORTED
from enrollment.disclosure import LEAST, REST
from enrollment.figures.description import Cell, Cells, Mark, Note, Words, text
from enrollment.figures.measures import growth
from enrollment.figures.units import Amounts
from enrollment.language import Language
from enrollment.measures import SHARES, Counted, Measure, Wholes, is_signed, values

MOST = 5
_ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# Where the largest leaves the middle behind by more than this, equal steps would put nearly all in one.
_SKEW = 4
_LEGEND_HEIGHT, _LEGEND_DROP = 0.3, 9
# Columns of a grid on which each class of the legend is one column wide.
_FEW = 10
LEGEND_ROW = 0.35
"""How far the legend stands below the row that is its own, for the unit above it."""


def key_of(part: str | None) -> str:
    """What a click on a part means; the part that nobody reported has a name of its own."""
    return NOT_REPORTED if part is None else part


def bounds(numbers: Iterable[float], least: float) -> tuple[float, ...]:
    """Round thresholds between at most five classes of numbers from zero on, `least` apart at least.

    Steps are equal, or where a few numbers dwarf the others, such that classes hold about as many.
    """
    ranked = sorted(number for number in numbers if number >= 0)
    if len(set(ranked)) < 2:
        return ()
    high = ranked[math.ceil((len(ranked) - 1) * 0.9)]
    if high <= _SKEW * ranked[len(ranked) // 2]:
        low = ranked[0] if ranked[0] > high / 2 else 0
        step = max(_rounded((high - low) / (MOST - 1), up=True), least)
        start = math.floor(low / step) * step
        found = [round(start + step * at, 9) for at in range(1, MOST)]
    else:
        wanted = (ranked[len(ranked) * at // MOST] for at in range(1, MOST))
        found = [_rounded(number) for number in wanted if number >= least]
    return tuple(sorted({bound for bound in found if ranked[0] < bound <= ranked[-1]}))


def _rounded(number: float, *, up: bool = False) -> float:
    """The round number next below, or next above."""
    if number <= 0:
        return 0
    power = 10.0 ** math.floor(math.log10(number))
    fitting = [power * step for step in _ROUND]
    found = next(step for step in fitting if step >= number * 0.999) if up else 0
    return round(found or max(step for step in fitting if step <= number * 1.001), 9)


@dataclass(frozen=True, slots=True)
class Classes:
    """A measure as tiles and maps show it, in their unit: the number of each part and its class."""

    language: Language
    measure: Measure
    amounts: Amounts | None
    numbers: Mapping[str | None, float | None]
    bounds: tuple[float, ...]

    @property
    def unit(self) -> str:
        """The unit of the numbers as a subtitle names it."""
        if self.amounts:
            return self.amounts.heading
        change = self.measure == "net_change"
        return self.language.say("figures.unit.percent_change" if change else "figures.unit.percent")

    def short(self, part: str | None) -> str:
        """The bare number of a part: `+4,4`, `4,82`; a dash where not known, `<10` where hidden."""
        return f"<{LEAST}" if self._is_hidden(part) else self.bare(self.numbers.get(part))

    def bare(self, number: float | None) -> str:
        """A number in the unit as a tile shows it."""
        if number is None:
            return "–"
        decimals = self._decimals(number)
        if number and not round(number, decimals):
            return "<" + self.language.number(10.0**-decimals, decimals)
        write = self.language.signed if is_signed(self.measure) else self.language.number
        return write(number, decimals)

    def spelt(self, part: str | None) -> str:
        """The number of a part with its unit, as a sentence has it."""
        number = self.numbers.get(part)
        if self._is_hidden(part):
            return self.language.say("figures.kept")
        if number is None:
            return self.language.say("format.unknown")
        if self.amounts is None:
            return self.bare(number) + "%"
        write = self.amounts.spelt_signed if is_signed(self.measure) else self.amounts.spelt
        return write(number * self.amounts.unit)

    def shade(self, part: str | None) -> float | None:
        """The shade of a part's class; None for a decrease and for what is not known."""
        number = self.numbers.get(part)
        if number is None or self.is_lost(part):
            return None
        return self._shade(bisect_right(self.bounds, round(number, self._decimals(number))))

    def is_lost(self, part: str | None) -> bool:
        """Whether a part has decreased."""
        number = self.numbers.get(part)
        return number is not None and number < 0

    def _is_hidden(self, part: str | None) -> bool:
        """Whether a part is missing where small counts are kept: nobody and few look alike."""
        return REST in self.numbers and part not in self.numbers

    def _shade(self, place: int) -> float:
        return place / len(self.bounds) if self.bounds else 0.3

    def _decimals(self, number: float) -> int:
        if self.amounts is None:
            return 0 if abs(number) >= 100 else 1
        return {1_000_000: 2, 1_000: 1, 1: 0}[self.amounts.unit]

    def legend(self, *, row: float, columns: int) -> tuple[list[Mark], list[Note]]:
        """Flat cells at the end of a row of a grid, and the thresholds between them."""
        shades: list[float | None] = [self._shade(place) for place in range(len(self.bounds) + 1)]
        lost = any(self.is_lost(part) for part in self.numbers)
        step = min(1.0 if columns <= _FEW else 2.0, columns / (len(shades) + lost))
        places = [columns - 0.5 - step * (at + 0.5) for at in range(len(shades))][::-1]
        marks: list[Mark] = [_strip("context", places, shades, row, step)]
        edges = [(place - step / 2, bound) for place, bound in zip(places[1:], self.bounds, strict=True)]
        labels = [(edge, self._threshold(bound)) for edge, bound in edges]
        start = places[0] - step / 2
        if lost:
            marks.append(_strip("lost", [places[0] - step], [None], row, step))
            labels.append((start, self.language.number(0)))
            labels.append((start - step / 2, self.language.say("figures.classes.lost")))
            start -= step
        notes = [
            Note(at, row, text(Words(words, "muted")), "center", "top", dy=-_LEGEND_DROP)
            for at, words in labels
        ]
        heading = text(Words(self.unit, "muted"))
        return marks, [*notes, Note(start, row, heading, "left", "bottom", dx=1, dy=_LEGEND_DROP)]

    def _threshold(self, bound: float) -> str:
        decimals = next(places for places in range(4) if places == 3 or round(bound, places) == bound)
        return self.language.number(bound, decimals)


def _strip(
    role: Literal["context", "lost"],
    places: Sequence[float],
    shades: Sequence[float | None],
    row: float,
    step: float,
) -> Cells:
    cells = tuple(Cell(place, row, shade) for place, shade in zip(places, shades, strict=True))
    return Cells(role, "", cells, width=step - 0.05, height=_LEGEND_HEIGHT)


def classes(
    rows: Sequence[Counted],
    parts: Sequence[str | None],
    measure: Measure,
    wholes: Wholes,
    language: Language,
) -> Classes:
    """The classes of a measure over all parts; a net change is measured against where it began.

    The part that nobody reported is graded with the others, but sets neither unit nor thresholds, nor does
    what is hidden and rounded.
    """
    reported = [part not in (None, REST) for part in parts]
    reported = reported if any(reported) else [True] * len(parts)
    if measure == "net_change" or measure in SHARES:
        if measure == "net_change":
            found = [growth(row.net_change, row.closing) for row in rows]
        else:
            found, _ = values(rows, parts, measure, wholes)
        numbers = [None if number is None else number * 100 for number in found]
        amounts, least = None, 0.1
    else:
        found, _ = values(rows, parts, measure)
        largest = max(
            (
                abs(number)
                for number, counts in zip(found, reported, strict=True)
                if number is not None and counts
            ),
            default=0,
        )
        amounts = Amounts.up_to(largest, language)
        numbers = [None if number is None else number / amounts.unit for number in found]
        least = max(1 / amounts.unit, 0.01 if amounts.unit == 1_000_000 else 0)
    known = (
        number for number, counts in zip(numbers, reported, strict=True) if number is not None and counts
    )
    return Classes(language, measure, amounts, dict(zip(parts, numbers, strict=True)), bounds(known, least))
